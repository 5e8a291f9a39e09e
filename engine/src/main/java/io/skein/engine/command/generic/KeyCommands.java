package io.skein.engine.command.generic;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.structure.Entry;

/// Commands that delete keys or ask whether and as what they exist.
final class KeyCommands {
  private static final String MULTI_SHARD = "request_policy:multi_shard";
  private static final String SUM = "response_policy:agg_sum";

  private final Settings settings;

  KeyCommands(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(del());
    table.add(unlink());
    table.add(exists());
    table.add(touch());
    table.add(type());
  }

  private static Command several(String name) {
    return Command.named(name).group(Group.GENERIC).syntax("key...").tips(MULTI_SHARD, SUM);
  }

  private Command del() {
    return several("del")
        .docs(
            "1.0.0",
            "O(N), N being the number of keys, and O(M) for the M elements of each collection.",
            "Deletes keys.")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.range(KeySpec.RM | KeySpec.DELETE, 1, -1, 1))
        .does(call -> delete(call, settings.isOn(MemorySettings.LAZYFREE_LAZY_USER_DEL)));
  }

  private Command unlink() {
    return several("unlink")
        .docs(
            "4.0.0",
            "O(1) for each key; the memory of collections is given back bit by bit afterwards.",
            "Deletes keys and frees what they held later.")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.range(KeySpec.RM | KeySpec.DELETE, 1, -1, 1))
        .does(call -> delete(call, true));
  }

  private static void delete(Call call, boolean lazily) {
    Database db = call.database();
    int deleted = 0;
    for (int i = 0; i < call.keyCount(); i++) {
      if (db.remove(call.keyAt(i), lazily)) {
        call.notify(EventClass.GENERIC, "del", call.keyAt(i));
        deleted++;
      }
    }
    call.dirty(deleted);
    call.reply().integer(deleted);
  }

  private Command exists() {
    return several("exists")
        .docs("1.0.0", "O(N), N being the number of keys.", "Counts those of the keys that exist.")
        .history("3.0.3", "Takes several keys.")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.range(KeySpec.RO, 1, -1, 1))
        .does(this::exists);
  }

  private void exists(Call call) {
    int count = 0;
    for (int i = 0; i < call.keyCount(); i++) {
      if (call.database().ask(call.keyAt(i)) != 0) {
        count++;
      }
    }
    call.reply().integer(count);
  }

  private Command touch() {
    return several("touch")
        .docs(
            "3.2.1",
            "O(N), N being the number of keys.",
            "Counts those of the keys that exist, and marks them as just used.")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.range(KeySpec.RO, 1, -1, 1))
        .does(this::touch);
  }

  private void touch(Call call) {
    int count = 0;
    for (int i = 0; i < call.keyCount(); i++) {
      if (call.database().touch(call.keyAt(i))) {
        count++;
      }
    }
    call.reply().integer(count);
  }

  private Command type() {
    return Command.named("type")
        .group(Group.GENERIC)
        .docs("1.0.0", "O(1)", "Says of which type the value of a key is.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::type);
  }

  private void type(Call call) {
    long entry = call.database().ask(call.keyAt(0));
    call.reply().simple(entry == 0 ? "none" : KindNames.type(Entry.kind(entry)));
  }
}
