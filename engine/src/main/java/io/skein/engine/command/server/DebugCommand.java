package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.ClientPeaks;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Debugging;
import io.skein.engine.command.Group;
import io.skein.engine.command.Handler;
import io.skein.engine.command.Help;
import io.skein.engine.command.HostProcess;
import io.skein.engine.command.Leniency;
import io.skein.engine.command.Persistence;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// DEBUG: what tests of servers and of clients need.
public final class DebugCommand {
  private static final CommandError REFUSED =
      new CommandError(
          "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\","
              + " you can run it from a local connection, otherwise you need to set this option in"
              + " the configuration file, and then restart the server.");
  private static final double MICROS = 1_000_000;

  private record Sub(int least, int most, Handler handler) {}

  private final Settings settings;
  private final HostProcess process;
  private final Persistence persistence;
  private final Debugging node;
  private final Sessions sessions;
  private final Leniency leniency;
  private final Map<String, Sub> subs = new LinkedHashMap<>();

  public DebugCommand(
      Settings settings,
      HostProcess process,
      Persistence persistence,
      Debugging node,
      Sessions sessions,
      Leniency leniency) {
    this.settings = settings;
    this.process = process;
    this.persistence = persistence;
    this.node = node;
    this.sessions = sessions;
    this.leniency = leniency;
    sub("help", 2, 2, DebugCommand::help);
    sub("segfault", 2, 2, call -> process.crash("DEBUG SEGFAULT"));
    sub("panic", 2, 2, call -> process.crash("DEBUG PANIC called"));
    sub("assert", 2, 2, call -> process.crash("DEBUG ASSERT called"));
    sub("error", 3, 3, DebugCommand::error);
    sub("log", 3, 3, this::log);
    sub("sleep", 3, 3, this::sleep);
    sub("object", 3, 3, DebugObject::describe);
    sub("digest", 2, 2, call -> call.reply().simple(DatasetDigest.of(call.keyspace())));
    sub("digest-value", 2, Integer.MAX_VALUE, DebugCommand::digestValues);
    sub("populate", 3, 5, DebugCommand::populate);
    sub("protocol", 3, 3, DebugProtocol::reply);
    sub("reload", 2, Integer.MAX_VALUE, this::reload);
    sub("loadaof", 2, 2, this::loadAppendOnly);
    sub(
        "aof-flush-sleep",
        3,
        3,
        call -> {
          node.appendDelayMicros(call.integer(2));
          call.reply().ok();
        });
    sub("set-active-expire", 3, 3, this::activeExpiry);
    sub("pause-cron", 3, 3, this::pauseCron);
    sub("slotmigration", 4, 4, this::slotMigration);
    DebugLists lists = new DebugLists(node);
    sub("listpack", 3, 3, lists::listpack);
    sub("quicklist", 3, 4, lists::quicklist);
    sub("quicklist-packed-threshold", 3, 3, DebugLists::packedThreshold);
    sub("change-repl-id", 2, 2, this::changeReplicationId);
    sub("replicate", 3, Integer.MAX_VALUE, DebugCommand::replicate);
    sub("config-rewrite-force-all", 2, 2, call -> ConfigCommands.rewrite(call, process, true));
    sub("replybuffer", 4, 4, this::replyBuffer);
    sub("set-skip-checksum-validation", 3, 3, this::skipChecksums);
    DebugCluster bus = new DebugCluster(node);
    sub("clusterlink", 5, 5, bus::killLinks);
    sub("drop-cluster-packet-filter", 3, 3, bus::dropPackets);
    sub("close-cluster-link-on-packet-drop", 3, 3, bus::closeOnDrop);
    sub("set-disable-deny-scripts", 3, 3, this::allowAnyInScripts);
  }

  private void sub(String name, int least, int most, Handler handler) {
    subs.put(name, new Sub(least, most, handler));
  }

  /// Adds the command to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("debug")
            .group(Group.SERVER)
            .docs("1.0.0", "Depends on subcommand.", "Holds what only tests need.")
            .arity(-2)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE)
            .does(this::run));
  }

  private void run(Call call) {
    boolean allowed =
        switch (settings.get(SecuritySettings.ENABLE_DEBUG_COMMAND)) {
          case NO -> false;
          case YES -> true;
          case LOCAL -> call.session().isLocal();
        };
    if (!allowed) {
      throw REFUSED;
    }
    Sub sub = subs.get(call.string(1).toLowerCase(Locale.ROOT));
    if (sub == null || call.count() < sub.least || call.count() > sub.most) {
      throw Help.wrongUse(call);
    }
    sub.handler.run(call);
  }

  private static void error(Call call) {
    throw new CommandError(call.string(2));
  }

  private void slotMigration(Call call) {
    boolean prevent = call.is(2, "prevent");
    boolean pause = call.is(3, "pause");
    if (!prevent && !call.is(2, "allow") || !pause && !call.is(3, "failover")) {
      throw Errors.SYNTAX;
    }
    if (pause) {
      node.preventMigrationPause(prevent);
    } else {
      node.preventMigrationClaim(prevent);
    }
    call.reply().ok();
  }

  private void log(Call call) {
    node.log("DEBUG LOG: " + call.string(2));
    call.reply().ok();
  }

  private void sleep(Call call) {
    double seconds;
    try {
      seconds = Double.parseDouble(call.string(2));
    } catch (NumberFormatException none) {
      seconds = 0;
    }
    process.sleep((long) (seconds * MICROS));
    call.reply().ok();
  }

  private static void digestValues(Call call) {
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      Key key = call.keyspace().key(call.bytes(i));
      call.reply().simple(DatasetDigest.ofValue(call.database(), call.database().peek(key)));
    }
  }

  /// Creates keys `prefix:0`, `prefix:1`, ... that nobody else hears of.
  private static void populate(Call call) {
    long count = call.integer(2, 0, Long.MAX_VALUE, Errors.NOT_POSITIVE);
    String prefix = call.count() == 3 ? "key" : call.string(3);
    int size =
        call.count() < 5
            ? 0
            : (int) call.integer(4, 0, Integer.MAX_VALUE - 64, Errors.NOT_POSITIVE);
    Database database = call.database();
    for (long i = 0; i < count; i++) {
      Key key = call.keyspace().key((prefix + ":" + i).getBytes(StandardCharsets.UTF_8));
      if (database.peek(key) == 0) {
        byte[] value = ("value:" + i).getBytes(StandardCharsets.US_ASCII);
        if (size > 0) {
          value = Arrays.copyOf(value, size);
        }
        database.setString(key, value, 0, value.length, Entry.NO_EXPIRY);
      }
    }
    call.reply().ok();
  }

  private void reload(Call call) {
    boolean save = true;
    boolean flush = true;
    boolean merge = false;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "MERGE")) {
        merge = true;
      } else if (call.is(i, "NOFLUSH")) {
        flush = false;
      } else if (call.is(i, "NOSAVE")) {
        save = false;
      } else {
        throw new CommandError(
            "ERR DEBUG RELOAD only supports the MERGE, NOFLUSH and NOSAVE options.");
      }
    }
    if (save) {
      persistence.saveNow();
    }
    persistence.reload(flush, merge);
    call.reply().ok();
  }

  private void loadAppendOnly(Call call) {
    if (!node.loadAppendOnly()) {
      throw new CommandError("ERR Error trying to load the AOF files, check server logs.");
    }
    call.reply().ok();
  }

  private void activeExpiry(Call call) {
    node.activeExpiry(isSet(call));
    call.reply().ok();
  }

  private void pauseCron(Call call) {
    node.pauseCron(isSet(call));
    call.reply().ok();
  }

  private void changeReplicationId(Call call) {
    node.changeReplicationId();
    call.reply().ok();
  }

  /// Has followers be told of what was not executed here.
  private static void replicate(Call call) {
    byte[][] arguments = new byte[call.count() - 2][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = call.bytes(i + 2);
    }
    call.logAs(arguments);
    call.dirty(1);
    call.reply().ok();
  }

  private void skipChecksums(Call call) {
    leniency.skipChecksums(isSet(call));
    call.reply().ok();
  }

  private void allowAnyInScripts(Call call) {
    leniency.allowAnyInScripts(isSet(call));
    call.reply().ok();
  }

  private void replyBuffer(Call call) {
    if (call.is(2, "RESIZING")) {
      sessions.peaks().keep(!call.isInteger(3) || call.integer(3) == 0);
    } else if (!call.is(2, "PEAK-RESET-TIME")) {
      throw Help.wrongUse(call);
    } else if (call.is(3, "NEVER")) {
      sessions.peaks().resetEvery(-1);
    } else if (call.is(3, "RESET")) {
      sessions.peaks().resetEvery(ClientPeaks.DEFAULT_RESET_MS);
    } else {
      sessions.peaks().resetEvery(call.integer(3));
    }
    call.reply().ok();
  }

  private static boolean isSet(Call call) {
    return call.isInteger(2) && call.integer(2) != 0;
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "AOF-FLUSH-SLEEP <microseconds>",
        "    Do nothing for so long before each write to the append only file.",
        "ASSERT",
        "    End the process as a broken invariant would.",
        "CHANGE-REPL-ID",
        "    Begin a new history of replication.",
        "CLOSE-CLUSTER-LINK-ON-PACKET-DROP <0|1>",
        "    Close links of the bus on which a message is dropped.",
        "CLUSTERLINK KILL <to|from|all> <node-id>",
        "    Close links of the bus to this node, from it, or both.",
        "CONFIG-REWRITE-FORCE-ALL",
        "    Write every setting to the configuration file, those at their defaults too.",
        "DIGEST",
        "    Show a fingerprint of the data set.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    Show fingerprints of values.",
        "DROP-CLUSTER-PACKET-FILTER <type>",
        "    Drop messages of the bus of this type, by number; -1 for none.",
        "ERROR <string>",
        "    Reply with this error.",
        "LISTPACK <key>",
        "    Write the elements of a listpack to the log.",
        "LOADAOF",
        "    Forget the data set, and load the append only files.",
        "LOG <message>",
        "    Write to the log.",
        "OBJECT <key>",
        "    Describe a value as it lies in memory.",
        "PANIC",
        "    End the process as a bug would.",
        "PAUSE-CRON <0|1>",
        "    Stop what happens by itself, or go on with it.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Create keys that nobody else hears of.",
        "PROTOCOL <type>",
        "    Reply with a value of this type: string, integer, double, bignum, null, array,",
        "    set, map, attrib, push, verbatim, true, false.",
        "QUICKLIST <key> [<0|1>]",
        "    Write the nodes of a list to the log; with 1, their elements too.",
        "QUICKLIST-PACKED-THRESHOLD <size>",
        "    Say from which size on an element is a node of its list by itself; 0 for 1gb.",
        "RELOAD [option ...]",
        "    Save the data set, forget it, and load what was saved.",
        "REPLICATE <argument> [<argument> ...]",
        "    Send this command to replicas without executing it, so that their data differ.",
        "REPLYBUFFER PEAK-RESET-TIME <NEVER|RESET|milliseconds>",
        "    Forget after so long how much a client was sent at once (rbp in CLIENT LIST).",
        "REPLYBUFFER RESIZING <0|1>",
        "    Keep what was sent at once at most, or go on forgetting it.",
        "SEGFAULT",
        "    End the process as a bad access to memory would.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Leave keys whose time has come until somebody asks for them, or delete them.",
        "SET-DISABLE-DENY-SCRIPTS <0|1>",
        "    Let scripts call commands that are not for them, or refuse these.",
        "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
        "    Take payloads of RESTORE whose checksum does not fit, or refuse them.",
        "SLOTMIGRATION (PREVENT|ALLOW) (PAUSE|FAILOVER)",
        "    Have migrations of slots stop before writes are held back, or before slots are claimed.",
        "SLEEP <seconds>",
        "    Do nothing for so long.");
  }
}
