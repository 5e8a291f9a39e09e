package io.skein.engine.command.hash;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.Slice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the commands on hashes do in common.
final class Fields {
  private Fields() {}

  /// Writes a field or a value.
  static void reply(Reply reply, Slice text) {
    if (text.isInteger()) {
      reply.bulkInteger(text.integer());
    } else {
      reply.bulk(text.address(), text.length());
    }
  }

  /// The hash of the call's key, for a command that reads it; null when there is none.
  static @Nullable HashValue read(Call call) {
    return call.database().read(call.keyAt(0), HashValue.TYPE);
  }

  /// The hash of the call's key, for a command that reads the fields named from argument `from` up
  /// to `to`; null when there is none. Those whose time has come are deleted first.
  static @Nullable HashValue read(Call call, int from, int to, HashCursor cursor) {
    return purged(call, read(call), from, to, 1, cursor);
  }

  /// The hash of the call's key, which is created when there is none, for a command that changes
  /// the fields named by each argument `step` behind the last. Those whose time has come are
  /// deleted first.
  static HashValue open(Call call, int from, int to, int step, HashCursor cursor) {
    Database db = call.database();
    HashValue hash = db.write(call.keyAt(0), HashValue.TYPE);
    hash = purged(call, hash, from, to, step, cursor);
    return hash != null ? hash : db.create(call.keyAt(0), HashValue.TYPE, Entry.NO_EXPIRY);
  }

  /// Deletes those of the fields named whose time has come, if this node may; the hash, or null
  /// when that was its last field.
  static @Nullable HashValue purged(
      Call call, @Nullable HashValue hash, int from, int to, int step, HashCursor cursor) {
    if (hash == null || hash.earliestExpiryMs() >= call.nowMs() || !mayDelete(call.keyspace())) {
      return hash;
    }
    List<byte[]> due = new ArrayList<>();
    for (int i = from; i < to; i += step) {
      boolean found = hash.find(call.buffer(), call.offset(i), call.length(i), cursor);
      if (found && cursor.isExpired(call.nowMs())) {
        due.add(cursor.field().toByteArray());
      }
    }
    if (due.isEmpty()) {
      return hash;
    }
    long size = hash.size();
    long expired = due.stream().map(Bytes::of).distinct().count();
    call.database().expireFields(call.keyAt(0), hash, due);
    return size == expired ? null : hash;
  }

  static boolean mayDelete(Keyspace keyspace) {
    return keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE && !keyspace.isExpiryHeld();
  }

  /// The time before which fields have to expire to be hidden from the call.
  static long hiddenBeforeMs(Call call) {
    return call.keyspace().expiryRule() == Keyspace.ExpiryRule.IGNORE ? 0 : call.nowMs();
  }

  /// The time before which fields have to expire to be hidden; 0 when none is.
  static long hiddenBeforeMs(Call call, HashValue hash) {
    return hash.earliestExpiryMs() >= call.nowMs() ? 0 : hiddenBeforeMs(call);
  }

  /// How many fields are shown.
  static int shown(HashValue hash, long hiddenBeforeMs, HashCursor cursor) {
    int count = (int) hash.size();
    if (hiddenBeforeMs > 0) {
      hash.fields(cursor);
      while (cursor.next()) {
        count -= cursor.isExpired(hiddenBeforeMs) ? 1 : 0;
      }
    }
    return count;
  }

  /// The hash of the call's key, for a command that looks at any of its fields; null when there is
  /// none that is shown. Those whose time has come are deleted first, if this node may.
  static @Nullable HashValue readLive(Call call, HashCursor cursor) {
    HashValue hash = read(call);
    if (hash == null || hash.earliestExpiryMs() >= call.nowMs()) {
      return hash;
    }
    if (!mayDelete(call.keyspace())) {
      return shown(hash, hiddenBeforeMs(call), cursor) == 0 ? null : hash;
    }
    List<byte[]> due = new ArrayList<>();
    hash.fields(cursor);
    while (cursor.next()) {
      if (cursor.isExpired(call.nowMs())) {
        due.add(cursor.field().toByteArray());
      }
    }
    if (due.isEmpty()) {
      return hash;
    }
    boolean all = due.size() == hash.size();
    call.database().expireFields(call.keyAt(0), hash, due);
    return all ? null : hash;
  }

  /// Puts the cursor on the field that an argument names; false when there is none, or none whose
  /// time has not come.
  static boolean find(Call call, HashValue hash, int argument, HashCursor cursor) {
    return hash.find(call.buffer(), call.offset(argument), call.length(argument), cursor)
        && !cursor.isExpired(hiddenBeforeMs(call));
  }

  /// Tells a hash of the fields and values from argument `from` up to `to` that are coming.
  static void expect(Call call, HashValue hash, int from, int to) {
    int longest = 0;
    long bytes = 0;
    for (int i = from; i < to; i++) {
      int length = call.length(i);
      longest = Math.max(longest, length);
      bytes += length;
    }
    hash.expect((to - from) / 2, longest, bytes);
  }

  /// Sets the field at argument `i` to the value behind it; true when it is new.
  static boolean set(Call call, HashValue hash, int i, boolean keepExpiry) {
    return hash.set(
        call.buffer(),
        call.offset(i),
        call.length(i),
        call.buffer(),
        call.offset(i + 1),
        call.length(i + 1),
        keepExpiry);
  }

  /// Replies with the value of the field that an argument names, or with null.
  static void replyValue(Call call, @Nullable HashValue hash, int argument, HashCursor cursor) {
    if (hash != null && find(call, hash, argument, cursor)) {
      reply(call.reply(), cursor.value());
    } else {
      call.reply().nullBulk();
    }
  }

  /// Deletes the key of a hash that has become empty.
  static void removeIfEmpty(Call call, Key key, HashValue hash) {
    if (hash.size() == 0) {
      hash.remove();
      call.notify(EventClass.GENERIC, "del", key);
    }
  }
}
