package io.skein.engine.command.hash;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HGETEX, HSETEX and HGETDEL: fields together with their expiry times, as in Redis 8.0.
final class FieldsAndTimes {
  private static final CommandError BAD_COUNT = new CommandError("ERR invalid number of fields");
  private static final CommandError NO_TIME = new CommandError("ERR missing expire time");
  private static final CommandError TWO_CONDITIONS =
      new CommandError("ERR Only one of FXX or FNX arguments can be specified");
  private static final CommandError TWO_TIMES =
      new CommandError("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified");
  private static final CommandError NEGATIVE =
      new CommandError("ERR invalid expire time, must be >= 0");

  private static final byte[] HDEL = ascii("HDEL");
  private static final byte[] HSETEX = ascii("HSETEX");
  private static final byte[] HPERSIST = ascii("HPERSIST");
  private static final byte[] PXAT = ascii("PXAT");
  private static final byte[] FIELDS = ascii("FIELDS");

  private static final String TIMES =
      "EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time"
          + " | PXAT unix-time-milliseconds:unix-time | ";
  private static final String COST = "O(N), N being the number of fields given.";

  private final HashCursor cursor = new HashCursor();

  void declare(CommandTable table) {
    table.add(
        Command.named("hgetdel")
            .group(Group.HASH)
            .docs("8.0.0", COST, "Returns the values of fields and deletes the fields.")
            .syntax("key (fields: FIELDS numfields:integer field...)")
            .flags(CommandFlag.WRITE, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1))
            .does(this::hgetdel));
    table.add(
        Command.named("hgetex")
            .group(Group.HASH)
            .docs("8.0.0", COST, "Returns the values of fields and changes their expiry times.")
            .syntax(
                "key [expiration: "
                    + TIMES
                    + "PERSIST] (fields: FIELDS numfields:integer field...)")
            .flags(CommandFlag.WRITE, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1))
            .does(this::hgetex));
    table.add(
        Command.named("hsetex")
            .group(Group.HASH)
            .docs("8.0.0", COST, "Sets fields of a hash together with their expiry time.")
            .syntax(
                "key [condition: FNX | FXX] [expiration: "
                    + TIMES
                    + "KEEPTTL] (fields: FIELDS numfields:integer (data: field value)...)")
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
            .does(this::hsetex));
  }

  // --- HGETDEL ---

  private void hgetdel(Call call) {
    Key key = call.keyAt(0);
    HashValue hash = call.database().write(key, HashValue.TYPE);
    int first = FieldArguments.first(call, 2, FieldArguments.NO_COUNT);
    hash = Fields.purged(call, hash, first, call.count(), 1, cursor);
    call.reply().array(call.count() - first);
    List<byte[]> deleted = new ArrayList<>();
    deleted.add(HDEL);
    deleted.add(key.toByteArray());
    for (int i = first; i < call.count(); i++) {
      if (hash != null && Fields.find(call, hash, i, cursor)) {
        Fields.reply(call.reply(), cursor.value());
        hash.removeCurrent(cursor);
        deleted.add(call.bytes(i));
      } else {
        call.reply().nullBulk();
      }
    }
    if (hash != null && deleted.size() > 2) {
      call.notify(EventClass.HASH, "hdel", key);
      call.dirty(deleted.size() - 2);
      call.logAs(deleted.toArray(new byte[0][]));
      Fields.removeIfEmpty(call, key, hash);
    }
  }

  // --- HGETEX ---

  private void hgetex(Call call) {
    Key key = call.keyAt(0);
    HashValue hash = call.database().write(key, HashValue.TYPE);
    boolean persists = call.is(2, "PERSIST");
    boolean times = unitMs(call, 2) > 0;
    long expiryMs = times ? expiryMs(call, 2) : Entry.NO_EXPIRY;
    int first = FieldArguments.first(call, times ? 4 : persists ? 3 : 2, FieldArguments.NO_COUNT);
    hash = Fields.purged(call, hash, first, call.count(), 1, cursor);
    call.reply().array(call.count() - first);
    FieldChanges changes = null;
    if (hash != null && times) {
      changes = new FieldChanges(call, hash, expiryMs);
    }
    List<byte[]> persisted = new ArrayList<>();
    for (int i = first; i < call.count(); i++) {
      if (hash == null || !Fields.find(call, hash, i, cursor)) {
        call.reply().nullBulk();
        continue;
      }
      Fields.reply(call.reply(), cursor.value());
      if (changes != null) {
        changes.expire(i);
      } else if (persists && cursor.expiryMs() != Entry.NO_EXPIRY) {
        hash.expireAt(call.buffer(), call.offset(i), call.length(i), Entry.NO_EXPIRY);
        persisted.add(call.bytes(i));
      }
    }
    if (changes != null) {
      changes.finish();
    }
    if (!persisted.isEmpty()) {
      call.notify(EventClass.HASH, "hpersist", key);
      call.dirty(persisted.size());
      log(call, HPERSIST, List.of(), persisted.size(), persisted);
    }
  }

  private static void log(
      Call call, byte[] name, List<byte[]> options, int count, List<byte[]> fields) {
    List<byte[]> logged = new ArrayList<>();
    logged.add(name);
    logged.add(call.keyAt(0).toByteArray());
    logged.addAll(options);
    logged.add(FIELDS);
    logged.add(Numbers.toBytes(count));
    logged.addAll(fields);
    call.logAs(logged.toArray(new byte[0][]));
  }

  /// The unit in which the token at argument `i` has its time given; 0 for any other token.
  private static int unitMs(Call call, int i) {
    if (call.is(i, "EX") || call.is(i, "EXAT")) {
      return 1000;
    }
    return call.is(i, "PX") || call.is(i, "PXAT") ? 1 : 0;
  }

  /// The time given behind the token at argument `i`.
  private static long expiryMs(Call call, int i) {
    long value = call.integer(i + 1);
    if (value < 0) {
      throw NEGATIVE;
    }
    boolean relative = call.is(i, "EX") || call.is(i, "PX");
    return FieldArguments.expiryMs(call, value, relative, unitMs(call, i));
  }

  // --- HSETEX ---

  /// What the options of HSETEX say.
  ///
  /// @param condition `FNX`, `FXX` or null
  /// @param expiryMs or [Entry#NO_EXPIRY]
  /// @param first the argument that the first field is
  private record Setting(
      @Nullable String condition, long expiryMs, boolean keepsExpiry, int first) {}

  private static Setting setting(Call call) {
    String condition = null;
    long expiryMs = Entry.NO_EXPIRY;
    boolean keeps = false;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "FIELDS")) {
        return new Setting(condition, expiryMs, keeps, firstPair(call, i));
      }
      boolean timed = unitMs(call, i) > 0;
      if (timed || call.is(i, "KEEPTTL")) {
        if (keeps || expiryMs != Entry.NO_EXPIRY) {
          throw TWO_TIMES;
        }
        keeps = !timed;
        if (timed && i + 1 >= call.count()) {
          throw NO_TIME;
        }
        if (timed) {
          expiryMs = expiryMs(call, i);
          i++;
        }
      } else if (call.is(i, "FNX") || call.is(i, "FXX")) {
        if (condition != null) {
          throw TWO_CONDITIONS;
        }
        condition = call.is(i, "FNX") ? "FNX" : "FXX";
      } else {
        throw new CommandError("ERR unknown argument: " + call.string(i));
      }
    }
    throw Errors.wrongArity(call.command().fullName());
  }

  private static int firstPair(Call call, int at) {
    CommandError arity = Errors.wrongArity(call.command().fullName());
    if (at >= call.count() - 3) {
      throw arity;
    }
    long count = call.integer(at + 1, 1, Integer.MAX_VALUE, BAD_COUNT);
    int left = call.count() - at - 2;
    if (left % 2 != 0 || count != left / 2) {
      throw arity;
    }
    return at + 2;
  }

  private void hsetex(Call call) {
    Setting setting = setting(call);
    Key key = call.keyAt(0);
    int first = setting.first;
    HashValue hash = call.database().write(key, HashValue.TYPE);
    hash = Fields.purged(call, hash, first, call.count(), 2, cursor);
    if (!isMet(call, hash, setting)) {
      call.reply().integer(0);
      return;
    }
    if (hash == null) {
      hash = call.database().create(key, HashValue.TYPE, Entry.NO_EXPIRY);
    }
    Fields.expect(call, hash, first, call.count());
    boolean expires = setting.expiryMs != Entry.NO_EXPIRY;
    boolean passed =
        expires
            && setting.expiryMs <= call.nowMs()
            && call.keyspace().expiryRule() == Keyspace.ExpiryRule.DELETE;
    List<byte[]> fields = new ArrayList<>();
    List<byte[]> pairs = new ArrayList<>();
    for (int i = first; i < call.count(); i += 2) {
      Fields.set(call, hash, i, setting.keepsExpiry);
      fields.add(call.bytes(i));
      pairs.add(call.bytes(i));
      pairs.add(call.bytes(i + 1));
    }
    for (int i = first; expires && i < call.count(); i += 2) {
      if (passed) {
        hash.remove(call.buffer(), call.offset(i), call.length(i));
      } else {
        hash.expireAt(call.buffer(), call.offset(i), call.length(i), setting.expiryMs);
      }
    }
    call.notify(EventClass.HASH, "hset", key);
    call.dirty(fields.size());
    call.reply().integer(1);
    if (passed) {
      call.notify(EventClass.HASH, "hdel", key);
      fields.addAll(0, List.of(HDEL, key.toByteArray()));
      call.logAs(fields.toArray(new byte[0][]));
      Fields.removeIfEmpty(call, key, hash);
    } else if (expires) {
      call.notify(EventClass.HASH, "hexpire", key);
      byte[] time = Numbers.toBytes(setting.expiryMs);
      log(call, HSETEX, List.of(PXAT, time), fields.size(), pairs);
    }
  }

  private boolean isMet(Call call, @Nullable HashValue hash, Setting setting) {
    String condition = setting.condition;
    if (condition == null) {
      return true;
    }
    boolean wanted = condition.equals("FXX");
    for (int i = setting.first; i < call.count(); i += 2) {
      if ((hash != null && Fields.find(call, hash, i, cursor)) != wanted) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
