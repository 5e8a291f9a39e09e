package io.skein.engine.command.list;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.BlockingTimeout;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.ElementSink;
import io.skein.engine.value.ListValue;
import java.nio.charset.StandardCharsets;

/// Commands that take an element off one list and add it to another, or to the other end.
final class MoveCommands {
  private static final byte[] LMOVE = "LMOVE".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RPOPLPUSH = "RPOPLPUSH".getBytes(StandardCharsets.US_ASCII);
  private static final String ENDS = "(wherefrom: LEFT | RIGHT) (whereto: LEFT | RIGHT)";
  private static final KeySpec SOURCE =
      KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1);
  private static final KeySpec DESTINATION = KeySpec.one(KeySpec.RW | KeySpec.INSERT, 2);

  /// The element on its way.
  private static final class Element implements ElementSink {
    byte[] text = new byte[0];

    @Override
    public void string(long address, int length) {
      text = new byte[length];
      Memory.copy(address, text, 0, length);
    }

    @Override
    public void integer(long value) {
      text = Numbers.toBytes(value);
    }
  }

  private final BlockedKeys blockedKeys;

  MoveCommands(BlockedKeys blockedKeys) {
    this.blockedKeys = blockedKeys;
  }

  void declare(CommandTable table) {
    table.add(lmove());
    table.add(rpoplpush());
    table.add(blmove());
    table.add(brpoplpush());
  }

  private static Command move(String name, String since, String summary) {
    return Lists.command(name, since, "O(1)", summary)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(SOURCE, DESTINATION);
  }

  private static Command lmove() {
    return move("lmove", "6.2.0", "Moves an element from an end of a list to one of another.")
        .syntax("source:key destination:key " + ENDS)
        .does(MoveCommands::lmove);
  }

  private static void lmove(Call call) {
    boolean fromLeft = Lists.isLeft(call, 3);
    boolean toLeft = Lists.isLeft(call, 4);
    if (!move(call, fromLeft, toLeft)) {
      call.reply().nullBulk();
    }
  }

  private static Command rpoplpush() {
    return move("rpoplpush", "1.2.0", "Moves the tail of a list to the head of another.")
        .deprecated("6.2.0", "`LMOVE` with `RIGHT` and `LEFT`")
        .syntax("source:key destination:key")
        .does(MoveCommands::rpoplpush);
  }

  private static void rpoplpush(Call call) {
    if (!move(call, false, true)) {
      call.reply().nullBulk();
    }
  }

  private Command blmove() {
    return move("blmove", "6.2.0", "Moves an element from list to list, or waits for one.")
        .syntax("source:key destination:key " + ENDS + " timeout:double")
        .flags(CommandFlag.BLOCKING)
        .does(this::blmove);
  }

  private void blmove(Call call) {
    boolean fromLeft = Lists.isLeft(call, 3);
    boolean toLeft = Lists.isLeft(call, 4);
    long deadlineMs = BlockingTimeout.seconds(call, 5);
    if (move(call, fromLeft, toLeft)) {
      call.logAs(LMOVE, call.bytes(1), call.bytes(2), call.bytes(3), call.bytes(4));
    } else {
      await(call, deadlineMs);
    }
  }

  private Command brpoplpush() {
    return move(
            "brpoplpush", "2.2.0", "Moves a tail to the head of another list, or waits for one.")
        .deprecated("6.2.0", "`BLMOVE` with `RIGHT` and `LEFT`")
        .history("6.0.0", "`timeout` may have a fraction.")
        .syntax("source:key destination:key timeout:double")
        .flags(CommandFlag.BLOCKING)
        .does(this::brpoplpush);
  }

  private void brpoplpush(Call call) {
    long deadlineMs = BlockingTimeout.seconds(call, 3);
    if (move(call, false, true)) {
      call.logAs(RPOPLPUSH, call.bytes(1), call.bytes(2));
    } else {
      await(call, deadlineMs);
    }
  }

  private void await(Call call, long deadlineMs) {
    if (blockedKeys.mayAwait(call)) {
      blockedKeys.await(call, BlockedKeys.Awaited.LIST, 0, 1, false, deadlineMs);
    } else {
      call.reply().nullBulk();
    }
  }

  /// Moves an element and replies with it; false when there is no source.
  private static boolean move(Call call, boolean fromLeft, boolean toLeft) {
    Database db = call.database();
    Key from = call.keyAt(0);
    Key to = call.keyAt(1);
    ListValue source = db.write(from, ListValue.TYPE);
    if (source == null) {
      return false;
    }
    boolean same = from.toBytes().equals(to.toBytes());
    ListValue target = same ? source : db.write(to, ListValue.TYPE);
    Element element = new Element();
    source.pop(fromLeft, element);
    byte[] text = element.text;
    if (target == null) {
      target = db.create(to, ListValue.TYPE, Entry.NO_EXPIRY);
    }
    target.growing(text.length, 1);
    target.push(toLeft, text, 0, text.length);
    call.notify(EventClass.LIST, toLeft ? "lpush" : "rpush", to);
    call.reply().bulk(text);
    Lists.popped(call, from, source, fromLeft);
    call.dirty(1);
    return true;
  }
}
