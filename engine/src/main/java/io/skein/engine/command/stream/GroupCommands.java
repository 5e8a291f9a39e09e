package io.skein.engine.command.stream;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;
import org.jspecify.annotations.Nullable;

/// XGROUP: groups and their consumers come and go.
final class GroupCommands {
  private static final CommandError NO_KEY =
      new CommandError(
          "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want"
              + " to use the MKSTREAM option to create an empty stream automatically.");
  private static final CommandError BUSY =
      new CommandError("BUSYGROUP Consumer Group name already exists");
  private static final CommandError NEGATIVE_READ =
      new CommandError("ERR value for ENTRIESREAD must be positive or -1");

  private static final int KEY = 2;
  private static final int NAME = 3;
  private static final int ID = 4;
  private static final int OPTIONS = 5;

  private final BlockedKeys blockedKeys;

  GroupCommands(BlockedKeys blockedKeys) {
    this.blockedKeys = blockedKeys;
  }

  void declare(CommandTable table) {
    Command xgroup =
        Command.named("xgroup")
            .group(Group.STREAM)
            .docs("5.0.0", "That of the subcommand.", "Holds the commands on consumer groups.");
    xgroup
        .sub("create")
        .docs("5.0.0", "O(1)", "Makes a group that reads from an id on.")
        .history("7.0.0", "Option `ENTRIESREAD`.")
        .syntax("key group (id-selector: id | $) [MKSTREAM] [ENTRIESREAD entries-read:integer]")
        .arity(-5)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, KEY))
        .does(this::create);
    xgroup
        .sub("setid")
        .docs("5.0.0", "O(1)", "Sets the id from which a group reads on.")
        .history("7.0.0", "Option `ENTRIESREAD`.")
        .syntax("key group (id-selector: id | $) [ENTRIESREAD entriesread:integer]")
        .arity(-5)
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, KEY))
        .does(this::setid);
    xgroup
        .sub("destroy")
        .docs("5.0.0", "O(N), N being the number of pending entries.", "Deletes a group.")
        .syntax("key group")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, KEY))
        .does(this::destroy);
    xgroup
        .sub("createconsumer")
        .docs("6.2.0", "O(1)", "Makes a consumer of a group.")
        .syntax("key group consumer")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, KEY))
        .does(this::createConsumer);
    xgroup
        .sub("delconsumer")
        .docs("5.0.0", "O(1)", "Deletes a consumer and forgets what is pending for it.")
        .syntax("key group consumer")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, KEY))
        .does(this::deleteConsumer);
    xgroup
        .sub("help")
        .docs("5.0.0", "O(1)", "Explains the subcommands.")
        .syntax("")
        .flags(CommandFlag.LOADING, CommandFlag.STALE)
        .does(this::help);
    table.add(xgroup);
  }

  /// What stands behind the id.
  private record GroupOptions(boolean makesStream, long entriesRead) {
    static GroupOptions read(Call call, boolean creates) {
      boolean makes = false;
      long read = StreamGroup.UNKNOWN;
      int i = OPTIONS;
      while (i < call.count()) {
        if (creates && call.is(i, "mkstream")) {
          makes = true;
          i++;
        } else if (call.is(i, "entriesread") && i + 1 < call.count()) {
          read = call.integer(i + 1);
          if (read < 0 && read != StreamGroup.UNKNOWN) {
            throw NEGATIVE_READ;
          }
          i += 2;
        } else {
          throw Help.wrongUse(call);
        }
      }
      return new GroupOptions(makes, read);
    }
  }

  private static @Nullable StreamValue value(Call call) {
    return call.database().write(call.keyAt(0), StreamValue.TYPE);
  }

  private static StreamValue valueThatIs(Call call) {
    StreamValue value = value(call);
    if (value == null) {
      throw NO_KEY;
    }
    return value;
  }

  private static StreamGroup groupThatIs(Call call, StreamValue value) {
    StreamGroup group = value.stream().group(call.toBytes(NAME));
    if (group == null) {
      throw Consumers.noGroup(call, KEY);
    }
    return group;
  }

  private void create(Call call) {
    GroupOptions options = GroupOptions.read(call, true);
    StreamValue value = options.makesStream ? value(call) : valueThatIs(call);
    if (call.count() > 8) {
      throw Help.wrongUse(call);
    }
    StreamId id;
    if (call.is(ID, "$")) {
      id = value == null ? StreamId.ZERO : value.stream().lastId();
    } else {
      id = Ids.exact(call, ID);
    }
    Key key = call.keyAt(0);
    Database db = call.database();
    if (value != null && value.stream().group(call.toBytes(NAME)) != null) {
      throw BUSY;
    }
    Stream stream =
        value == null
            ? db.create(key, StreamValue.TYPE, Entry.NO_EXPIRY).stream()
            : value.toChangeGroups();
    stream.addGroup(call.toBytes(NAME), id, options.entriesRead);
    call.notify(EventClass.STREAM, "xgroup-create", key);
    call.dirty(1);
    call.reply().ok();
  }

  private void setid(Call call) {
    GroupOptions options = GroupOptions.read(call, false);
    StreamValue value = valueThatIs(call);
    StreamGroup group = groupThatIs(call, value);
    if (call.count() != 5 && call.count() != 7) {
      throw Help.wrongUse(call);
    }
    StreamId id = call.is(ID, "$") ? value.stream().lastId() : Ids.bound(call, ID, 0);
    value.toChangeGroups();
    group.lastId(id);
    group.entriesRead(options.entriesRead);
    call.notify(EventClass.STREAM, "xgroup-setid", call.keyAt(0));
    call.dirty(1);
    call.reply().ok();
  }

  private void destroy(Call call) {
    StreamValue value = valueThatIs(call);
    if (value.stream().group(call.toBytes(NAME)) == null) {
      call.reply().integer(0);
      return;
    }
    value.toChangeGroups().removeGroup(call.toBytes(NAME));
    call.notify(EventClass.STREAM, "xgroup-destroy", call.keyAt(0));
    call.dirty(1);
    // Who waits as a consumer of the group is told that it is gone.
    blockedKeys.ready(call.database(), call.keyAt(0));
    call.reply().integer(1);
  }

  private void createConsumer(Call call) {
    StreamValue value = valueThatIs(call);
    StreamGroup group = groupThatIs(call, value);
    boolean absent = group.consumer(call.toBytes(4)) == null;
    if (absent) {
      value.toChangeGroups();
      Consumers.create(call, call.keyAt(0), group, call.toBytes(4));
    }
    call.reply().integer(absent ? 1 : 0);
  }

  private void deleteConsumer(Call call) {
    StreamValue value = valueThatIs(call);
    StreamGroup group = groupThatIs(call, value);
    StreamConsumer consumer = group.consumer(call.toBytes(4));
    int pending = 0;
    if (consumer != null) {
      value.toChangeGroups();
      pending = consumer.pending().size();
      group.removeConsumer(consumer);
      call.notify(EventClass.STREAM, "xgroup-delconsumer", call.keyAt(0));
      call.dirty(1);
    }
    call.reply().integer(pending);
  }

  private void help(Call call) {
    Help.reply(
        call,
        "CREATE <key> <groupname> <id|$> [option]",
        "    Make a group that reads behind an id, $ for the last. Options are:",
        "    * MKSTREAM",
        "      Make the stream, without entries, when there is none.",
        "    * ENTRIESREAD entries_read",
        "      The number of entries up to that id (for internal use).",
        "CREATECONSUMER <key> <groupname> <consumer>",
        "    Make a consumer of a group.",
        "DELCONSUMER <key> <groupname> <consumer>",
        "    Delete a consumer.",
        "DESTROY <key> <groupname>",
        "    Delete a group.",
        "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
        "    Set the id behind which a group reads, and the number of entries up to it.");
  }
}
