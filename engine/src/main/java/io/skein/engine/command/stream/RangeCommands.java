package io.skein.engine.command.stream;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;

/// XRANGE, XREVRANGE and XLEN: what is in a stream.
final class RangeCommands {
  void declare(CommandTable table) {
    table.add(
        xrange("xrange", "start end", "Returns the entries of a stream from one id to another.")
            .does(call -> range(call, false)));
    table.add(
        xrange(
                "xrevrange",
                "end start",
                "Returns the entries of a stream from one id to another, the last first.")
            .does(call -> range(call, true)));
    table.add(xlen());
  }

  private static Command xrange(String name, String bounds, String summary) {
    return Command.named(name)
        .group(Group.STREAM)
        .docs("5.0.0", "O(N), N being the number of entries returned.", summary)
        .history("6.2.0", "Ranges without their ends.")
        .syntax("key " + bounds + " [COUNT count:integer]")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1));
  }

  private static void range(Call call, boolean backwards) {
    StreamId from = Ids.start(call, backwards ? 3 : 2);
    StreamId to = Ids.end(call, backwards ? 2 : 3);
    long count = -1;
    for (int i = 4; i < call.count(); i += 2) {
      if (!call.is(i, "count") || i + 1 == call.count()) {
        throw Errors.SYNTAX;
      }
      count = Math.max(0, call.integer(i + 1));
    }
    StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
    if (value == null) {
      call.reply().array(0);
    } else if (count == 0) {
      call.reply().nullArray();
    } else {
      long most = Math.max(count, 0);
      Entries.range(call.reply(), value.stream().cursor(from, to, backwards), most);
    }
  }

  private Command xlen() {
    return Command.named("xlen")
        .group(Group.STREAM)
        .docs("5.0.0", "O(1)", "Returns the number of entries of a stream.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::xlen);
  }

  private void xlen(Call call) {
    StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
    call.reply().integer(value == null ? 0 : value.size());
  }
}
