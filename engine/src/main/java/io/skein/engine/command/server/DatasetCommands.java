package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.READONLY;
import static io.skein.engine.command.CommandFlag.WRITE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Persistence;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;

/// The commands on whole databases: DBSIZE, FLUSHDB, FLUSHALL and SWAPDB.
public final class DatasetCommands {
  private final Settings settings;
  private final Persistence persistence;

  public DatasetCommands(Settings settings, Persistence persistence) {
    this.settings = settings;
    this.persistence = persistence;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("dbsize")
            .group(Group.SERVER)
            .docs("1.0.0", "O(1)", "Counts the keys of the selected database.")
            .flags(READONLY, FAST)
            .categories(Category.KEYSPACE)
            .tips("request_policy:all_shards", "response_policy:agg_sum")
            .does(call -> call.reply().integer(call.database().size())));
    table.add(
        flush("flushdb")
            .docs("1.0.0", "O(N) with N the number of keys", "Deletes all keys of the database.")
            .does(this::flushDatabase));
    table.add(
        flush("flushall")
            .docs("1.0.0", "O(N) with N the number of keys", "Deletes all keys of all databases.")
            .does(this::flushAll));
    table.add(
        Command.named("swapdb")
            .group(Group.SERVER)
            .docs(
                "4.0.0",
                "O(N) with N the number of clients that watch or wait for keys of the two",
                "Exchanges the contents of two databases.")
            .syntax("index1:integer index2:integer")
            .flags(WRITE, FAST)
            .categories(Category.KEYSPACE, Category.DANGEROUS)
            .does(DatasetCommands::swap));
  }

  private static Command flush(String name) {
    return Command.named(name)
        .group(Group.SERVER)
        .syntax("[flush-type: ASYNC | SYNC]")
        .flags(WRITE)
        .categories(Category.KEYSPACE, Category.DANGEROUS)
        .history("4.0.0", "Option ASYNC.", "6.2.0", "Option SYNC.")
        .tips("request_policy:all_shards", "response_policy:all_succeeded");
  }

  private boolean isLazy(Call call) {
    if (call.count() == 1) {
      return settings.isOn(MemorySettings.LAZYFREE_LAZY_USER_FLUSH);
    }
    boolean lazy = call.is(1, "ASYNC");
    if (call.count() > 2 || !lazy && !call.is(1, "SYNC")) {
      throw Errors.SYNTAX;
    }
    return lazy;
  }

  // A flush is logged even when there was nothing to delete: a follower may still hold keys that
  // have expired here.
  private void flushDatabase(Call call) {
    boolean lazy = isLazy(call);
    call.dirty(Math.max(1, call.database().size()));
    call.database().flush(lazy);
    call.keyspace().flushed();
    call.reply().ok();
  }

  private void flushAll(Call call) {
    boolean lazy = isLazy(call);
    Keyspace keyspace = call.keyspace();
    call.dirty(Math.max(1, keyspace.size()));
    keyspace.flush(lazy);
    persistence.cancelBackgroundSave();
    if (!settings.get(PersistenceSettings.SAVE).isEmpty()) {
      saveNothing(call.dirty());
    }
    call.reply().ok();
  }

  /// Brings the file up to date, so that the keys do not come back with a restart. That it fails is
  /// in the log, and does not undo the flush.
  private void saveNothing(long uncounted) {
    try {
      persistence.saveNow(uncounted);
    } catch (CommandError alreadyLogged) {
      return;
    }
  }

  private static void swap(Call call) {
    Keyspace keyspace = call.keyspace();
    if (keyspace.isClustered()) {
      throw new CommandError("ERR SWAPDB is not allowed in cluster mode");
    }
    long a = index(call, 1, new CommandError("ERR invalid first DB index"));
    long b = index(call, 2, new CommandError("ERR invalid second DB index"));
    int count = keyspace.databaseCount();
    if (a < 0 || a >= count || b < 0 || b >= count) {
      throw Errors.DB_OUT_OF_RANGE;
    }
    if (a != b) {
      keyspace.swap((int) a, (int) b);
    }
    call.dirty(1);
    call.reply().ok();
  }

  private static long index(Call call, int i, CommandError error) {
    return call.integer(i, Integer.MIN_VALUE, Integer.MAX_VALUE, error);
  }
}
