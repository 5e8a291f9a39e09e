package io.skein.engine.command.list;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.BlockingTimeout;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.ListValue;
import java.nio.charset.StandardCharsets;

/// Commands that take elements off an end, at once or as soon as there are any.
final class PopCommands {
  private static final byte[] LPOP = "LPOP".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RPOP = "RPOP".getBytes(StandardCharsets.US_ASCII);
  private static final int POPS = KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE;
  private static final CommandError NUMKEYS =
      new CommandError("ERR numkeys should be greater than 0");
  private static final CommandError COUNT = new CommandError("ERR count should be greater than 0");

  /// Stands for a pop of one element whose reply has no count.
  private static final long SINGLE = -1;

  private final BlockedKeys blockedKeys;

  PopCommands(BlockedKeys blockedKeys) {
    this.blockedKeys = blockedKeys;
  }

  void declare(CommandTable table) {
    table.add(pop("lpop", "Removes elements from the head of a list and returns them.", true));
    table.add(pop("rpop", "Removes elements from the tail of a list and returns them.", false));
    table.add(lmpop());
    table.add(
        blocking("blpop", "Removes the head of the first list with elements, or waits.", true));
    table.add(
        blocking("brpop", "Removes the tail of the first list with elements, or waits.", false));
    table.add(blmpop());
  }

  // --- at once ---

  private static Command pop(String name, String summary, boolean left) {
    return Lists.command(name, "1.0.0", "O(N), N being the number of elements returned.", summary)
        .syntax("key [count:integer]")
        .history("6.2.0", "The argument `count`.")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(POPS, 1))
        .does(call -> pop(call, left));
  }

  private static void pop(Call call, boolean left) {
    if (call.count() > 3) {
      throw Errors.wrongArity(call.command().fullName());
    }
    boolean counted = call.count() == 3;
    long count = counted ? call.integer(2, 0, Long.MAX_VALUE, Errors.NOT_POSITIVE) : SINGLE;
    Key key = call.keyAt(0);
    ListValue list = call.database().write(key, ListValue.TYPE);
    if (list == null) {
      if (counted) {
        call.reply().nullArray();
      } else {
        call.reply().nullBulk();
      }
    } else if (count == 0) {
      call.reply().array(0);
    } else if (counted) {
      call.dirty(take(call, key, list, left, count));
    } else {
      list.pop(left, new Lists.Elements(call.reply()));
      Lists.popped(call, key, list, left);
      call.dirty(1);
    }
  }

  /// Replies with up to `count` elements in an array and removes them. Returns how many there were.
  private static long take(Call call, Key key, ListValue list, boolean left, long count) {
    long size = list.size();
    long taken = Math.min(count, size);
    long from = left ? 0 : size - taken;
    Lists.replyRange(call.reply(), list, from, from + taken - 1, !left);
    list.deleteRange(from, taken);
    Lists.popped(call, key, list, left);
    return taken;
  }

  private static Command lmpop() {
    return Lists.command(
            "lmpop",
            "7.0.0",
            "O(N+M), N being the number of keys and M that of elements returned.",
            "Removes elements from the first list that has any and returns them.")
        .syntax("numkeys:integer key... (where: LEFT | RIGHT) [COUNT count:integer]")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.counted(POPS, 1))
        .does(PopCommands::lmpop);
  }

  private static void lmpop(Call call) {
    Several several = several(call, 1);
    if (!popAny(call, several.left, several.count)) {
      call.reply().nullArray();
    }
  }

  /// What LMPOP and BLMPOP are asked for.
  private record Several(boolean left, long count) {}

  private static Several several(Call call, int numkeysAt) {
    long numkeys = call.integer(numkeysAt, 1, Long.MAX_VALUE, NUMKEYS);
    if (numkeys >= call.count() - numkeysAt - 1) {
      throw Errors.SYNTAX;
    }
    int whereAt = (int) (numkeysAt + numkeys + 1);
    boolean left = Lists.isLeft(call, whereAt);
    long count = 1;
    if (call.count() > whereAt + 1) {
      if (call.count() == whereAt + 2 || !call.is(whereAt + 1, "COUNT")) {
        throw Errors.SYNTAX;
      }
      count = call.integer(whereAt + 2, 1, Long.MAX_VALUE, COUNT);
      if (call.count() > whereAt + 3) {
        throw Errors.SYNTAX;
      }
    }
    return new Several(left, count);
  }

  /// Pops from the first list that exists and replies with its key too; false when there is none.
  private static boolean popAny(Call call, boolean left, long count) {
    for (int i = 0; i < call.keyCount(); i++) {
      Key key = call.keyAt(i);
      ListValue list = call.database().write(key, ListValue.TYPE);
      if (list != null) {
        popAny(call, key, list, left, count);
        return true;
      }
    }
    return false;
  }

  private static void popAny(Call call, Key key, ListValue list, boolean left, long count) {
    Reply reply = call.reply();
    reply.array(2);
    reply.bulk(key.array(), key.offset(), key.length());
    byte[] name = key.toByteArray();
    if (count == SINGLE) {
      list.pop(left, new Lists.Elements(reply));
      Lists.popped(call, key, list, left);
      call.dirty(1);
      call.logAs(left ? LPOP : RPOP, name);
    } else {
      long taken = take(call, key, list, left, count);
      call.dirty(taken);
      call.logAs(left ? LPOP : RPOP, name, Numbers.toBytes(taken));
    }
  }

  // --- waiting ---

  private Command blocking(String name, String summary, boolean left) {
    return Lists.command(name, "2.0.0", "O(N), N being the number of keys.", summary)
        .syntax("key... timeout:double")
        .history("6.0.0", "`timeout` may have a fraction.")
        .flags(CommandFlag.WRITE, CommandFlag.BLOCKING)
        .keys(KeySpec.range(POPS, 1, -2, 1))
        .does(call -> popOrWait(call, left, SINGLE, call.count() - 1));
  }

  private Command blmpop() {
    return Lists.command(
            "blmpop",
            "7.0.0",
            "O(N+M), N being the number of keys and M that of elements returned.",
            "Removes elements from the first list that has any and returns them, or waits.")
        .syntax("timeout:double numkeys:integer key... (where: LEFT | RIGHT) [COUNT count:integer]")
        .flags(CommandFlag.WRITE, CommandFlag.BLOCKING)
        .keys(KeySpec.counted(POPS, 2))
        .does(this::blmpop);
  }

  private void blmpop(Call call) {
    Several several = several(call, 2);
    popOrWait(call, several.left, several.count, 1);
  }

  private void popOrWait(Call call, boolean left, long count, int timeoutAt) {
    long deadlineMs = BlockingTimeout.seconds(call, timeoutAt);
    if (popAny(call, left, count)) {
      return;
    }
    if (blockedKeys.mayAwait(call)) {
      blockedKeys.await(call, BlockedKeys.Awaited.LIST, 0, call.keyCount(), false, deadlineMs);
    } else {
      call.reply().nullArray();
    }
  }
}
