package io.skein.engine.command.string;

import io.skein.engine.bytes.LongDouble;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import org.jspecify.annotations.Nullable;

/// INCR and its kin: strings that are numbers.
final class CounterCommands {
  private static final CommandError DECREMENT_OVERFLOW =
      new CommandError("ERR decrement would overflow");
  private static final CommandError NOT_FINITE =
      new CommandError("ERR increment would produce NaN or Infinity");

  private static final byte[] SET = Strings.ascii("SET");
  private static final byte[] KEEPTTL = Strings.ascii("KEEPTTL");

  void declare(CommandTable table) {
    table.add(
        counter("incr", "key", "Adds one to the integer of a key, which is 0 if absent.")
            .does(call -> add(call, 1)));
    table.add(
        counter("decr", "key", "Subtracts one from the integer of a key, which is 0 if absent.")
            .does(call -> add(call, -1)));
    table.add(
        counter(
                "incrby",
                "key increment:integer",
                "Adds an integer to the integer of a key, which is 0 if absent.")
            .does(call -> add(call, call.integer(2))));
    table.add(
        counter(
                "decrby",
                "key decrement:integer",
                "Subtracts an integer from the integer of a key, which is 0 if absent.")
            .does(this::decrby));
    table.add(
        counter(
                "incrbyfloat",
                "key increment:double",
                "Adds a floating-point number to the number of a key, which is 0 if absent.")
            .does(this::incrbyfloat));
  }

  private static Command counter(String name, String syntax, String summary) {
    String since = name.equals("incrbyfloat") ? "2.6.0" : "1.0.0";
    return Command.named(name)
        .group(Group.STRING)
        .docs(since, "O(1)", summary)
        .syntax(syntax)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1));
  }

  private void decrby(Call call) {
    long decrement = call.integer(2);
    if (decrement == Long.MIN_VALUE) {
      throw DECREMENT_OVERFLOW;
    }
    add(call, -decrement);
  }

  private static void add(Call call, long increment) {
    Key key = call.keyAt(0);
    Database db = call.database();
    long entry = db.write(key);
    long old = entry == 0 ? 0 : integer(entry);
    long sum = old + increment;
    if (((old ^ sum) & (increment ^ sum)) < 0) {
      throw Errors.OVERFLOW;
    }
    if (entry != 0 && Entry.kind(entry) == EntryKind.STRING_INT) {
      db.updateInteger(key, entry, sum);
    } else {
      db.setInteger(key, sum, Database.KEEP_EXPIRY);
    }
    call.notify(EventClass.STRING, "incrby", key);
    call.dirty(1);
    call.reply().integer(sum);
  }

  private static long integer(long entry) {
    if (Entry.kind(entry) == EntryKind.STRING_INT) {
      return Memory.getLong(Entry.valueAddress(entry));
    }
    Strings.check(entry);
    if (Entry.valueLength(entry) > Numbers.MAX_LONG_LENGTH) {
      throw Errors.NOT_AN_INTEGER;
    }
    byte[] text = Entry.value(entry);
    long value = Numbers.parseLong(text, 0, text.length);
    if (Numbers.isInvalid(value, text, 0, text.length)) {
      throw Errors.NOT_AN_INTEGER;
    }
    return value;
  }

  private void incrbyfloat(Call call) {
    Key key = call.keyAt(0);
    Database db = call.database();
    long entry = db.write(key);
    LongDouble old = entry == 0 ? LongDouble.of(0) : number(entry);
    LongDouble increment = LongDouble.parse(call.buffer(), call.offset(2), call.length(2));
    if (old == null || increment == null) {
      throw Errors.NOT_A_FLOAT;
    }
    LongDouble sum = old.plus(increment);
    if (sum == null) {
      throw NOT_FINITE;
    }
    byte[] text = sum.toBytes();
    db.setText(key, text, Database.KEEP_EXPIRY);
    call.notify(EventClass.STRING, "incrbyfloat", key);
    call.dirty(1);
    call.logAs(SET, key.toByteArray(), text, KEEPTTL);
    call.reply().bulk(text);
  }

  private static @Nullable LongDouble number(long entry) {
    Strings.check(entry);
    if (Entry.kind(entry) == EntryKind.STRING_INT) {
      return LongDouble.of(Memory.getLong(Entry.valueAddress(entry)));
    }
    byte[] text = Entry.value(entry);
    return LongDouble.parse(text, 0, text.length);
  }
}
