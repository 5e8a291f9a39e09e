package io.skein.engine.command.stream;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamValue;
import org.jspecify.annotations.Nullable;

/// What commands on groups and their consumers have in common.
final class Consumers {
  private Consumers() {}

  /// Makes a consumer.
  static StreamConsumer create(Call call, Key key, StreamGroup group, Bytes name) {
    StreamConsumer consumer = group.addConsumer(name, call.nowMs());
    call.notify(EventClass.STREAM, "xgroup-createconsumer", key);
    call.dirty(1);
    return consumer;
  }

  /// The group that argument `i` names, of a stream that may not be there.
  static StreamGroup group(Call call, @Nullable StreamValue value, int i) {
    StreamGroup group = value == null ? null : value.stream().group(call.toBytes(i));
    if (group == null) {
      throw new CommandError(
          "NOGROUP No such key '"
              + call.string(i - 1)
              + "' or consumer group '"
              + call.string(i)
              + "'");
    }
    return group;
  }

  /// The error for a group that a stream, which is there, does not have.
  static CommandError noGroup(Call call, int key) {
    return new CommandError(
        "NOGROUP No such consumer group '"
            + call.string(key + 1)
            + "' for key name '"
            + call.string(key)
            + "'");
  }
}
