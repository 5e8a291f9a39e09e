package io.skein.engine.command.stream;

import io.skein.engine.resp.Reply;
import io.skein.engine.value.StreamId;
import java.util.Arrays;
import java.util.List;

/// The reply of XAUTOCLAIM: the id to go on from, what was claimed, what turned out to be deleted.
final class AutoclaimReply {
  private AutoclaimReply() {}

  /// Puts the head and the id before what was written since `mark`, and the rest behind it.
  static void finish(Reply reply, int mark, StreamId next, List<StreamId> deleted) {
    byte[] claimed = Arrays.copyOfRange(reply.bytes(), mark, reply.size());
    reply.truncate(mark);
    reply.array(3);
    Entries.id(reply, next);
    reply.raw(claimed);
    reply.array(deleted.size());
    for (StreamId id : deleted) {
      Entries.id(reply, id);
    }
  }
}
