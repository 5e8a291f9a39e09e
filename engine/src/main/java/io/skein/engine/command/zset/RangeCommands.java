package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.StoredSortedSet;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.ScoredMember;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import java.util.ArrayList;
import java.util.List;

/// ZRANGE and ZRANGESTORE: elements by rank, score or member.
final class RangeCommands {
  static final String COST = "O(log(N)+M), N being the number of members and M that of the range.";

  private static final String OPTIONS =
      "[sortby: BYSCORE | BYLEX] [rev: REV] [limit: LIMIT offset:integer count:integer]";

  void declare(CommandTable table) {
    table.add(zrange());
    table.add(zrangestore());
  }

  private Command zrange() {
    return Command.named("zrange")
        .group(Group.SORTED_SET)
        .docs("1.2.0", COST, "Returns the elements of a range, by rank, score or member.")
        .history("6.2.0", "Options `REV`, `BYSCORE`, `BYLEX` and `LIMIT`.")
        .syntax("key start stop " + OPTIONS + " [withscores: WITHSCORES]")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(call -> reply(call, Range.read(call, 2, null, false, false)));
  }

  /// Replies the elements of `range` of the call's key.
  static void reply(Call call, Range range) {
    Reply reply = call.reply();
    SortedSetValue value = call.database().read(call.keyAt(0), SortedSetValue.TYPE);
    int count = value == null ? 0 : range.find(value);
    boolean scored = range.isScored();
    SortedSets.replyHead(reply, count, scored);
    if (value == null || count == 0) {
      return;
    }
    SortedSetCursor at = value.cursor();
    at.toRank(range.first());
    SortedSets.replyElement(reply, at, scored);
    for (int i = 1; i < count; i++) {
      if (range.isReverse()) {
        at.previous();
      } else {
        at.next();
      }
      SortedSets.replyElement(reply, at, scored);
    }
  }

  private Command zrangestore() {
    return Command.named("zrangestore")
        .group(Group.SORTED_SET)
        .docs(
            "6.2.0",
            "O(log(N)+M), N being the number of members and M that of those stored.",
            "Stores the elements of a range of one sorted set as another.")
        .syntax("dst:key src:key min max " + OPTIONS)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(
            KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 1),
            KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 2))
        .does(this::zrangestore);
  }

  private void zrangestore(Call call) {
    Range range = Range.read(call, 3, null, false, true);
    Key source = call.keyAt(1);
    SortedSetValue value = call.database().read(source, SortedSetValue.TYPE);
    List<ScoredMember> elements = new ArrayList<>();
    int count = value == null ? 0 : range.find(value);
    if (value != null && count > 0) {
      SortedSetCursor at = value.cursor();
      boolean there = at.toRank(range.first());
      for (int i = 0; i < count && there; i++) {
        elements.add(new ScoredMember(at.member(), at.score()));
        there = range.isReverse() ? at.previous() : at.next();
      }
    }
    StoredSortedSet.store(call, call.keyAt(0), elements, "zrangestore");
    call.reply().integer(elements.size());
  }
}
