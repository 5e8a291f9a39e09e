package io.skein.engine.command.generic;

import io.skein.engine.bytes.Memory;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.MaxmemoryPolicy;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.resp.CommandError;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// OBJECT: what is known about a value beside the value.
final class ObjectCommands {
  private static final CommandError LFU =
      new CommandError(
          "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when"
              + " switching between policies at runtime LRU and LFU data will take some time to"
              + " adjust.");
  private static final CommandError NOT_LFU =
      new CommandError(
          "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note"
              + " that when switching between policies at runtime LRU and LFU data will take some"
              + " time to adjust.");

  /// Redis keeps one object for each integer below this, with a count of references that says so.
  private static final long SHARED_INTEGERS = 10_000;

  private final Settings settings;

  ObjectCommands(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    Command object =
        Command.named("object")
            .group(Group.GENERIC)
            .docs("2.2.3", "That of the subcommand.", "Holds the commands on values as objects.");
    about(object, "encoding", "2.2.3", "Says how the value of a key is stored.")
        .does(this::encoding);
    about(object, "freq", "4.0.0", "Returns the logarithmic counter of a key's use.")
        .does(this::freq);
    about(object, "idletime", "2.2.3", "Returns for how many seconds a key has not been used.")
        .does(this::idletime);
    about(object, "refcount", "2.2.3", "Returns how many references to a value there are.")
        .does(this::refcount);
    object
        .sub("help")
        .docs("6.2.0", "O(1)", "Explains the subcommands.")
        .syntax("")
        .flags(CommandFlag.LOADING, CommandFlag.STALE)
        .does(this::help);
    table.add(object);
  }

  private static Command about(Command object, String name, String since, String summary) {
    return object
        .sub(name)
        .docs(since, "O(1)", summary)
        .syntax("key")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO, 2));
  }

  private static long entryOrNull(Call call) {
    long entry = call.database().inspect(call.keyAt(0));
    if (entry == 0) {
      call.reply().nullBulk();
    }
    return entry;
  }

  private void encoding(Call call) {
    long entry = entryOrNull(call);
    if (entry != 0) {
      call.reply().bulk(KindNames.encoding(Entry.kind(entry)));
    }
  }

  private void freq(Call call) {
    long entry = entryOrNull(call);
    if (entry != 0) {
      if (!call.keyspace().clock().isLfu()) {
        throw NOT_LFU;
      }
      call.reply().integer(call.keyspace().clock().frequency(Entry.clock(entry)));
    }
  }

  private void idletime(Call call) {
    long entry = entryOrNull(call);
    if (entry != 0) {
      if (call.keyspace().clock().isLfu()) {
        throw LFU;
      }
      call.reply().integer(call.keyspace().clock().idleSeconds(Entry.clock(entry)));
    }
  }

  private void refcount(Call call) {
    long entry = entryOrNull(call);
    if (entry != 0) {
      call.reply().integer(isShared(entry) ? Integer.MAX_VALUE : 1);
    }
  }

  /// Whether Redis would hold the value as one of its shared integers, as it does unless the
  /// eviction policy needs an access clock for each.
  private boolean isShared(long entry) {
    if (Entry.kind(entry) != EntryKind.STRING_INT) {
      return false;
    }
    long value = Memory.getLong(Entry.valueAddress(entry));
    MaxmemoryPolicy policy = settings.get(MemorySettings.MAXMEMORY_POLICY);
    boolean clocked =
        switch (policy) {
          case ALLKEYS_LRU, VOLATILE_LRU, ALLKEYS_LFU, VOLATILE_LFU -> true;
          case ALLKEYS_RANDOM, VOLATILE_RANDOM, VOLATILE_TTL, NOEVICTION -> false;
        };
    return value >= 0
        && value < SHARED_INTEGERS
        && (!clocked || settings.number(MemorySettings.MAXMEMORY) == 0);
  }

  private void help(Call call) {
    Help.reply(
        call,
        "ENCODING <key>",
        "    Name the form in which the value of <key> is stored.",
        "FREQ <key>",
        "    Return the counter of the use of <key>, which grows logarithmically and decays with",
        "    time. Needs an LFU eviction policy.",
        "IDLETIME <key>",
        "    Return the seconds since <key> was last used. Needs a policy that is not LFU.",
        "REFCOUNT <key>",
        "    Return how many references to the value of <key> there are.");
  }
}
