package io.skein.engine.command.hash;

import io.skein.engine.command.Call;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.Slice;
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

  /// Puts the cursor on the field that an argument names; false when there is none.
  static boolean find(Call call, HashValue hash, int argument, HashCursor cursor) {
    return hash.find(call.buffer(), call.offset(argument), call.length(argument), cursor);
  }

  /// Deletes the key of a hash that has become empty.
  static void removeIfEmpty(Call call, Key key, HashValue hash) {
    if (hash.size() == 0) {
      hash.remove();
      call.notify(EventClass.GENERIC, "del", key);
    }
  }
}
