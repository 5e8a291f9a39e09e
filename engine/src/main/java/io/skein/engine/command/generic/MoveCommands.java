package io.skein.engine.command.generic;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;

/// RENAME, RENAMENX, MOVE and COPY: the same value under another key or in another database.
final class MoveCommands {
  private static final CommandError MOVE_IN_CLUSTER =
      new CommandError("ERR MOVE is not allowed in cluster mode");
  private static final CommandError COPY_IN_CLUSTER =
      new CommandError("ERR Copying to another database is not allowed in cluster mode");

  void declare(CommandTable table) {
    table.add(rename());
    table.add(renamenx());
    table.add(move());
    table.add(copy());
  }

  private Command rename() {
    return Command.named("rename")
        .group(Group.GENERIC)
        .docs("1.0.0", "O(1)", "Gives a key another name, in place of whatever had it.")
        .syntax("key newkey")
        .flags(CommandFlag.WRITE)
        .keys(
            KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1),
            KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 2))
        .does(this::rename);
  }

  private void rename(Call call) {
    Key from = call.keyAt(0);
    Key to = call.keyAt(1);
    Database db = call.database();
    if (db.write(from) == 0) {
      throw Errors.NO_SUCH_KEY;
    }
    if (!from.sameAs(to)) {
      rename(call, from, to);
    }
    call.reply().ok();
  }

  private Command renamenx() {
    return Command.named("renamenx")
        .group(Group.GENERIC)
        .docs("1.0.0", "O(1)", "Gives a key another name if no key has it.")
        .history("3.2.0", "The same name twice is no error any more.")
        .syntax("key newkey")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(
            KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1),
            KeySpec.one(KeySpec.OW | KeySpec.INSERT, 2))
        .does(this::renamenx);
  }

  private void renamenx(Call call) {
    Key from = call.keyAt(0);
    Key to = call.keyAt(1);
    Database db = call.database();
    if (db.write(from) == 0) {
      throw Errors.NO_SUCH_KEY;
    }
    if (from.sameAs(to) || db.write(to) != 0) {
      call.reply().integer(0);
      return;
    }
    rename(call, from, to);
    call.reply().integer(1);
  }

  private static void rename(Call call, Key from, Key to) {
    call.database().move(from, call.database(), to);
    call.notify(EventClass.GENERIC, "rename_from", from);
    call.notify(EventClass.GENERIC, "rename_to", to);
    call.dirty(1);
  }

  private Command move() {
    return Command.named("move")
        .group(Group.GENERIC)
        .docs("1.0.0", "O(1)", "Moves a key to another database.")
        .syntax("key db:integer")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1))
        .does(this::move);
  }

  private void move(Call call) {
    if (call.keyspace().isClustered()) {
      throw MOVE_IN_CLUSTER;
    }
    Key key = call.keyAt(0);
    Database from = call.database();
    Database to = database(call, 2);
    if (to.index() == from.index()) {
      throw Errors.SAME_OBJECT;
    }
    if (from.write(key) == 0 || to.write(key) != 0) {
      call.reply().integer(0);
      return;
    }
    from.move(key, to, key);
    call.notify(EventClass.GENERIC, "move_from", from, key);
    call.notify(EventClass.GENERIC, "move_to", to, key);
    call.dirty(1);
    call.reply().integer(1);
  }

  private static Database database(Call call, int argument) {
    int index = call.integer32(argument);
    Keyspace keyspace = call.keyspace();
    if (index < 0 || index >= keyspace.databaseCount()) {
      throw Errors.DB_OUT_OF_RANGE;
    }
    return keyspace.database(index);
  }

  private Command copy() {
    return Command.named("copy")
        .group(Group.GENERIC)
        .docs(
            "6.2.0",
            "O(N), N being the number of elements of a collection; O(1) for a string.",
            "Copies the value and the expiry time of a key to another key.")
        .syntax("source:key destination:key [DB destination-db:integer] [REPLACE]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(
            KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1),
            KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 2))
        .does(this::copy);
  }

  private void copy(Call call) {
    Database from = call.database();
    Database to = from;
    boolean replace = false;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "REPLACE")) {
        replace = true;
      } else if (call.is(i, "DB") && i + 1 < call.count()) {
        to = database(call, ++i);
      } else {
        throw Errors.SYNTAX;
      }
    }
    if (call.keyspace().isClustered() && to.index() != call.database().index()) {
      throw COPY_IN_CLUSTER;
    }
    Key source = call.keyAt(0);
    Key destination = call.keyAt(1);
    if (to.index() == from.index() && source.sameAs(destination)) {
      throw Errors.SAME_OBJECT;
    }
    if (from.read(source) == 0 || to.write(destination) != 0 && !replace) {
      call.reply().integer(0);
      return;
    }
    from.copy(source, to, destination, Entry.expiryMs(from.peek(source)));
    call.notify(EventClass.GENERIC, "copy_to", to, destination);
    call.dirty(1);
    call.reply().integer(1);
  }
}
