package io.skein.engine.command.string;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.Options;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;

/// GET, SET and the commands that are a GET or SET with something added.
final class StringCommands {
  private static final byte[] SET = Strings.ascii("SET");
  private static final byte[] PXAT = Strings.ascii("PXAT");
  private static final byte[] NX = Strings.ascii("NX");
  private static final byte[] XX = Strings.ascii("XX");
  private static final byte[] KEEPTTL = Strings.ascii("KEEPTTL");
  private static final byte[] PEXPIREAT = Strings.ascii("PEXPIREAT");
  private static final byte[] PERSIST = Strings.ascii("PERSIST");
  private static final byte[] DEL = Strings.ascii("DEL");
  private static final byte[] UNLINK = Strings.ascii("UNLINK");

  static final String EXPIRATION =
      "EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time"
          + " | PXAT unix-time-milliseconds:unix-time | ";

  private final Settings settings;

  StringCommands(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(get());
    table.add(set());
    table.add(getex());
    table.add(getdel());
    table.add(getset());
    table.add(setnx());
    table.add(setex("setex", "2.0.0", "seconds", "EX", 1000));
    table.add(setex("psetex", "2.6.0", "milliseconds", "PX", 1));
  }

  private Command get() {
    return Command.named("get")
        .group(Group.STRING)
        .docs("1.0.0", "O(1)", "Returns the string that is the value of a key.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::get);
  }

  private void get(Call call) {
    Strings.replyOrNull(call, call.database().read(call.keyAt(0)));
  }

  private Command set() {
    return Command.named("set")
        .group(Group.STRING)
        .docs("1.0.0", "O(1)", "Makes a key a string, whatever its value and type were before.")
        .history(
            "2.6.12",
            "Options `EX`, `PX`, `NX` and `XX`.",
            "6.0.0",
            "Option `KEEPTTL`.",
            "6.2.0",
            "Options `GET`, `EXAT` and `PXAT`.",
            "7.0.0",
            "`NX` and `GET` may be given together.",
            "8.4.0",
            "Options `IFEQ`, `IFNE`, `IFDEQ` and `IFDNE`.")
        .syntax(
            "key value [condition: NX | XX | IFEQ value | IFNE value | IFDEQ digest | IFDNE digest]"
                + " [GET] [expiration: "
                + EXPIRATION
                + "KEEPTTL]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .brief()
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE | KeySpec.VARIABLE_FLAGS, 1))
        .keyUse(StringCommands::useOfSet)
        .does(this::set);
  }

  private static int useOfSet(Arguments arguments) {
    for (int i = 3; i < arguments.count(); i++) {
      if (arguments.is(i, "GET")) {
        return KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE;
      }
    }
    return KeySpec.OW | KeySpec.UPDATE;
  }

  private void set(Call call) {
    if (call.count() > 3) {
      setWithOptions(call);
      return;
    }
    call.database()
        .setString(call.keyAt(0), call.buffer(), call.offset(2), call.length(2), Entry.NO_EXPIRY);
    call.dirty(1);
    call.notify(EventClass.STRING, "set", call.keyAt(0));
    call.reply().ok();
  }

  private static void setWithOptions(Call call) {
    Options options = call.options(3);
    long expiry = expiry(call, options);
    boolean keep = options.has("KEEPTTL");
    boolean get = options.has("GET");
    boolean ifAbsent = options.has("NX");
    boolean ifPresent = options.has("XX");
    Key key = call.keyAt(0);
    Database db = call.database();
    long entry = get ? db.read(key) : db.write(key);
    if (get) {
      Strings.replyOrNull(call, entry);
    }
    Comparison comparison = Comparison.in(options);
    if (comparison != null && entry != 0) {
      Strings.check(entry);
    }
    boolean met =
        comparison == null
            ? !(entry == 0 ? ifPresent : ifAbsent)
            : comparison.holds(entry, call, options.operand(comparison.name()));
    if (!met) {
      if (!get) {
        call.reply().nullBulk();
      }
      return;
    }
    long time = keep ? Database.KEEP_EXPIRY : expiry;
    db.setString(key, call.buffer(), call.offset(2), call.length(2), time);
    call.dirty(1);
    call.notify(EventClass.STRING, "set", key);
    if (expiry != Entry.NO_EXPIRY) {
      call.notify(EventClass.GENERIC, "expire", key);
      if ((comparison != null || !options.has("PXAT")) && call.isFollowed()) {
        logSet(call, 2, expiry);
      }
    } else if (get || comparison != null) {
      logWithoutGet(call, ifAbsent, ifPresent, keep);
    }
    if (!get) {
      call.reply().ok();
    }
  }

  private static void logSet(Call call, int value, long expiry) {
    call.logAs(SET, call.keyAt(0).toByteArray(), call.bytes(value), PXAT, Numbers.toBytes(expiry));
  }

  private static void logWithoutGet(Call call, boolean nx, boolean xx, boolean keep) {
    byte[] key = call.keyAt(0).toByteArray();
    byte[] value = call.bytes(2);
    byte[] condition = nx ? NX : XX;
    if ((nx || xx) && keep) {
      call.logAs(SET, key, value, condition, KEEPTTL);
    } else if (nx || xx) {
      call.logAs(SET, key, value, condition);
    } else if (keep) {
      call.logAs(SET, key, value, KEEPTTL);
    } else {
      call.logAs(SET, key, value);
    }
  }

  /// The time that EX, PX, EXAT or PXAT stands for, or [Entry#NO_EXPIRY] without any.
  static long expiry(Call call, Options options) {
    int operand = options.operand("EX");
    if (operand > 0) {
      return expiry(call, operand, 1000, true);
    }
    operand = options.operand("PX");
    if (operand > 0) {
      return expiry(call, operand, 1, true);
    }
    operand = options.operand("EXAT");
    if (operand > 0) {
      return expiry(call, operand, 1000, false);
    }
    operand = options.operand("PXAT");
    return operand > 0 ? expiry(call, operand, 1, false) : Entry.NO_EXPIRY;
  }

  private static long expiry(Call call, int operand, int unitMs, boolean relative) {
    long value = call.integer(operand);
    long base = relative ? call.nowMs() : 0;
    if (value <= 0 || value > Long.MAX_VALUE / unitMs || value * unitMs > Long.MAX_VALUE - base) {
      throw Errors.invalidExpire(call.command().fullName());
    }
    return value * unitMs + base;
  }

  private Command getex() {
    return Command.named("getex")
        .group(Group.STRING)
        .docs("6.2.0", "O(1)", "Returns the string of a key, and sets or removes its expiry time.")
        .syntax("key [expiration: " + EXPIRATION + "PERSIST]")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1))
        .does(this::getex);
  }

  private void getex(Call call) {
    Options options = call.options(2);
    Key key = call.keyAt(0);
    Database db = call.database();
    long entry = db.read(key);
    if (entry == 0) {
      call.reply().nullBulk();
      return;
    }
    Strings.check(entry);
    long expiry = expiry(call, options);
    Strings.reply(call, entry);
    if (options.has("PERSIST")) {
      if (Entry.hasExpiry(entry)) {
        db.expireAt(key, Entry.NO_EXPIRY);
        call.notify(EventClass.GENERIC, "persist", key);
        call.dirty(1);
        call.logAs(PERSIST, key.toByteArray());
      }
    } else if (expiry != Entry.NO_EXPIRY) {
      if (expiry <= call.nowMs() && call.keyspace().expiryRule() == Keyspace.ExpiryRule.DELETE) {
        boolean lazily = settings.isOn(MemorySettings.LAZYFREE_LAZY_EXPIRE);
        db.remove(key);
        call.notify(EventClass.GENERIC, "del", key);
        call.logAs(lazily ? UNLINK : DEL, key.toByteArray());
      } else {
        db.expireAt(key, expiry);
        call.notify(EventClass.GENERIC, "expire", key);
        call.logAs(PEXPIREAT, key.toByteArray(), Numbers.toBytes(expiry));
      }
      call.dirty(1);
    }
  }

  private Command getdel() {
    return Command.named("getdel")
        .group(Group.STRING)
        .docs("6.2.0", "O(1)", "Returns the string of a key and deletes the key.")
        .syntax("key")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1))
        .does(this::getdel);
  }

  private void getdel(Call call) {
    Key key = call.keyAt(0);
    long entry = call.database().read(key);
    Strings.replyOrNull(call, entry);
    if (entry != 0) {
      call.database().remove(key);
      call.notify(EventClass.GENERIC, "del", key);
      call.dirty(1);
      call.logAs(DEL, key.toByteArray());
    }
  }

  private Command getset() {
    return Command.named("getset")
        .group(Group.STRING)
        .docs("1.0.0", "O(1)", "Sets a key to a string and returns the string it was before.")
        .deprecated("6.2.0", "`SET` with the option `GET`")
        .syntax("key value")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1))
        .does(this::getset);
  }

  private void getset(Call call) {
    Key key = call.keyAt(0);
    Strings.replyOrNull(call, call.database().read(key));
    call.database().setString(key, call.buffer(), call.offset(2), call.length(2), Entry.NO_EXPIRY);
    call.notify(EventClass.STRING, "set", key);
    call.dirty(1);
    call.logAs(SET, key.toByteArray(), call.bytes(2));
  }

  private Command setnx() {
    return Command.named("setnx")
        .group(Group.STRING)
        .docs("1.0.0", "O(1)", "Sets a key to a string if there is no such key.")
        .deprecated("2.6.12", "`SET` with the option `NX`")
        .syntax("key value")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.OW | KeySpec.INSERT, 1))
        .does(this::setnx);
  }

  private void setnx(Call call) {
    Key key = call.keyAt(0);
    Database db = call.database();
    if (db.write(key) != 0) {
      call.reply().integer(0);
      return;
    }
    db.setString(key, call.buffer(), call.offset(2), call.length(2), Entry.NO_EXPIRY);
    call.notify(EventClass.STRING, "set", key);
    call.dirty(1);
    call.reply().integer(1);
  }

  private Command setex(String name, String since, String unit, String option, int unitMs) {
    return Command.named(name)
        .group(Group.STRING)
        .docs(since, "O(1)", "Sets a key to a string that lives for some " + unit + ".")
        .deprecated("2.6.12", "`SET` with the option `" + option + "`")
        .syntax("key " + unit + ":integer value")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 1))
        .does(call -> setex(call, unitMs));
  }

  private static void setex(Call call, int unitMs) {
    long expiry = expiry(call, 2, unitMs, true);
    call.database().setString(call.keyAt(0), call.buffer(), call.offset(3), call.length(3), expiry);
    call.notify(EventClass.STRING, "set", call.keyAt(0));
    call.notify(EventClass.GENERIC, "expire", call.keyAt(0));
    call.dirty(1);
    logSet(call, 3, expiry);
    call.reply().ok();
  }
}
