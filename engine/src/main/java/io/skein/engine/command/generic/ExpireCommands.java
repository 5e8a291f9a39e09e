package io.skein.engine.command.generic;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import java.nio.charset.StandardCharsets;

/// EXPIRE in its four forms, and PERSIST.
///
/// A time is logged as the absolute time that was stored, so that a follower which is late does not
/// keep the key for longer; one that has passed already is logged as the deletion that it is.
final class ExpireCommands {
  private static final CommandError NX_WITH_OTHERS =
      new CommandError("ERR NX and XX, GT or LT options at the same time are not compatible");
  private static final CommandError GT_WITH_LT =
      new CommandError("ERR GT and LT options at the same time are not compatible");

  private static final byte[] PEXPIREAT = "PEXPIREAT".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);

  private static final int NX = 1;
  private static final int XX = 2;
  private static final int GT = 4;
  private static final int LT = 8;

  private final Settings settings;

  ExpireCommands(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(expire("expire", "1.0.0", "seconds:integer", 1000, true));
    table.add(expire("pexpire", "2.6.0", "milliseconds:integer", 1, true));
    table.add(expire("expireat", "1.2.0", "unix-time-seconds:unix-time", 1000, false));
    table.add(expire("pexpireat", "2.6.0", "unix-time-milliseconds:unix-time", 1, false));
    table.add(persist());
  }

  private Command expire(String name, String since, String time, int unitMs, boolean relative) {
    String what = time.substring(0, time.indexOf(':')).replace('-', ' ');
    String summary =
        relative
            ? "Has a key vanish after some " + what + "."
            : "Has a key vanish at a moment, given as " + what + ".";
    return Command.named(name)
        .group(Group.GENERIC)
        .docs(since, "O(1)", summary)
        .history("7.0.0", "Options `NX`, `XX`, `GT` and `LT`.")
        .syntax("key " + time + " [condition: NX | XX | GT | LT]")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(call -> expire(call, unitMs, relative));
  }

  private void expire(Call call, int unitMs, boolean relative) {
    int condition = condition(call);
    long time = time(call, unitMs, relative);
    Key key = call.keyAt(0);
    Database db = call.database();
    long entry = db.write(key);
    if (entry == 0 || !holds(condition, Entry.expiryMs(entry), time)) {
      call.reply().integer(0);
      return;
    }
    if (time <= call.nowMs() && call.keyspace().expiryRule() == Keyspace.ExpiryRule.DELETE) {
      boolean lazily = settings.isOn(MemorySettings.LAZYFREE_LAZY_EXPIRE);
      db.remove(key);
      call.notify(EventClass.GENERIC, "del", key);
      call.logAs(lazily ? UNLINK : DEL, key.toByteArray());
    } else {
      db.expireAt(key, time);
      call.notify(EventClass.GENERIC, "expire", key);
      if ((relative || unitMs != 1) && call.isFollowed()) {
        log(call, time);
      }
    }
    call.dirty(1);
    call.reply().integer(1);
  }

  private static void log(Call call, long time) {
    byte[][] arguments = new byte[call.count()][];
    arguments[0] = PEXPIREAT;
    arguments[1] = call.bytes(1);
    arguments[2] = Numbers.toBytes(time);
    for (int i = 3; i < arguments.length; i++) {
      arguments[i] = call.bytes(i);
    }
    call.logAs(arguments);
  }

  /// The condition that the options name; they may be repeated and, as far as that makes sense,
  /// combined.
  private static int condition(Call call) {
    int given = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "NX")) {
        given |= NX;
      } else if (call.is(i, "XX")) {
        given |= XX;
      } else if (call.is(i, "GT")) {
        given |= GT;
      } else if (call.is(i, "LT")) {
        given |= LT;
      } else {
        throw new CommandError("ERR Unsupported option " + call.string(i));
      }
    }
    if ((given & NX) != 0 && given != NX) {
      throw NX_WITH_OTHERS;
    }
    if ((given & GT) != 0 && (given & LT) != 0) {
      throw GT_WITH_LT;
    }
    return given;
  }

  private static long time(Call call, int unitMs, boolean relative) {
    long value = call.integer(2);
    long base = relative ? call.nowMs() : 0;
    if (value > Long.MAX_VALUE / unitMs
        || value < Long.MIN_VALUE / unitMs
        || value * unitMs > Long.MAX_VALUE - base) {
      throw Errors.invalidExpire(call.command().fullName());
    }
    return value * unitMs + base;
  }

  /// Whether a key whose expiry is `old` may get `time`; one without counts as living forever.
  private static boolean holds(int condition, long old, long time) {
    boolean none = old == Entry.NO_EXPIRY;
    return !((condition & NX) != 0 && !none
        || (condition & XX) != 0 && none
        || (condition & GT) != 0 && (none || time <= old)
        || (condition & LT) != 0 && !none && time >= old);
  }

  private Command persist() {
    return Command.named("persist")
        .group(Group.GENERIC)
        .docs("2.2.0", "O(1)", "Takes the expiry time of a key away.")
        .syntax("key")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::persist);
  }

  private void persist(Call call) {
    Key key = call.keyAt(0);
    long entry = call.database().write(key);
    if (entry == 0 || !Entry.hasExpiry(entry)) {
      call.reply().integer(0);
      return;
    }
    call.database().expireAt(key, Entry.NO_EXPIRY);
    call.notify(EventClass.GENERIC, "persist", key);
    call.dirty(1);
    call.reply().integer(1);
  }
}
