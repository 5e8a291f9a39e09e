package io.skein.engine.command.list;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.value.ListValue;

/// Commands about elements by their indexes.
final class RangeCommands {
  void declare(CommandTable table) {
    table.add(llen());
    table.add(lindex());
    table.add(lrange());
    table.add(ltrim());
  }

  private static Command llen() {
    return Lists.command("llen", "1.0.0", "O(1)", "Returns the length of a list.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(RangeCommands::llen);
  }

  private static void llen(Call call) {
    ListValue list = call.database().read(call.keyAt(0), ListValue.TYPE);
    call.reply().integer(list == null ? 0 : list.size());
  }

  private static Command lindex() {
    return Lists.command(
            "lindex",
            "1.0.0",
            "O(N), N being the distance from the nearer end.",
            "Returns the element at an index.")
        .syntax("key index:integer")
        .flags(CommandFlag.READONLY)
        .brief()
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(RangeCommands::lindex);
  }

  private static void lindex(Call call) {
    ListValue list = call.database().read(call.keyAt(0), ListValue.TYPE);
    if (list == null) {
      call.reply().nullBulk();
      return;
    }
    long index = call.integer(2);
    long size = list.size();
    long at = index < 0 ? size + index : index;
    if (at < 0 || at >= size) {
      call.reply().nullBulk();
    } else {
      list.visit(at, 1, false, new Lists.Elements(call.reply()));
    }
  }

  private static Command lrange() {
    return Lists.command(
            "lrange",
            "1.0.0",
            "O(S+N), S being the distance of the range from the nearer end and N its length.",
            "Returns the elements of a range.")
        .syntax("key start:integer stop:integer")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(RangeCommands::lrange);
  }

  private static void lrange(Call call) {
    long start = call.integer(2);
    long stop = call.integer(3);
    ListValue list = call.database().read(call.keyAt(0), ListValue.TYPE);
    if (list == null) {
      call.reply().array(0);
    } else {
      Lists.replyRange(call.reply(), list, start, stop, false);
    }
  }

  private static Command ltrim() {
    return Lists.command(
            "ltrim",
            "1.0.0",
            "O(N), N being the number of elements removed.",
            "Removes all elements but those of a range.")
        .syntax("key start:integer stop:integer")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(RangeCommands::ltrim);
  }

  private static void ltrim(Call call) {
    long start = call.integer(2);
    long stop = call.integer(3);
    Key key = call.keyAt(0);
    ListValue list = call.database().write(key, ListValue.TYPE);
    if (list == null) {
      call.reply().ok();
      return;
    }
    long size = list.size();
    long first = Math.max(0, start < 0 ? size + start : start);
    long last = Math.min(size - 1, stop < 0 ? size + stop : stop);
    boolean none = first > last;
    long before = none ? size : first;
    long after = none ? 0 : size - 1 - last;
    list.touch();
    list.deleteRange(0, before);
    list.deleteRange(size - before - after, after);
    call.notify(EventClass.LIST, "ltrim", key);
    if (list.size() == 0) {
      list.remove();
      call.notify(EventClass.GENERIC, "del", key);
    } else {
      list.shrunk();
    }
    call.dirty(before + after);
    call.reply().ok();
  }
}
