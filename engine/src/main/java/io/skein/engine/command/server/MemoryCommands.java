package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.READONLY;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.HostProcess;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;

/// MEMORY and its subcommands.
public final class MemoryCommands {
  private static final String VARIES = "nondeterministic_output";
  private static final String ALL_SHARDS = "request_policy:all_shards";
  private static final String SPECIAL = "response_policy:special";

  /// What a key takes in the index, in bytes, on average: 64 for ten places, of which seven are
  /// taken.
  private static final int INDEX_BYTES = 9;

  private static final long MB = 1 << 20;

  private final Keyspace keyspace;
  private final MemorySection memory;
  private final HostProcess process;

  public MemoryCommands(Keyspace keyspace, MemorySection memory, HostProcess process) {
    this.keyspace = keyspace;
    this.memory = memory;
    this.process = process;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    Command container =
        Command.named("memory")
            .group(Group.SERVER)
            .docs("4.0.0", "Depends on subcommand.", "Holds what concerns memory.");
    container
        .sub("usage")
        .docs("4.0.0", "O(N) with N the number of samples", "Tells how much memory a key takes.")
        .syntax("key [count: SAMPLES count:integer]")
        .flags(READONLY)
        .keys(KeySpec.one(KeySpec.RO, 2))
        .does(MemoryCommands::usage);
    container
        .sub("stats")
        .docs("4.0.0", "O(1)", "Tells what takes how much memory.")
        .tips(VARIES, ALL_SHARDS, SPECIAL)
        .does(this::statistics);
    container
        .sub("doctor")
        .docs("4.0.0", "O(1)", "Says what is wrong with the use of memory.")
        .tips(VARIES, ALL_SHARDS, SPECIAL)
        .does(call -> call.reply().verbatim("txt", diagnosis()));
    container
        .sub("malloc-stats")
        .docs("4.0.0", "O(1)", "Describes the allocator.")
        .tips(VARIES, ALL_SHARDS, SPECIAL)
        .does(call -> call.reply().verbatim("txt", allocator()));
    container
        .sub("purge")
        .docs("4.0.0", "O(1)", "Gives memory back; here this happens whenever it can.")
        .tips(ALL_SHARDS, "response_policy:all_succeeded")
        .does(call -> call.reply().ok());
    container
        .sub("help")
        .docs("4.0.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(MemoryCommands::help);
    table.add(container);
  }

  private static void usage(Call call) {
    for (int i = 3; i < call.count(); i += 2) {
      if (!call.is(i, "SAMPLES") || i + 1 == call.count()) {
        throw Errors.SYNTAX;
      }
      if (call.integer(i + 1) < 0) {
        throw Errors.SYNTAX;
      }
    }
    Key key = call.keyAt(0);
    if (call.database().peek(key) == 0) {
      call.reply().nullBulk();
    } else {
      call.reply().integer(call.database().memoryOf(key) + INDEX_BYTES);
    }
  }

  private void statistics(Call call) {
    Reply reply = call.reply();
    long used = memory.usedBytes();
    long backlog = memory.backlogBytes();
    long clients = memory.clientBytes(false);
    long replicas = memory.clientBytes(true);
    long overhead = memory.overheadBytes();
    long reserved = keyspace.reservedBytes();
    long resident = process.residentBytes();
    long keys = keyspace.size();
    int mark = reply.begin();
    number(reply, "peak.allocated", memory.peakBytes());
    number(reply, "total.allocated", used);
    number(reply, "startup.allocated", memory.startupBytes());
    number(reply, "replication.backlog", backlog);
    number(reply, "clients.slaves", replicas);
    number(reply, "clients.normal", clients);
    number(reply, "cluster.links", 0);
    number(reply, "aof.buffer", memory.appendBufferBytes());
    number(reply, "lua.caches", memory.scriptBytes());
    number(reply, "functions.caches", memory.libraryBytes());
    int fields = 27;
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      fields += database(reply, keyspace.database(i));
    }
    number(reply, "overhead.total", overhead);
    number(reply, "keys.count", keys);
    number(reply, "keys.bytes-per-key", keys == 0 ? 0 : used / keys);
    number(reply, "dataset.bytes", used - overhead);
    share(reply, "dataset.percentage", MemorySection.share(used - overhead, used));
    share(reply, "peak.percentage", MemorySection.share(used, memory.peakBytes()));
    number(reply, "allocator.allocated", keyspace.usedBytes());
    number(reply, "allocator.active", reserved);
    number(reply, "allocator.resident", reserved);
    share(
        reply,
        "allocator-fragmentation.ratio",
        MemorySection.ratio(reserved, keyspace.usedBytes()));
    number(reply, "allocator-fragmentation.bytes", reserved - keyspace.usedBytes());
    share(reply, "allocator-rss.ratio", 1);
    number(reply, "allocator-rss.bytes", 0);
    share(reply, "rss-overhead.ratio", MemorySection.ratio(resident, reserved));
    number(reply, "rss-overhead.bytes", resident - reserved);
    share(reply, "fragmentation", MemorySection.ratio(resident, used));
    number(reply, "fragmentation.bytes", resident - used);
    reply.endMap(mark, fields);
  }

  private static int database(Reply reply, Database database) {
    if (database.size() == 0) {
      return 0;
    }
    reply.bulk("db." + database.index());
    reply.map(3);
    number(reply, "overhead.hashtable.main", database.size() * INDEX_BYTES);
    number(reply, "overhead.hashtable.expires", 0);
    number(reply, "overhead.hashtable.slot-to-keys", 0);
    return 1;
  }

  private static void number(Reply reply, String name, long value) {
    reply.bulk(name);
    reply.integer(value);
  }

  private static void share(Reply reply, String name, double value) {
    reply.bulk(name);
    reply.doubleValue(value);
  }

  private String diagnosis() {
    long used = memory.usedBytes();
    if (used < 5 * MB) {
      return "There is next to nothing in memory, so there is nothing to say about it.\n";
    }
    StringBuilder s = new StringBuilder();
    if (memory.peakBytes() > used * 3 / 2) {
      s.append("- At its peak the server used ")
          .append(InfoText.human(memory.peakBytes()))
          .append(", now ")
          .append(InfoText.human(used))
          .append(": some of the difference may not be given back yet.\n");
    }
    if (keyspace.reservedBytes() > keyspace.usedBytes() * 7 / 5) {
      s.append("- Of the memory reserved for data much is not used: deleted values lie between")
          .append(" others. New data will fill it.\n");
    }
    if (memory.clientBytes(false) > used / 4) {
      s.append("- Buffers of clients take much: CLIENT LIST shows whose (qbuf, omem).\n");
    }
    return s.isEmpty() ? "Nothing is wrong with the use of memory.\n" : s.toString();
  }

  private String allocator() {
    return "slab arena, off the Java heap\nused: "
        + keyspace.usedBytes()
        + "\nreserved: "
        + keyspace.reservedBytes()
        + "\nto be freed: "
        + keyspace.lazyFree().pendingEntries()
        + " entries\n";
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "DOCTOR",
        "    Say what is wrong with the use of memory.",
        "MALLOC-STATS",
        "    Describe the allocator.",
        "PURGE",
        "    Give memory back.",
        "STATS",
        "    Tell what takes how much.",
        "USAGE <key> [SAMPLES <count>]",
        "    Tell how much a key takes.");
  }
}
