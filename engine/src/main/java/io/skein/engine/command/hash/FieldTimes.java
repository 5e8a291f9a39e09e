package io.skein.engine.command.hash;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;

/// The commands on the expiry times of fields: HEXPIRE, HTTL, HPERSIST and their kin, as in Redis
/// 7.4.
final class FieldTimes {
  private static final CommandError NEGATIVE =
      new CommandError("ERR invalid expire time, must be >= 0");
  private static final CommandError NO_COUNT =
      new CommandError("ERR Parameter `numFields` should be greater than 0");

  private static final int NO_FIELD = -2;
  private static final int NO_EXPIRY = -1;
  private static final int NOT_MET = 0;
  private static final int DONE = 1;
  private static final int DELETED = 2;

  private static final String CONDITION = " [condition: NX | XX | GT | LT]";
  private static final String FIELDS = " (fields: FIELDS numfields:integer field...)";
  private static final String COST = "O(N), N being the number of fields given.";

  private final HashCursor cursor = new HashCursor();

  void declare(CommandTable table) {
    table.add(expire("hexpire", "seconds:integer", "to some seconds from now", true, 1000));
    table.add(expire("hpexpire", "milliseconds:integer", "to some milliseconds from now", true, 1));
    table.add(expire("hexpireat", "unix-time-seconds:unix-time", "in seconds", false, 1000));
    table.add(
        expire("hpexpireat", "unix-time-milliseconds:unix-time", "in milliseconds", false, 1));
    table.add(ask("httl", "Returns how many seconds fields have left.", true, 1000));
    table.add(ask("hpttl", "Returns how many milliseconds fields have left.", true, 1));
    table.add(ask("hexpiretime", "Returns when fields expire, in seconds.", false, 1000));
    table.add(ask("hpexpiretime", "Returns when fields expire, in milliseconds.", false, 1));
    table.add(
        Command.named("hpersist")
            .group(Group.HASH)
            .docs("7.4.0", COST, "Takes the expiry times of fields away.")
            .syntax("key" + FIELDS)
            .flags(CommandFlag.WRITE, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
            .does(this::persist));
  }

  private Command expire(String name, String time, String how, boolean relative, int unitMs) {
    return Command.named(name)
        .group(Group.HASH)
        .docs("7.4.0", COST, "Sets the expiry time of fields, " + how + ".")
        .syntax("key " + time + CONDITION + FIELDS)
        .arity(-6)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(call -> expire(call, relative, unitMs));
  }

  private void expire(Call call, boolean relative, int unitMs) {
    Key key = call.keyAt(0);
    HashValue hash = call.database().write(key, HashValue.TYPE);
    long value = call.integer(2);
    if (value < 0) {
      throw NEGATIVE;
    }
    long expiryMs = FieldArguments.expiryMs(call, value, relative, unitMs);
    boolean conditional =
        call.is(3, "NX") || call.is(3, "XX") || call.is(3, "GT") || call.is(3, "LT");
    int first = FieldArguments.first(call, conditional ? 4 : 3, NO_COUNT);
    int count = call.count() - first;
    call.reply().array(count);
    if (hash == null) {
      for (int i = 0; i < count; i++) {
        call.reply().integer(NO_FIELD);
      }
      return;
    }
    FieldChanges changes = new FieldChanges(call, hash, expiryMs);
    for (int i = first; i < call.count(); i++) {
      int result = NO_FIELD;
      if (Fields.find(call, hash, i, cursor)) {
        boolean met = !conditional || isMet(call, cursor.expiryMs(), expiryMs);
        result = !met ? NOT_MET : changes.expire(i) ? DELETED : DONE;
      }
      call.reply().integer(result);
    }
    changes.finish();
  }

  private static boolean isMet(Call call, long oldMs, long newMs) {
    boolean none = oldMs == Entry.NO_EXPIRY;
    if (call.is(3, "NX")) {
      return none;
    }
    if (call.is(3, "XX")) {
      return !none;
    }
    return call.is(3, "GT") ? !none && newMs > oldMs : none || newMs < oldMs;
  }

  private Command ask(String name, String summary, boolean relative, int unitMs) {
    return Command.named(name)
        .group(Group.HASH)
        .docs("7.4.0", COST, summary)
        .syntax("key" + FIELDS)
        .tips(relative ? new String[] {"nondeterministic_output"} : new String[0])
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(call -> ask(call, relative, unitMs));
  }

  private void ask(Call call, boolean relative, int unitMs) {
    HashValue hash = Fields.read(call);
    int first = FieldArguments.first(call, 2, FieldArguments.NO_COUNT);
    call.reply().array(call.count() - first);
    for (int i = first; i < call.count(); i++) {
      long answer = NO_FIELD;
      if (hash != null && Fields.find(call, hash, i, cursor)) {
        long expiryMs = cursor.expiryMs();
        long left = expiryMs - (relative ? call.nowMs() : 0);
        answer = expiryMs == Entry.NO_EXPIRY ? NO_EXPIRY : (left + unitMs - 1) / unitMs;
      }
      call.reply().integer(answer);
    }
  }

  private void persist(Call call) {
    Key key = call.keyAt(0);
    HashValue hash = call.database().write(key, HashValue.TYPE);
    int first = FieldArguments.first(call, 2, FieldArguments.NO_COUNT);
    call.reply().array(call.count() - first);
    boolean changed = false;
    for (int i = first; i < call.count(); i++) {
      int result = NO_FIELD;
      if (hash != null && Fields.find(call, hash, i, cursor)) {
        result = NO_EXPIRY;
        if (cursor.expiryMs() != Entry.NO_EXPIRY) {
          hash.expireAt(call.buffer(), call.offset(i), call.length(i), Entry.NO_EXPIRY);
          changed = true;
          result = DONE;
        }
      }
      call.reply().integer(result);
    }
    if (changed) {
      call.notify(EventClass.HASH, "hpersist", key);
      call.dirty(1);
    }
  }
}
