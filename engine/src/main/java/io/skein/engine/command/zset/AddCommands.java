package io.skein.engine.command.zset;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.SortedSetValue;
import org.jspecify.annotations.Nullable;

/// ZADD, ZINCRBY and ZREM: members that come, change their scores, and go.
final class AddCommands {
  private static final CommandError NX_AND_XX =
      new CommandError("ERR XX and NX options at the same time are not compatible");
  private static final CommandError SEVERAL_CONDITIONS =
      new CommandError("ERR GT, LT, and/or NX options at the same time are not compatible");
  private static final CommandError SEVERAL_INCREMENTS =
      new CommandError("ERR INCR option supports a single increment-element pair");
  private static final CommandError NOT_A_NUMBER =
      new CommandError("ERR resulting score is not a number (NaN)");

  private static final int NX = 1;
  private static final int XX = 2;
  private static final int GT = 4;
  private static final int LT = 8;
  private static final int CH = 16;
  private static final int INCR = 32;
  private static final String[] OPTIONS = {"NX", "XX", "GT", "LT", "CH", "INCR"};

  private double[] scores = new double[8];

  // What a call has done.
  private int added;
  private int updated;
  private boolean processed;
  private double last;

  void declare(CommandTable table) {
    table.add(zadd());
    table.add(zincrby());
    table.add(zrem());
  }

  private Command zadd() {
    return Command.named("zadd")
        .group(Group.SORTED_SET)
        .docs(
            "1.2.0",
            "O(log(N)) for each member, N being the number of members.",
            "Gives members scores, adding those that are not in the sorted set yet.")
        .history(
            "2.4.0",
            "Several members at once.",
            "3.0.2",
            "Options `XX`, `NX`, `CH` and `INCR`.",
            "6.2.0",
            "Options `GT` and `LT`.")
        .syntax(
            "key [condition: NX | XX] [comparison: GT | LT] [change: CH] [increment: INCR]"
                + " (data: score:double member)...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::zadd);
  }

  private void zadd(Call call) {
    int options = 0;
    int first = 2;
    for (int option = option(call, first); option != 0; option = option(call, first)) {
      options |= option;
      first++;
    }
    int count = call.count() - first;
    if (count == 0 || count % 2 != 0) {
      throw Errors.SYNTAX;
    }
    if ((options & NX) != 0 && (options & XX) != 0) {
      throw NX_AND_XX;
    }
    if (Integer.bitCount(options & (GT | NX | LT)) > 1) {
      throw SEVERAL_CONDITIONS;
    }
    if ((options & INCR) != 0 && count > 2) {
      throw SEVERAL_INCREMENTS;
    }
    add(call, options, first);
  }

  private static int option(Call call, int i) {
    // A score mostly begins with a digit.
    if (i >= call.count() || call.length(i) == 0 || call.buffer()[call.offset(i)] <= '9') {
      return 0;
    }
    for (int n = 0; n < OPTIONS.length; n++) {
      if (call.is(i, OPTIONS[n])) {
        return 1 << n;
      }
    }
    return 0;
  }

  private Command zincrby() {
    return Command.named("zincrby")
        .group(Group.SORTED_SET)
        .docs(
            "1.2.0",
            "O(log(N)), N being the number of members.",
            "Adds to the score of a member, which is 0 if the member is not there.")
        .syntax("key increment:integer member")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1))
        .does(call -> add(call, INCR, 2));
  }

  private void add(Call call, int options, int first) {
    int count = (call.count() - first) / 2;
    parse(call, first, count);
    added = 0;
    updated = 0;
    processed = false;
    Key key = call.keyAt(0);
    SortedSetValue value = open(call, key, options, first, count);
    if (value != null) {
      for (int i = 0; i < count; i++) {
        add(call, value, options, scores[i], first + 2 * i + 1);
      }
    }
    call.dirty(added + updated);
    if (added + updated > 0) {
      call.notify(EventClass.SORTED_SET, (options & INCR) != 0 ? "zincr" : "zadd", key);
    }
    if ((options & INCR) == 0) {
      call.reply().integer((options & CH) != 0 ? added + updated : added);
    } else if (processed) {
      call.reply().doubleValue(last);
    } else {
      call.reply().nullBulk();
    }
  }

  private void parse(Call call, int first, int count) {
    if (scores.length < count || scores.length > 1024 && count <= 8) {
      scores = new double[Math.max(count, 8)];
    }
    for (int i = 0; i < count; i++) {
      double score =
          Doubles.parse(call.buffer(), call.offset(first + 2 * i), call.length(first + 2 * i));
      if (Double.isNaN(score)) {
        throw Errors.NOT_A_FLOAT;
      }
      scores[i] = score;
    }
  }

  /// The sorted set, or null when there is none and nothing to be added.
  private static @Nullable SortedSetValue open(
      Call call, Key key, int options, int first, int count) {
    Database db = call.database();
    SortedSetValue value = db.write(key, SortedSetValue.TYPE);
    if (value != null) {
      value.prepare(count, 0);
    } else if ((options & XX) == 0) {
      value = db.open(key, SortedSetValue.TYPE);
      value.prepare(count, call.length(first + 1));
    }
    return value;
  }

  private void add(Call call, SortedSetValue value, int options, double given, int member) {
    double score = given;
    if (!value.locate(call.buffer(), call.offset(member), call.length(member))) {
      if ((options & XX) == 0) {
        value.add(score);
        added++;
        processed = true;
        last = score;
      }
      return;
    }
    if ((options & NX) != 0) {
      return;
    }
    double before = value.score();
    if ((options & INCR) != 0) {
      score += before;
      if (Double.isNaN(score)) {
        throw NOT_A_NUMBER;
      }
    }
    if ((options & LT) != 0 && score >= before || (options & GT) != 0 && score <= before) {
      return;
    }
    processed = true;
    last = score;
    if (score != before) {
      value.rescore(score);
      updated++;
    }
  }

  private Command zrem() {
    return Command.named("zrem")
        .group(Group.SORTED_SET)
        .docs(
            "1.2.0",
            "O(log(N)) for each member removed, N being the number of members.",
            "Removes members, and the sorted set with its last.")
        .history("2.4.0", "Several members at once.")
        .syntax("key member...")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(AddCommands::zrem);
  }

  private static void zrem(Call call) {
    Key key = call.keyAt(0);
    SortedSetValue value = call.database().write(key, SortedSetValue.TYPE);
    int removed = 0;
    boolean emptied = false;
    if (value != null) {
      for (int i = 2; i < call.count() && !emptied; i++) {
        if (value.locate(call.buffer(), call.offset(i), call.length(i))) {
          value.delete();
          removed++;
          emptied = value.count() == 0;
        }
      }
      SortedSets.removed(call, key, value, removed, "zrem");
    }
    call.reply().integer(removed);
  }
}
