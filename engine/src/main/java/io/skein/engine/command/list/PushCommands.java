package io.skein.engine.command.list;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.ListCursor;
import io.skein.engine.value.ListValue;
import org.jspecify.annotations.Nullable;

/// Commands that add and replace elements.
final class PushCommands {
  private static final String COST = "O(N), N being the number of elements added.";

  void declare(CommandTable table) {
    table.add(
        push("lpush", "1.0.0", "Adds elements to the head of a list.", true, false)
            .history("2.4.0", "More than one element."));
    table.add(
        push("rpush", "1.0.0", "Adds elements to the tail of a list.", false, false)
            .history("2.4.0", "More than one element."));
    table.add(
        push("lpushx", "2.2.0", "Adds elements to the head of a list that exists.", true, true)
            .history("4.0.0", "More than one element."));
    table.add(
        push("rpushx", "2.2.0", "Adds elements to the tail of a list that exists.", false, true)
            .history("4.0.0", "More than one element."));
    table.add(linsert());
    table.add(lset());
  }

  private static Command push(
      String name, String since, String summary, boolean atHead, boolean existing) {
    return Lists.command(name, since, COST, summary)
        .syntax("key element...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, 1))
        .does(call -> push(call, atHead, existing));
  }

  private static void push(Call call, boolean atHead, boolean existing) {
    Key key = call.keyAt(0);
    ListValue list;
    if (existing) {
      list = call.database().write(key, ListValue.TYPE);
      if (list == null) {
        call.reply().integer(0);
        return;
      }
    } else {
      list = call.database().open(key, ListValue.TYPE);
    }
    int count = call.count();
    long bytes = 0;
    for (int i = 2; i < count; i++) {
      bytes += call.length(i);
    }
    list.growing(bytes, count - 2);
    for (int i = 2; i < count; i++) {
      list.push(atHead, call.buffer(), call.offset(i), call.length(i));
    }
    call.reply().integer(list.size());
    call.notify(EventClass.LIST, atHead ? "lpush" : "rpush", key);
    call.dirty(count - 2L);
  }

  private static Command linsert() {
    return Lists.command(
            "linsert",
            "2.2.0",
            "O(N), N being the number of elements before the pivot.",
            "Inserts an element next to another one.")
        .syntax("key (where: BEFORE | AFTER) pivot element")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, 1))
        .does(PushCommands::linsert);
  }

  private static void linsert(Call call) {
    boolean behind = call.is(2, "AFTER");
    if (!behind && !call.is(2, "BEFORE")) {
      throw Errors.SYNTAX;
    }
    Key key = call.keyAt(0);
    ListValue list = call.database().write(key, ListValue.TYPE);
    if (list == null) {
      call.reply().integer(0);
      return;
    }
    list.growing(call.length(4), 1);
    ListCursor cursor = list.cursor(false);
    while (cursor.next()) {
      if (cursor.is(call.buffer(), call.offset(3), call.length(3))) {
        cursor.insert(behind, call.buffer(), call.offset(4), call.length(4));
        call.notify(EventClass.LIST, "linsert", key);
        call.dirty(1);
        call.reply().integer(list.size());
        return;
      }
    }
    call.reply().integer(-1);
  }

  private static Command lset() {
    return Lists.command(
            "lset",
            "1.0.0",
            "O(N), N being the distance from the nearer end.",
            "Replaces the element at an index.")
        .syntax("key index:integer element")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(PushCommands::lset);
  }

  private static void lset(Call call) {
    Key key = call.keyAt(0);
    ListValue list = requireNonNull(call.database().write(key, ListValue.TYPE));
    long index = call.integer(2);
    list.growing(call.length(3), 1);
    long size = list.size();
    long at = index < 0 ? size + index : index;
    if (at < 0 || at >= size) {
      throw Errors.OUT_OF_RANGE;
    }
    list.set(at, call.buffer(), call.offset(3), call.length(3));
    call.notify(EventClass.LIST, "lset", key);
    call.dirty(1);
    list.shrunk();
    call.reply().ok();
  }

  private static ListValue requireNonNull(@Nullable ListValue list) {
    if (list == null) {
      throw Errors.NO_SUCH_KEY;
    }
    return list;
  }
}
