package io.skein.engine.command.stream;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;

/// XDEL and XTRIM: entries go, by name or from the beginning.
final class TrimCommands {
  void declare(CommandTable table) {
    table.add(xdel());
    table.add(xtrim());
  }

  private Command xdel() {
    return Command.named("xdel")
        .group(Group.STREAM)
        .docs("5.0.0", "O(1) for each id.", "Deletes entries of a stream and returns how many.")
        .syntax("key ID:string...")
        .arity(-3)
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(this::xdel);
  }

  private void xdel(Call call) {
    Key key = call.keyAt(0);
    StreamValue value = call.database().write(key, StreamValue.TYPE);
    if (value == null) {
      call.reply().integer(0);
      return;
    }
    StreamId[] ids = new StreamId[call.count() - 2];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Ids.exact(call, i + 2);
    }
    int deleted = 0;
    for (StreamId id : ids) {
      if (value.stream().has(id)) {
        value.toChange().delete(id);
        deleted++;
      }
    }
    if (deleted > 0) {
      call.notify(EventClass.STREAM, "xdel", key);
      call.dirty(deleted);
    }
    call.reply().integer(deleted);
  }

  private Command xtrim() {
    return Command.named("xtrim")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(N), N being the number of entries that go; whole nodes go at once.",
            "Deletes entries from the beginning of a stream and returns how many.")
        .history("6.2.0", "Options `MINID` and `LIMIT`.")
        .syntax(
            "key (trim: (strategy: MAXLEN | MINID) [operator: = | ~] threshold [LIMIT"
                + " count:integer])")
        .arity(-4)
        .tips("nondeterministic_output")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(this::xtrim);
  }

  private void xtrim(Call call) {
    TrimOptions trim = TrimOptions.ofTrim(call);
    Key key = call.keyAt(0);
    StreamValue value = call.database().write(key, StreamValue.TYPE);
    if (value == null) {
      call.reply().integer(0);
      return;
    }
    long gone = trim.trim(value);
    if (gone > 0) {
      call.notify(EventClass.STREAM, "xtrim", key);
      trim.logOutcome(value.stream());
      call.dirty(gone);
    }
    call.reply().integer(gone);
  }
}
