package io.skein.engine.command.generic;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.Leniency;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.AccessClock;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.rdb.DumpPayload;
import io.skein.engine.rdb.RdbEntry;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.rdb.RdbValues;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// DUMP and RESTORE: a value as bytes that another node, or Redis, understands.
final class DumpCommands {
  private static final CommandError NEGATIVE_IDLE_TIME =
      new CommandError("ERR Invalid IDLETIME value, must be >= 0");
  private static final CommandError WRONG_FREQUENCY =
      new CommandError("ERR Invalid FREQ value, must be >= 0 and <= 255");
  private static final CommandError NEGATIVE_TTL =
      new CommandError("ERR Invalid TTL value, must be >= 0");
  private static final CommandError WRONG_FOOTER = new CommandError(DumpPayload.WRONG_FOOTER);
  private static final CommandError BAD_FORMAT = new CommandError(DumpPayload.BAD_FORMAT);

  private static final byte[] ABSTTL = "ABSTTL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);

  /// The longest idle time that the clock of an entry can hold, in seconds.
  private static final long LONGEST_IDLE = (1L << 24) - 1;

  private static final int NOT_GIVEN = -1;

  private final Settings settings;
  private final Leniency leniency;
  private final BiConsumer<LogLevel, String> log;

  DumpCommands(Settings settings, Leniency leniency, BiConsumer<LogLevel, String> log) {
    this.settings = settings;
    this.leniency = leniency;
    this.log = log;
  }

  void declare(CommandTable table) {
    table.add(dump());
    table.add(restore("restore", "2.6.0").group(Group.GENERIC));
    table.add(
        restore("restore-asking", "3.0.0")
            .group(Group.SERVER)
            .categories(Category.KEYSPACE)
            .flags(CommandFlag.ASKING));
  }

  private Command dump() {
    return Command.named("dump")
        .group(Group.GENERIC)
        .docs(
            "2.6.0",
            "O(N*M), N being the number of elements and M their average size.",
            "Returns the value of a key as bytes that RESTORE takes.")
        .syntax("key")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::dump);
  }

  private void dump(Call call) {
    long entry = call.database().read(call.keyAt(0));
    if (entry == 0) {
      call.reply().nullBulk();
      return;
    }
    boolean compression = settings.isOn(PersistenceSettings.RDBCOMPRESSION);
    call.reply().bulk(RdbValues.dump(call.database(), entry, compression));
  }

  private Command restore(String name, String since) {
    return Command.named(name)
        .docs(
            since,
            "O(N*M), N being the number of elements and M their average size; with another"
                + " log(N) for a sorted set.",
            "Creates a key from the bytes that DUMP has returned.")
        .history(
            "3.0.0",
            "Option `REPLACE`.",
            "5.0.0",
            "Option `ABSTTL`.",
            "5.0.0",
            "Options `IDLETIME` and `FREQ`.")
        .syntax(
            "key ttl:integer serialized-value [REPLACE] [ABSTTL] [IDLETIME seconds:integer]"
                + " [FREQ frequency:integer]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .categories(Category.DANGEROUS)
        .keys(KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 1))
        .does(this::restore);
  }

  private record Request(boolean replace, boolean absolute, long idleSeconds, int frequency) {}

  private void restore(Call call) {
    Request request = request(call);
    Key key = call.keyAt(0);
    Database db = call.database();
    if (db.write(key) != 0 && !request.replace) {
      throw Errors.BUSY_KEY;
    }
    long ttl = call.integer(2);
    if (ttl < 0) {
      throw NEGATIVE_TTL;
    }
    byte[] payload = call.bytes(3);
    call.keyspace().stats().sanitizedOne();
    if (!DumpPayload.verify(payload, leniency.skipsChecksums())) {
      throw WRONG_FOOTER;
    }
    String fault = read(payload, call.keyspace().scratch(), key);
    if (fault != null) {
      log.accept(LogLevel.VERBOSE, fault);
      throw BAD_FORMAT;
    }
    long expiry = ttl == 0 ? Entry.NO_EXPIRY : request.absolute ? ttl : ttl + call.nowMs();
    call.reply().ok();
    if (ttl != 0
        && expiry <= call.nowMs()
        && call.keyspace().expiryRule() == Keyspace.ExpiryRule.DELETE) {
      call.keyspace().scratch().remove(key);
      if (db.remove(key)) {
        call.notify(EventClass.GENERIC, "del", key);
        boolean lazily = settings.isOn(MemorySettings.LAZYFREE_LAZY_SERVER_DEL);
        call.dirty(1);
        call.logAs(lazily ? UNLINK : DEL, key.toByteArray());
      }
      return;
    }
    Database scratch = call.keyspace().scratch();
    scratch.move(key, db, key);
    if (expiry != Entry.NO_EXPIRY) {
      db.expireAt(key, expiry);
    }
    db.setClock(key, clock(call.keyspace().clock(), request));
    call.notify(EventClass.GENERIC, "restore", key);
    call.dirty(1);
    if (ttl != 0 && !request.absolute) {
      log(call, expiry);
    }
  }

  /// Puts the value together where no client sees it, so that a broken one changes nothing; returns
  /// what is wrong with it, or null.
  private static @Nullable String read(byte[] payload, Database scratch, Key key) {
    String title = "Value";
    try {
      RdbEntry value = DumpPayload.open(payload);
      title = value.type().title();
      boolean there = RdbValues.read(value, scratch, key, Entry.NO_EXPIRY);
      return there ? null : title + " without elements in a payload that RESTORE was given";
    } catch (RdbException e) {
      return title + " integrity check failed: " + e.reason();
    }
  }

  private static Request request(Call call) {
    boolean replace = false;
    boolean absolute = false;
    long idle = NOT_GIVEN;
    long frequency = NOT_GIVEN;
    for (int i = 4; i < call.count(); i++) {
      boolean operand = i + 1 < call.count();
      if (call.is(i, "REPLACE")) {
        replace = true;
      } else if (call.is(i, "ABSTTL")) {
        absolute = true;
      } else if (call.is(i, "IDLETIME") && operand && frequency == NOT_GIVEN) {
        idle = call.integer(++i);
        if (idle < 0) {
          throw NEGATIVE_IDLE_TIME;
        }
      } else if (call.is(i, "FREQ") && operand && idle == NOT_GIVEN) {
        frequency = call.integer(++i);
        if (frequency < 0 || frequency > 255) {
          throw WRONG_FREQUENCY;
        }
      } else {
        throw Errors.SYNTAX;
      }
    }
    return new Request(replace, absolute, idle, (int) frequency);
  }

  private static int clock(AccessClock clock, Request request) {
    if (clock.isLfu()) {
      return clock.ofFrequency(
          request.frequency == NOT_GIVEN ? AccessClock.LFU_INITIAL : request.frequency);
    }
    return clock.ofIdle(Math.clamp(request.idleSeconds, 0, LONGEST_IDLE));
  }

  private static void log(Call call, long expiry) {
    byte[][] arguments = new byte[call.count() + 1][];
    for (int i = 0; i < call.count(); i++) {
      arguments[i] = call.bytes(i);
    }
    arguments[2] = Numbers.toBytes(expiry);
    arguments[call.count()] = ABSTTL;
    call.logAs(arguments);
  }
}
