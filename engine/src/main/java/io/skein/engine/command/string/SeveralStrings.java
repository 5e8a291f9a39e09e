package io.skein.engine.command.string;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// MGET, MSET and MSETNX: several strings in one command.
final class SeveralStrings {
  void declare(CommandTable table) {
    table.add(mget());
    table.add(mset());
    table.add(msetnx());
  }

  private Command mget() {
    return Command.named("mget")
        .group(Group.STRING)
        .docs(
            "1.0.0",
            "O(N), N being the number of keys.",
            "Returns the strings of several keys, null for a key without one.")
        .syntax("key...")
        .tips("request_policy:multi_shard")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.range(KeySpec.RO | KeySpec.ACCESS, 1, -1, 1))
        .does(this::mget);
  }

  private void mget(Call call) {
    Database db = call.database();
    int count = call.keyCount();
    call.reply().array(count);
    for (int i = 0; i < count; i++) {
      long entry = db.read(call.keyAt(i));
      boolean text = entry != 0 && EntryKind.isString(Entry.kind(entry));
      Strings.replyOrNull(call, text ? entry : 0);
    }
  }

  private Command mset() {
    return Command.named("mset")
        .group(Group.STRING)
        .docs(
            "1.0.1",
            "O(N), N being the number of keys.",
            "Sets several keys to strings, all at the same moment.")
        .syntax("(data: key value)...")
        .tips("request_policy:multi_shard", "response_policy:all_succeeded")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.range(KeySpec.OW | KeySpec.UPDATE, 1, -1, 2))
        .does(this::mset);
  }

  private void mset(Call call) {
    checkPairs(call);
    setAll(call);
    call.reply().ok();
  }

  private Command msetnx() {
    return Command.named("msetnx")
        .group(Group.STRING)
        .docs(
            "1.0.1",
            "O(N), N being the number of keys.",
            "Sets several keys to strings if none of them is there yet.")
        .syntax("(data: key value)...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.range(KeySpec.OW | KeySpec.INSERT, 1, -1, 2))
        .does(this::msetnx);
  }

  private void msetnx(Call call) {
    checkPairs(call);
    for (int i = 0; i < call.keyCount(); i++) {
      if (call.database().write(call.keyAt(i)) != 0) {
        call.reply().integer(0);
        return;
      }
    }
    setAll(call);
    call.reply().integer(1);
  }

  private static void checkPairs(Call call) {
    if (call.count() % 2 == 0) {
      throw Errors.wrongArity(call.command().fullName());
    }
  }

  private static void setAll(Call call) {
    Database db = call.database();
    int count = call.keyCount();
    for (int i = 0; i < count; i++) {
      int value = call.keyArgument(i) + 1;
      db.setString(
          call.keyAt(i), call.buffer(), call.offset(value), call.length(value), Entry.NO_EXPIRY);
      call.notify(EventClass.STRING, "set", call.keyAt(i));
    }
    call.dirty(count);
  }
}
