package io.skein.engine.command.hash;

import io.skein.engine.bytes.LongDouble;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.Slice;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// HINCRBY and HINCRBYFLOAT: fields that are numbers.
final class NumberFields {
  private static final CommandError NOT_AN_INTEGER =
      new CommandError("ERR hash value is not an integer");
  private static final CommandError NOT_A_FLOAT = new CommandError("ERR hash value is not a float");
  private static final CommandError NOT_FINITE = new CommandError("ERR value is NaN or Infinity");
  private static final CommandError NOT_FINITE_SUM =
      new CommandError("ERR increment would produce NaN or Infinity");
  private static final byte[] HSET = "HSET".getBytes(StandardCharsets.US_ASCII);

  private final HashCursor cursor = new HashCursor();
  private final byte[] digits = new byte[Numbers.MAX_LONG_LENGTH];

  void declare(CommandTable table) {
    table.add(
        counter(
                "hincrby",
                "2.0.0",
                "key field increment:integer",
                "Adds an integer to the integer of a field, which is 0 if absent.")
            .does(this::hincrby));
    table.add(
        counter(
                "hincrbyfloat",
                "2.6.0",
                "key field increment:double",
                "Adds a floating-point number to the number of a field, which is 0 if absent.")
            .does(this::hincrbyfloat));
  }

  private static Command counter(String name, String since, String syntax, String summary) {
    return Command.named(name)
        .group(Group.HASH)
        .docs(since, "O(1)", summary)
        .syntax(syntax)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1));
  }

  private void hincrby(Call call) {
    long increment = call.integer(3);
    Key key = call.keyAt(0);
    HashValue hash = Fields.open(call, 2, 3, 1, cursor);
    long old = Fields.find(call, hash, 2, cursor) ? integer(cursor.value()) : 0;
    long sum = old + increment;
    if (((old ^ sum) & (increment ^ sum)) < 0) {
      throw Errors.OVERFLOW;
    }
    int length = Numbers.writeLong(sum, digits, 0);
    hash.set(call.buffer(), call.offset(2), call.length(2), digits, 0, length, true);
    call.notify(EventClass.HASH, "hincrby", key);
    call.dirty(1);
    call.reply().integer(sum);
  }

  private static long integer(Slice value) {
    if (value.isInteger()) {
      return value.integer();
    }
    if (value.length() <= Numbers.MAX_LONG_LENGTH) {
      long number = Numbers.parseLong(value.text(), 0, value.length());
      if (!Numbers.isInvalid(number, value.text(), 0, value.length())) {
        return number;
      }
    }
    throw NOT_AN_INTEGER;
  }

  private void hincrbyfloat(Call call) {
    LongDouble increment = LongDouble.parse(call.buffer(), call.offset(3), call.length(3));
    if (increment == null) {
      throw Errors.NOT_A_FLOAT;
    }
    if (increment.plus(LongDouble.of(0)) == null) {
      throw NOT_FINITE;
    }
    Key key = call.keyAt(0);
    HashValue hash = Fields.open(call, 2, 3, 1, cursor);
    boolean found = Fields.find(call, hash, 2, cursor);
    boolean expires = found && cursor.expiryMs() != Entry.NO_EXPIRY;
    LongDouble old = found ? number(cursor.value()) : LongDouble.of(0);
    if (old == null) {
      throw NOT_A_FLOAT;
    }
    LongDouble sum = old.plus(increment);
    if (sum == null) {
      throw NOT_FINITE_SUM;
    }
    byte[] text = sum.toBytes();
    hash.set(call.buffer(), call.offset(2), call.length(2), text, 0, text.length, true);
    call.notify(EventClass.HASH, "hincrbyfloat", key);
    call.dirty(1);
    if (expires) {
      call.logAs("HSETEX", key.toByteArray(), "KEEPTTL", "FIELDS", "1", call.bytes(2), text);
    } else {
      call.logAs(HSET, key.toByteArray(), call.bytes(2), text);
    }
    call.reply().bulk(text);
  }

  private static @Nullable LongDouble number(Slice value) {
    return value.isInteger()
        ? LongDouble.of(value.integer())
        : LongDouble.parse(value.text(), 0, value.length());
  }
}
