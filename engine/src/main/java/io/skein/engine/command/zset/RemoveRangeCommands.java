package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Key;
import io.skein.engine.value.SortedSetBound;
import io.skein.engine.value.SortedSetValue;
import org.jspecify.annotations.Nullable;

/// ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX.
final class RemoveRangeCommands {
  void declare(CommandTable table) {
    table.add(
        command(
                "zremrangebyrank",
                "2.0.0",
                "key start:integer stop:integer",
                "Removes the elements between two ranks.")
            .does(RemoveRangeCommands::byRank));
    table.add(
        command(
                "zremrangebyscore",
                "1.2.0",
                "key min:double max:double",
                "Removes the elements whose scores are within a range.")
            .does(call -> byBounds(call, false)));
    table.add(
        command(
                "zremrangebylex",
                "2.8.9",
                "key min max",
                "Removes the members within a range of the alphabet, all scores being the same.")
            .does(call -> byBounds(call, true)));
  }

  private static Command command(String name, String since, String syntax, String summary) {
    return Command.named(name)
        .group(Group.SORTED_SET)
        .docs(since, RangeCommands.COST, summary)
        .syntax(syntax)
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1));
  }

  private static void byRank(Call call) {
    long start = call.integer(2);
    long stop = call.integer(3);
    Key key = call.keyAt(0);
    SortedSetValue value = call.database().write(key, SortedSetValue.TYPE);
    int count = value == null ? 0 : value.count();
    long from = Math.max(0, start < 0 ? start + count : start);
    long to = Math.min(count - 1L, stop < 0 ? stop + count : stop);
    boolean empty = from > to;
    remove(call, key, value, empty ? 0 : (int) from, empty ? 0 : (int) to + 1, "zremrangebyrank");
  }

  private static void byBounds(Call call, boolean byMember) {
    SortedSetBound from = byMember ? Bounds.firstMember(call, 2) : Bounds.firstScore(call, 2);
    SortedSetBound to = byMember ? Bounds.lastMember(call, 3) : Bounds.lastScore(call, 3);
    Key key = call.keyAt(0);
    SortedSetValue value = call.database().write(key, SortedSetValue.TYPE);
    int first = value == null ? 0 : value.countBefore(from);
    int end = value == null ? 0 : value.countBefore(to);
    remove(call, key, value, first, end, byMember ? "zremrangebylex" : "zremrangebyscore");
  }

  private static void remove(
      Call call, Key key, @Nullable SortedSetValue value, int from, int to, String event) {
    int count = Math.max(0, to - from);
    if (value != null && count > 0) {
      value.removeRange(from, to);
      SortedSets.removed(call, key, value, count, event);
    }
    call.reply().integer(count);
  }
}
