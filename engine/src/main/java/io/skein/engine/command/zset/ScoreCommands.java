package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.SortedSetBound;
import io.skein.engine.value.SortedSetValue;
import org.jspecify.annotations.Nullable;

/// What is asked about a sorted set or one of its members, and answered by a number: ZCARD, ZSCORE,
/// ZRANK, ZCOUNT and the like.
final class ScoreCommands {
  void declare(CommandTable table) {
    table.add(zcard());
    table.add(
        about("zscore", "1.2.0", "O(1)", "key member", "Returns the score of a member.")
            .does(ScoreCommands::zscore));
    table.add(
        about(
                "zmscore",
                "6.2.0",
                "O(N), N being the number of members asked for.",
                "key member...",
                "Returns the scores of several members, null for those that are not there.")
            .does(ScoreCommands::zmscore));
    table.add(
        rank("zrank", "Returns how many members come before a member.")
            .does(call -> rank(call, false)));
    table.add(
        rank("zrevrank", "Returns how many members come behind a member.")
            .does(call -> rank(call, true)));
    table.add(
        about(
                "zcount",
                "2.0.0",
                "O(log(N)), N being the number of members.",
                "key min:double max:double",
                "Counts the members whose scores are within a range.")
            .does(call -> count(call, false)));
    table.add(
        about(
                "zlexcount",
                "2.8.9",
                "O(log(N)), N being the number of members.",
                "key min max",
                "Counts the members within a range of the alphabet, all scores being the same.")
            .does(call -> count(call, true)));
  }

  private static Command zcard() {
    return Command.named("zcard")
        .group(Group.SORTED_SET)
        .docs("1.2.0", "O(1)", "Returns the number of members.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(ScoreCommands::zcard);
  }

  private static void zcard(Call call) {
    SortedSetValue value = read(call);
    call.reply().integer(value == null ? 0 : value.count());
  }

  private static Command about(
      String name, String since, String cost, String syntax, String summary) {
    return Command.named(name)
        .group(Group.SORTED_SET)
        .docs(since, cost, summary)
        .syntax(syntax)
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1));
  }

  private static @Nullable SortedSetValue read(Call call) {
    return call.database().read(call.keyAt(0), SortedSetValue.TYPE);
  }

  private static void zscore(Call call) {
    SortedSetValue value = read(call);
    replyScore(call, value, 2);
  }

  private static void zmscore(Call call) {
    SortedSetValue value = read(call);
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      replyScore(call, value, i);
    }
  }

  private static void replyScore(Call call, @Nullable SortedSetValue value, int member) {
    if (value != null && value.locate(call.buffer(), call.offset(member), call.length(member))) {
      call.reply().doubleValue(value.score());
    } else {
      call.reply().nullBulk();
    }
  }

  private static Command rank(String name, String summary) {
    return about(
            name,
            "2.0.0",
            "O(log(N)), N being the number of members.",
            "key member [withscore: WITHSCORE]",
            summary)
        .history("7.2.0", "Option `WITHSCORE`.");
  }

  private static void rank(Call call, boolean reverse) {
    if (call.count() > 4) {
      throw Errors.wrongArity(call.command().fullName());
    }
    boolean scored = call.count() > 3;
    if (scored && !call.is(3, "WITHSCORE")) {
      throw Errors.SYNTAX;
    }
    SortedSetValue value = read(call);
    if (value != null && value.locate(call.buffer(), call.offset(2), call.length(2))) {
      int rank = reverse ? value.count() - 1 - value.rank() : value.rank();
      if (scored) {
        call.reply().array(2);
      }
      call.reply().integer(rank);
      if (scored) {
        call.reply().doubleValue(value.score());
      }
    } else if (scored) {
      call.reply().nullArray();
    } else {
      call.reply().nullBulk();
    }
  }

  private static void count(Call call, boolean byMember) {
    SortedSetBound from = byMember ? Bounds.firstMember(call, 2) : Bounds.firstScore(call, 2);
    SortedSetBound to = byMember ? Bounds.lastMember(call, 3) : Bounds.lastScore(call, 3);
    SortedSetValue value = read(call);
    int count = value == null ? 0 : value.countBefore(to) - value.countBefore(from);
    call.reply().integer(Math.max(0, count));
  }
}
