package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;

/// What several commands on sorted sets do.
final class SortedSets {
  private SortedSets() {}

  /// Says that `count` elements were removed, and deletes a key that has none any more.
  static void removed(Call call, Key key, SortedSetValue value, int count, String event) {
    if (count == 0) {
      return;
    }
    boolean emptied = value.count() == 0;
    if (emptied) {
      value.remove();
    }
    call.dirty(count);
    call.notify(EventClass.SORTED_SET, event, key);
    if (emptied) {
      call.notify(EventClass.GENERIC, "del", key);
    }
  }

  /// Replies the member under the cursor.
  static void replyMember(Reply reply, SortedSetCursor at) {
    if (at.isInteger()) {
      reply.bulkInteger(at.integer());
    } else {
      reply.bulk(at.address(), at.length());
    }
  }

  /// Replies the element under the cursor, with its score if `scored`: in RESP3 as a pair.
  static void replyElement(Reply reply, SortedSetCursor at, boolean scored) {
    if (scored && reply.protocol() > 2) {
      reply.array(2);
    }
    replyMember(reply, at);
    if (scored) {
      reply.doubleValue(at.score());
    }
  }

  /// Begins the reply of `count` elements: in RESP2, members and scores in turn.
  static void replyHead(Reply reply, int count, boolean scored) {
    reply.array(scored && reply.protocol() == 2 ? Math.multiplyExact(2, count) : count);
  }
}
