package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;

/// The commands that ZRANGE with options has replaced.
final class OldRangeCommands {
  private static final String LIMIT = " [limit: LIMIT offset:integer count:integer]";

  void declare(CommandTable table) {
    table.add(
        old(
                "zrevrange",
                "1.2.0",
                "key start:integer stop:integer [withscores: WITHSCORES]",
                "Returns the elements between two ranks, counted from the greatest score down.",
                "`ZRANGE` with `REV`")
            .does(call -> reply(call, Range.By.RANK, true)));
    table.add(
        old(
                "zrangebyscore",
                "1.0.5",
                "key min:double max:double [withscores: WITHSCORES]" + LIMIT,
                "Returns the elements whose scores are within a range, the least first.",
                "`ZRANGE` with `BYSCORE`")
            .history("2.0.0", "Option `WITHSCORES`.")
            .does(call -> reply(call, Range.By.SCORE, false)));
    table.add(
        old(
                "zrevrangebyscore",
                "2.2.0",
                "key max:double min:double [withscores: WITHSCORES]" + LIMIT,
                "Returns the elements whose scores are within a range, the greatest first.",
                "`ZRANGE` with `REV` and `BYSCORE`")
            .history("2.1.6", "Either end may be left out of the range.")
            .does(call -> reply(call, Range.By.SCORE, true)));
    table.add(
        old(
                "zrangebylex",
                "2.8.9",
                "key min max" + LIMIT,
                "Returns the members within a range of the alphabet, all scores being the same.",
                "`ZRANGE` with `BYLEX`")
            .does(call -> reply(call, Range.By.MEMBER, false)));
    table.add(
        old(
                "zrevrangebylex",
                "2.8.9",
                "key max min" + LIMIT,
                "Returns the members within a range of the alphabet backwards, all scores being"
                    + " the same.",
                "`ZRANGE` with `REV` and `BYLEX`")
            .does(call -> reply(call, Range.By.MEMBER, true)));
  }

  private static Command old(
      String name, String since, String syntax, String summary, String replacement) {
    return Command.named(name)
        .group(Group.SORTED_SET)
        .docs(since, RangeCommands.COST, summary)
        .deprecated("6.2.0", replacement)
        .syntax(syntax)
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1));
  }

  private static void reply(Call call, Range.By by, boolean reverse) {
    RangeCommands.reply(call, Range.read(call, 2, by, reverse, false));
  }
}
