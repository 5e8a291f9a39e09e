package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import java.util.BitSet;
import java.util.SplittableRandom;

/// ZRANDMEMBER and ZSCAN: elements in no order.
final class SampleCommands {
  private static final CommandError OUT_OF_RANGE = new CommandError("ERR value is out of range");

  private final SplittableRandom random;
  private final SortedSetScan scan = new SortedSetScan();

  SampleCommands(long seed) {
    random = new SplittableRandom(seed);
  }

  void declare(CommandTable table) {
    table.add(zrandmember());
    table.add(zscan());
  }

  private Command zrandmember() {
    return Command.named("zrandmember")
        .group(Group.SORTED_SET)
        .docs(
            "6.2.0",
            "O(N*log(M)), N being the number of elements asked for and M that of members.",
            "Returns one or several elements, chosen at random.")
        .syntax("key [options: count:integer [withscores: WITHSCORES]]")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::zrandmember);
  }

  private void zrandmember(Call call) {
    boolean several = call.count() > 2;
    long count = several ? count(call) : 1;
    boolean scored = call.count() > 3;
    SortedSetValue value = call.database().read(call.keyAt(0), SortedSetValue.TYPE);
    Reply reply = call.reply();
    if (value == null || count == 0) {
      if (several) {
        reply.array(0);
      } else {
        reply.nullBulk();
      }
    } else if (!several) {
      SortedSetCursor at = value.cursor();
      at.toRank(random.nextInt(value.count()));
      SortedSets.replyMember(reply, at);
    } else if (count < 0) {
      repeated(reply, value, Math.toIntExact(-count), scored);
    } else {
      distinct(reply, value, (int) Math.min(count, value.count()), scored);
    }
  }

  private static long count(Call call) {
    long count = call.integer(2);
    if (count == Long.MIN_VALUE) {
      throw Errors.notBetween(-Long.MAX_VALUE, Long.MAX_VALUE);
    }
    if (call.count() > 4 || call.count() == 4 && !call.is(3, "WITHSCORES")) {
      throw Errors.SYNTAX;
    }
    // Nobody can be replied more than the greatest array.
    long most = call.count() == 4 ? Integer.MAX_VALUE / 2 : Integer.MAX_VALUE;
    if (count < -most || call.count() == 4 && count > Long.MAX_VALUE / 2) {
      throw OUT_OF_RANGE;
    }
    return count;
  }

  /// Replies elements each of which is chosen among all.
  private void repeated(Reply reply, SortedSetValue value, int count, boolean scored) {
    SortedSets.replyHead(reply, count, scored);
    SortedSetCursor at = value.cursor();
    int size = value.count();
    for (int i = 0; i < count; i++) {
      at.toRank(random.nextInt(size));
      SortedSets.replyElement(reply, at, scored);
    }
  }

  /// Replies elements no two of which are the same.
  private void distinct(Reply reply, SortedSetValue value, int count, boolean scored) {
    SortedSets.replyHead(reply, count, scored);
    SortedSetCursor at = value.cursor();
    int size = value.count();
    if (count == size) {
      // As Redis does, from the last to the first.
      for (boolean there = at.toRank(size - 1); there; there = at.previous()) {
        SortedSets.replyElement(reply, at, scored);
      }
      return;
    }
    boolean most = count > size / 2;
    BitSet chosen = new BitSet(size);
    for (int left = most ? size - count : count; left > 0; ) {
      int rank = random.nextInt(size);
      if (!chosen.get(rank)) {
        chosen.set(rank);
        left--;
      }
    }
    if (most) {
      chosen.flip(0, size);
    }
    for (int rank = chosen.nextSetBit(0); rank >= 0; rank = chosen.nextSetBit(rank + 1)) {
      at.toRank(rank);
      SortedSets.replyElement(reply, at, scored);
    }
  }

  private Command zscan() {
    return Command.named("zscan")
        .group(Group.SORTED_SET)
        .docs(
            "2.8.0",
            "O(1) for a call, O(N) for a whole walk over N members.",
            "Walks over the elements a few at a time.")
        .syntax("key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(scan::run);
  }
}
