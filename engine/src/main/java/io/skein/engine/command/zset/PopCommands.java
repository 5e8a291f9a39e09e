package io.skein.engine.command.zset;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.BlockingTimeout;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Commands that take elements from an end of a sorted set, and wait for some if they are asked to.
final class PopCommands {
  private static final CommandError NO_KEYS =
      new CommandError("ERR numkeys should be greater than 0");
  private static final CommandError NO_COUNT =
      new CommandError("ERR count should be greater than 0");

  private static final byte[] ZPOPMIN = "ZPOPMIN".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ZPOPMAX = "ZPOPMAX".getBytes(StandardCharsets.US_ASCII);

  private static final String COST =
      "O(M*log(N)), N being the number of members and M that of those taken.";

  private final BlockedKeys blockedKeys;

  PopCommands(BlockedKeys blockedKeys) {
    this.blockedKeys = blockedKeys;
  }

  void declare(CommandTable table) {
    table.add(
        pop("zpopmin", "Takes the elements with the least scores.").does(call -> pop(call, false)));
    table.add(
        pop("zpopmax", "Takes the elements with the greatest scores.")
            .does(call -> pop(call, true)));
    table.add(
        blocking("bzpopmin", "Takes the element with the least score, and waits for one.")
            .does(call -> blocking(call, false)));
    table.add(
        blocking("bzpopmax", "Takes the element with the greatest score, and waits for one.")
            .does(call -> blocking(call, true)));
    table.add(zmpop());
    table.add(bzmpop());
  }

  // --- one key, or the first of several, one element ---

  private static Command pop(String name, String summary) {
    return Command.named(name)
        .group(Group.SORTED_SET)
        .docs("5.0.0", COST, summary)
        .syntax("key [count:integer]")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1));
  }

  private static void pop(Call call, boolean greatest) {
    if (call.count() > 3) {
      throw Errors.SYNTAX;
    }
    boolean several = call.count() == 3;
    long count = several ? call.integer(2, 0, Long.MAX_VALUE, Errors.NOT_POSITIVE) : 1;
    Key key = call.keyAt(0);
    SortedSetValue value = call.database().write(key, SortedSetValue.TYPE);
    int taken = value == null ? 0 : (int) Math.min(count, value.count());
    Reply reply = call.reply();
    boolean pairs = several && reply.protocol() > 2;
    reply.array(pairs ? taken : Math.multiplyExact(2, taken));
    if (value != null && taken > 0) {
      take(call, key, value, taken, greatest, pairs);
    }
  }

  /// Replies the elements and removes them.
  private static void take(
      Call call, Key key, SortedSetValue value, int count, boolean greatest, boolean pairs) {
    Reply reply = call.reply();
    int size = value.count();
    SortedSetCursor at = value.cursor();
    boolean there = at.toRank(greatest ? size - 1 : 0);
    for (int i = 0; i < count && there; i++) {
      if (pairs) {
        reply.array(2);
      }
      SortedSets.replyMember(reply, at);
      reply.doubleValue(at.score());
      if (i + 1 < count) {
        there = greatest ? at.previous() : at.next();
      }
    }
    value.removeRange(greatest ? size - count : 0, greatest ? size : count);
    SortedSets.removed(call, key, value, count, greatest ? "zpopmax" : "zpopmin");
  }

  private static Command blocking(String name, String summary) {
    return Command.named(name)
        .group(Group.SORTED_SET)
        .docs("5.0.0", "O(log(N)), N being the number of members.", summary)
        .history("6.0.0", "`timeout` may have a fraction.")
        .syntax("key... timeout:double")
        .flags(CommandFlag.WRITE, CommandFlag.FAST, CommandFlag.BLOCKING)
        .keys(KeySpec.range(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1, -2, 1));
  }

  private void blocking(Call call, boolean greatest) {
    long deadlineMs = BlockingTimeout.seconds(call, call.count() - 1);
    int found = firstKey(call);
    if (found < 0) {
      await(call, deadlineMs);
      return;
    }
    Key key = call.keyAt(found);
    Reply reply = call.reply();
    reply.array(3);
    reply.bulk(key.array(), key.offset(), key.length());
    take(call, key, value(call, found), 1, greatest, false);
    call.logAs(greatest ? ZPOPMAX : ZPOPMIN, key.toByteArray());
  }

  private void await(Call call, long deadlineMs) {
    if (blockedKeys.mayAwait(call)) {
      blockedKeys.await(
          call, BlockedKeys.Awaited.SORTED_SET, 0, call.keyCount(), false, deadlineMs);
    } else {
      call.reply().nullArray();
    }
  }

  /// The first key that holds a sorted set, or -1.
  private static int firstKey(Call call) {
    for (int i = 0; i < call.keyCount(); i++) {
      if (call.database().write(call.keyAt(i), SortedSetValue.TYPE) != null) {
        return i;
      }
    }
    return -1;
  }

  private static SortedSetValue value(Call call, int i) {
    return call.database().open(call.keyAt(i), SortedSetValue.TYPE);
  }

  // --- the first of several keys, several elements ---

  private Command zmpop() {
    return Command.named("zmpop")
        .group(Group.SORTED_SET)
        .docs(
            "7.0.0",
            COST,
            "Takes elements with the least or the greatest scores of the first of several sorted"
                + " sets that is there.")
        .syntax("numkeys:integer key... (where: MIN | MAX) [COUNT count:integer]")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.counted(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1))
        .does(call -> popSeveral(call, Request.read(call, 1), null));
  }

  private Command bzmpop() {
    return Command.named("bzmpop")
        .group(Group.SORTED_SET)
        .docs(
            "7.0.0",
            COST,
            "Takes elements with the least or the greatest scores of the first of several sorted"
                + " sets that is there, and waits for one.")
        .syntax("timeout:double numkeys:integer key... (where: MIN | MAX) [COUNT count:integer]")
        .flags(CommandFlag.WRITE, CommandFlag.BLOCKING)
        .keys(KeySpec.counted(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 2))
        .does(call -> {
          Request request = Request.read(call, 2);
          popSeveral(call, request, BlockingTimeout.seconds(call, 1));
        });
  }

  private record Request(boolean greatest, long count) {
    static Request read(Call call, int numkeys) {
      long keys = call.integer(numkeys, 1, Long.MAX_VALUE, NO_KEYS);
      if (keys >= call.count() - numkeys - 1) {
        throw Errors.SYNTAX;
      }
      int where = numkeys + 1 + (int) keys;
      boolean greatest = call.is(where, "MAX");
      if (!greatest && !call.is(where, "MIN")) {
        throw Errors.SYNTAX;
      }
      long count = 1;
      boolean counted = false;
      for (int i = where + 1; i < call.count(); i += 2) {
        if (counted || !call.is(i, "COUNT") || i + 1 == call.count()) {
          throw Errors.SYNTAX;
        }
        count = call.integer(i + 1, 1, Long.MAX_VALUE, NO_COUNT);
        counted = true;
      }
      return new Request(greatest, count);
    }
  }

  /// @param deadlineMs until when to wait for an element, or null
  private void popSeveral(Call call, Request request, @Nullable Long deadlineMs) {
    int found = firstKey(call);
    if (found < 0) {
      if (deadlineMs == null) {
        call.reply().nullArray();
      } else {
        await(call, deadlineMs);
      }
      return;
    }
    Key key = call.keyAt(found);
    SortedSetValue value = value(call, found);
    int taken = (int) Math.min(request.count, value.count());
    Reply reply = call.reply();
    reply.array(2);
    reply.bulk(key.array(), key.offset(), key.length());
    reply.array(taken);
    take(call, key, value, taken, request.greatest, true);
    call.logAs(request.greatest ? ZPOPMAX : ZPOPMIN, key.toByteArray(), Numbers.toBytes(taken));
  }
}
