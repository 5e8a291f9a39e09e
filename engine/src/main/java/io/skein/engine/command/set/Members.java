package io.skein.engine.command.set;

import io.skein.engine.command.Call;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import io.skein.engine.value.Slice;

/// What the commands on sets do in common.
final class Members {
  private Members() {}

  /// Writes a member.
  static void reply(Reply reply, Slice member) {
    if (member.isInteger()) {
      reply.bulkInteger(member.integer());
    } else {
      reply.bulk(member.address(), member.length());
    }
  }

  /// Writes all members, but not their number.
  static void replyAll(Reply reply, SetValue set, SetCursor cursor) {
    set.members(cursor);
    while (cursor.next()) {
      reply(reply, cursor);
    }
  }

  /// Deletes the key of a set that has become empty.
  static boolean removeIfEmpty(Call call, Key key, SetValue set) {
    if (set.size() > 0) {
      return false;
    }
    set.remove();
    call.notify(EventClass.GENERIC, "del", key);
    return true;
  }
}
