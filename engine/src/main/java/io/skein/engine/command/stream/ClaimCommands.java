package io.skein.engine.command.stream;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.Pending;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// XCLAIM and XAUTOCLAIM: pending entries go from one consumer to another.
final class ClaimCommands {
  private static final CommandError INVALID_IDLE =
      new CommandError("ERR Invalid min-idle-time argument for XAUTOCLAIM");
  private static final CommandError BAD_COUNT = new CommandError("ERR COUNT must be > 0");
  private static final long DEFAULT_COUNT = 100;

  /// XAUTOCLAIM looks at so many pending entries for each that it may return.
  private static final int ATTEMPTS = 10;

  private static final long MOST_COUNT = Long.MAX_VALUE / 16;

  void declare(CommandTable table) {
    table.add(xclaim());
    table.add(xautoclaim());
  }

  private Command xclaim() {
    return Command.named("xclaim")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(log N), N being the number of pending entries.",
            "Gives pending entries to a consumer, as if they were delivered to it.")
        .syntax(
            "key group consumer min-idle-time ID:string... [IDLE ms:integer]"
                + " [TIME unix-time-milliseconds:unix-time] [RETRYCOUNT count:integer] [FORCE]"
                + " [JUSTID] [LASTID lastid]")
        .arity(-6)
        .tips("nondeterministic_output")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::xclaim);
  }

  private void xclaim(Call call) {
    StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
    StreamGroup group = Consumers.group(call, value, 2);
    ClaimOptions options = new ClaimOptions(call);
    Claim claim = new Claim(call, Objects.requireNonNull(value), group, options.deliveredMs());
    boolean moved = options.lastId().isAfter(group.lastId());
    if (moved) {
      group.lastId(options.lastId());
    }
    int mark = call.reply().begin();
    for (StreamId id : options.ids()) {
      claim.byName(id, options);
    }
    if (moved && !claim.isLogged()) {
      claim.log().readOn();
      call.dirty(1);
    }
    claim.finish();
    call.reply().endArray(mark, claim.shown());
  }

  private Command xautoclaim() {
    return Command.named("xautoclaim")
        .group(Group.STREAM)
        .docs(
            "6.2.0",
            "O(1) when `COUNT` is small.",
            "Gives entries that have been pending for long to a consumer, going over all of them"
                + " call by call.")
        .history("7.0.0", "The reply tells of the entries that were pending and are deleted.")
        .syntax("key group consumer min-idle-time start [COUNT count:integer] [JUSTID]")
        .arity(-6)
        .tips("nondeterministic_output")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(this::xautoclaim);
  }

  private void xautoclaim(Call call) {
    // Redis looks the key up before it reads the arguments, but tells of its type afterwards.
    call.database().read(call.keyAt(0));
    long minIdleMs = Math.max(0, call.integer(4, INVALID_IDLE));
    StreamId from = Ids.start(call, 5);
    long count = DEFAULT_COUNT;
    boolean justId = false;
    for (int i = 6; i < call.count(); i++) {
      if (call.is(i, "count") && i + 1 < call.count()) {
        count = call.integer(++i, 1, MOST_COUNT, BAD_COUNT);
      } else if (call.is(i, "justid")) {
        justId = true;
      } else {
        throw Errors.SYNTAX;
      }
    }
    StreamValue value = call.database().peek(call.keyAt(0), StreamValue.TYPE);
    StreamGroup group = Consumers.group(call, value, 2);
    Claim claim = new Claim(call, Objects.requireNonNull(value), group, call.nowMs());
    List<StreamId> deleted = new ArrayList<>();
    // The id to go on from is told first but known last.
    int mark = call.reply().begin();
    StreamId next = walk(claim, group, from, count, minIdleMs, justId, deleted);
    call.reply().endArray(mark, claim.shown());
    AutoclaimReply.finish(call.reply(), mark, next, deleted);
    claim.finish();
  }

  /// Claims what it may and returns the id of the first pending entry that it did not look at, or
  /// zero.
  private static StreamId walk(
      Claim claim,
      StreamGroup group,
      StreamId from,
      long count,
      long minIdleMs,
      boolean justId,
      List<StreamId> deleted) {
    long attempts = count > Long.MAX_VALUE / ATTEMPTS ? Long.MAX_VALUE : count * ATTEMPTS;
    long left = count;
    int rank = group.rankFrom(group.pending(), from);
    while (attempts > 0 && left > 0 && rank < group.pending().size()) {
      attempts--;
      long record = group.pending().at(rank);
      StreamId id = new StreamId(Pending.ms(record), Pending.seq(record));
      switch (claim.take(record, id, minIdleMs, justId)) {
        case GONE -> {
          deleted.add(id);
          left--;
        }
        case TOO_YOUNG -> rank++;
        case TAKEN -> {
          rank++;
          left--;
        }
      }
    }
    if (rank >= group.pending().size()) {
      return StreamId.ZERO;
    }
    long record = group.pending().at(rank);
    return new StreamId(Pending.ms(record), Pending.seq(record));
  }
}
