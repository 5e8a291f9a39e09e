package io.skein.engine.command.hash;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.value.HashValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What one command does to the expiry times of fields: sets them, or deletes the fields where a
/// primary is given a time that has passed.
///
/// It is logged with absolute times, and deleted fields as deleted.
final class FieldChanges {
  private static final byte[] HDEL = ascii("HDEL");
  private static final byte[] HPEXPIREAT = ascii("HPEXPIREAT");
  private static final byte[] FIELDS = ascii("FIELDS");

  private final Call call;
  private final HashValue hash;
  private final long expiryMs;
  private final boolean deletes;
  private final List<byte[]> changed = new ArrayList<>();

  FieldChanges(Call call, HashValue hash, long expiryMs) {
    this.call = call;
    this.hash = hash;
    this.expiryMs = expiryMs;
    this.deletes =
        expiryMs <= call.nowMs() && call.keyspace().expiryRule() == Keyspace.ExpiryRule.DELETE;
  }

  /// Gives the field that an argument names, and that exists, its time; true when it was deleted
  /// instead.
  boolean expire(int argument) {
    byte[] b = call.buffer();
    int offset = call.offset(argument);
    int length = call.length(argument);
    if (deletes) {
      hash.remove(b, offset, length);
    } else {
      hash.expireAt(b, offset, length, expiryMs);
    }
    changed.add(call.bytes(argument));
    return deletes;
  }

  /// Tells of the changes, logs them, and deletes the hash if nothing is left of it.
  void finish() {
    if (changed.isEmpty()) {
      return;
    }
    Key key = call.keyAt(0);
    call.notify(EventClass.HASH, event(), key);
    call.dirty(changed.size());
    List<byte[]> logged = new ArrayList<>();
    logged.add(deletes ? HDEL : HPEXPIREAT);
    logged.add(key.toByteArray());
    if (!deletes) {
      logged.add(Numbers.toBytes(expiryMs));
      logged.add(FIELDS);
      logged.add(Numbers.toBytes(changed.size()));
    }
    logged.addAll(changed);
    call.logAs(logged.toArray(new byte[0][]));
    if (deletes) {
      Fields.removeIfEmpty(call, key, hash);
    }
  }

  /// What has happened, as subscribers are told.
  String event() {
    return deletes ? "hdel" : "hexpire";
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
