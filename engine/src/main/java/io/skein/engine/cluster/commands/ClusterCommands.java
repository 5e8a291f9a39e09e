package io.skein.engine.cluster.commands;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;
import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.NO_ASYNC_LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterRequest.FailoverMode;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.cluster.ClusterTexts;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.Condition;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Handler;
import io.skein.engine.command.Help;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.SlotKeys;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// CLUSTER and its subcommands: requests to the control plane, and views of it.
final class ClusterCommands {
  static final CommandError DISABLED =
      new CommandError("ERR This instance has cluster support disabled");

  private static final CommandError INVALID_SLOT =
      new CommandError("ERR Invalid or out of range slot");
  private static final CommandError SLOT_OUT_OF_RANGE = new CommandError("ERR Invalid slot");
  private static final CommandError INVALID_SLOT_OR_COUNT =
      new CommandError("ERR Invalid slot or number of keys");
  private static final CommandError ONLY_WITH_PRIMARIES =
      new CommandError("ERR Please use SETSLOT only with masters.");
  private static final CommandError BAD_SETSLOT =
      new CommandError(
          "ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP");
  private static final CommandError NOT_A_PRIMARY =
      new CommandError("ERR The specified node is not a master");
  private static final long BUS_PORT_OFFSET = 10_000;
  private static final String NONDETERMINISTIC = "nondeterministic_output";

  private final @Nullable ClusterPort port;
  private final ClusterReplies replies;
  private final Supplier<Condition> condition;
  private final MigrationCommands migrations;

  ClusterCommands(
      Settings settings,
      @Nullable ClusterPort port,
      Supplier<Condition> condition,
      MigrationCommands migrations) {
    this.port = port;
    this.condition = condition;
    this.migrations = migrations;
    this.replies = new ClusterReplies(settings);
  }

  void declare(CommandTable table) {
    Command cluster =
        Command.named("cluster")
            .group(Group.CLUSTER)
            .docs("3.0.0", "Depends on subcommand.", "Holds what concerns the cluster.");
    views(cluster);
    keys(cluster);
    slots(cluster);
    nodes(cluster);
    reports(cluster);
    migrations.declare(cluster);
    table.add(cluster);
  }

  /// What Redis does not have.
  private void reports(Command cluster) {
    sub(
            cluster,
            "why",
            "7.2.0",
            "O(N) with N the number of nodes",
            "Tells why a failover did or did not happen.",
            this::why)
        .syntax("[node-id]")
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
    sub(
            cluster,
            "doctor",
            "7.2.0",
            "O(N) with N the number of nodes and slots",
            "Tells what is wrong with the cluster, and what to do about it.",
            call -> request(call, new ClusterRequest.Doctor(condition.get())))
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
  }

  private void why(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    request(call, new ClusterRequest.Why(call.count() == 3 ? call.string(2) : null));
  }

  private void views(Command cluster) {
    String perNode = "O(N) with N the number of nodes";
    sub(cluster, "help", "5.0.0", "O(1)", "Lists the subcommands.", ClusterHelp::reply)
        .flags(LOADING);
    sub(cluster, "info", "3.0.0", "O(1)", "Tells the state of the cluster.", this::info)
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
    sub(cluster, "links", "7.0.0", perNode, "Lists the links of the bus.", this::links)
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
    sub(cluster, "myid", "3.0.0", "O(1)", "Tells the id of this node.", this::myId).flags(LOADING);
    sub(cluster, "myshardid", "7.2.0", "O(1)", "Tells the id of this shard.", this::myShardId)
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
    sub(cluster, "nodes", "3.0.0", perNode, "Describes the nodes.", this::describeNodes)
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
    for (String name : List.of("replicas", "slaves")) {
      Command replicas =
          sub(
                  cluster,
                  name,
                  name.equals("slaves") ? "3.0.0" : "5.0.0",
                  "O(N) with N the number of replicas",
                  "Describes the replicas of a primary.",
                  this::replicas)
              .syntax("node-id")
              .flags(ADMIN, LOADING)
              .tips(NONDETERMINISTIC);
      if (name.equals("slaves")) {
        replicas.deprecated("5.0.0", "`CLUSTER REPLICAS`");
      }
    }
    sub(cluster, "shards", "7.0.0", perNode, "Tells slots and nodes by shard.", this::shards)
        .flags(LOADING)
        .tips(NONDETERMINISTIC);
    sub(cluster, "slots", "3.0.0", perNode, "Tells nodes by range of slots.", this::slotMap)
        .flags(LOADING)
        .deprecated("7.0.0", "`CLUSTER SHARDS`")
        .history("4.0.0", "Node ids.", "7.0.0", "Hostnames and other names of the nodes.")
        .tips(NONDETERMINISTIC);
    sub(
            cluster,
            "count-failure-reports",
            "3.0.0",
            "O(N) with N the number of reports",
            "Tells how many primaries say that a node is failing.",
            call -> request(call, new ClusterRequest.CountFailureReports(call.string(2))))
        .syntax("node-id")
        .flags(ADMIN, LOADING)
        .tips(NONDETERMINISTIC);
  }

  private void keys(Command cluster) {
    sub(
            cluster,
            "countkeysinslot",
            "3.0.0",
            "O(1)",
            "Tells how many keys this node has in a slot.",
            this::countKeysInSlot)
        .syntax("slot:integer");
    sub(
            cluster,
            "getkeysinslot",
            "3.0.0",
            "O(N) with N the number of keys asked for",
            "Lists keys that this node has in a slot.",
            this::getKeysInSlot)
        .syntax("slot:integer count:integer")
        .tips(NONDETERMINISTIC);
    sub(
            cluster,
            "keyslot",
            "3.0.0",
            "O(N) with N the length of the key",
            "Tells the slot of a key.",
            this::keySlot)
        .syntax("key:string");
  }

  private void slots(Command cluster) {
    String perSlot = "O(N) with N the number of slots";
    change(cluster, "addslots", perSlot, "Takes slots for this node.", c -> listed(c, true))
        .syntax("slot:integer...");
    change(cluster, "delslots", perSlot, "Leaves slots to nobody.", c -> listed(c, false))
        .syntax("slot:integer...");
    change(cluster, "addslotsrange", perSlot, "Takes ranges of slots.", c -> ranges(c, true))
        .docs("7.0.0", perSlot, "Takes ranges of slots for this node.")
        .syntax("(range: start-slot:integer end-slot:integer)...");
    change(cluster, "delslotsrange", perSlot, "Leaves ranges of slots.", c -> ranges(c, false))
        .docs("7.0.0", perSlot, "Leaves ranges of slots to nobody.")
        .syntax("(range: start-slot:integer end-slot:integer)...");
    change(
        cluster,
        "flushslots",
        "O(1)",
        "Leaves all slots of this node to nobody.",
        call -> request(call, new ClusterRequest.FlushSlots(hasKeys(call))));
    change(cluster, "setslot", "O(1)", "Marks a slot as moving, or gives it.", this::setSlot)
        .arity(-4)
        .syntax(
            "slot:integer (subcommand: IMPORTING importing | MIGRATING migrating | NODE node |"
                + " STABLE)");
  }

  private void nodes(Command cluster) {
    change(cluster, "meet", "O(1)", "Makes two clusters one.", this::meet)
        .syntax("ip port:integer [cluster-bus-port:integer]")
        .history("4.0.0", "The port of the bus.");
    change(
            cluster,
            "forget",
            "O(1)",
            "Removes a node.",
            call -> request(call, new ClusterRequest.Forget(call.string(2))))
        .syntax("node-id");
    change(
            cluster,
            "replicate",
            "O(1)",
            "Makes this node the replica of another.",
            call -> request(call, new ClusterRequest.Replicate(call.string(2), hasKeys(call))))
        .syntax("node-id");
    change(cluster, "failover", "O(1)", "Puts this replica in its primary's place.", this::failover)
        .syntax("[options: FORCE | TAKEOVER]");
    change(
            cluster,
            "bumpepoch",
            "O(1)",
            "Gives this node the greatest epoch.",
            call -> request(call, new ClusterRequest.BumpEpoch()))
        .tips("nondeterministic_output");
    change(
            cluster,
            "set-config-epoch",
            "O(1)",
            "Gives a new node its first epoch.",
            call -> request(call, new ClusterRequest.SetConfigEpoch(call.integer(2))))
        .syntax("config-epoch:integer");
    change(
        cluster,
        "saveconfig",
        "O(1)",
        "Writes the file of the cluster's state.",
        call -> request(call, new ClusterRequest.SaveConfig()));
    sub(
            cluster,
            "reset",
            "3.0.0",
            "O(N) with N the number of nodes",
            "Makes this node one that knows nobody.",
            this::reset)
        .syntax("[reset-type: HARD | SOFT]")
        .flags(ADMIN, NOSCRIPT);
  }

  private Command sub(
      Command cluster, String name, String since, String cost, String summary, Handler action) {
    return cluster
        .sub(name)
        .docs(since, cost, summary)
        .flags(STALE)
        .does(call -> {
          port();
          action.run(call);
        });
  }

  private Command change(
      Command cluster, String name, String cost, String summary, Handler action) {
    return sub(cluster, name, "3.0.0", cost, summary, action).flags(NO_ASYNC_LOADING, ADMIN);
  }

  private ClusterPort port() {
    ClusterPort present = port;
    if (present == null) {
      throw DISABLED;
    }
    return present;
  }

  private ClusterView view() {
    return port().view();
  }

  private void request(Call call, ClusterRequest request) {
    switch (port().request(request)) {
      case ClusterResult.Ok _ -> call.reply().ok();
      case ClusterResult.Text(String text) -> call.reply().simple(text);
      case ClusterResult.Report(String text) -> call.reply().verbatim("txt", text);
      case ClusterResult.Number(long value) -> call.reply().integer(value);
      case ClusterResult.Error(String text) -> throw new CommandError(text);
    }
  }

  private static boolean hasKeys(Call call) {
    return call.keyspace().database(0).size() != 0;
  }

  private static int slot(Call call, int argument) {
    return (int) call.integer(argument, 0, SLOT_COUNT - 1, INVALID_SLOT);
  }

  private void info(Call call) {
    call.reply().verbatim("txt", ClusterTexts.info(view()));
  }

  private void links(Call call) {
    replies.links(call.reply(), view());
  }

  private void myId(Call call) {
    call.reply().bulk(view().myself().id());
  }

  private void myShardId(Call call) {
    call.reply().bulk(view().myself().shardId());
  }

  private void describeNodes(Call call) {
    ClusterView view = view();
    call.reply().verbatim("txt", ClusterTexts.nodes(view, ClusterReplies.tls(call)));
  }

  private void replicas(Call call) {
    ClusterView view = view();
    var node = view.node(call.string(2));
    if (node == null) {
      throw new CommandError("ERR Unknown node " + call.string(2));
    }
    if (node.isReplica()) {
      throw NOT_A_PRIMARY;
    }
    var found = view.replicasOf(node);
    call.reply().array(found.size());
    for (var replica : found) {
      call.reply().bulk(ClusterTexts.node(view, replica, ClusterReplies.tls(call)));
    }
  }

  private void shards(Call call) {
    replies.shards(call.reply(), view());
  }

  private void slotMap(Call call) {
    replies.slots(call.reply(), view(), ClusterReplies.tls(call));
  }

  private void countKeysInSlot(Call call) {
    long slot = call.integer(2);
    if (slot < 0 || slot >= SLOT_COUNT) {
      throw SLOT_OUT_OF_RANGE;
    }
    call.reply().integer(call.keyspace().database(0).slotSize((int) slot));
  }

  private void getKeysInSlot(Call call) {
    long slot = call.integer(2);
    long count = call.integer(3);
    if (slot < 0 || slot >= SLOT_COUNT || count < 0) {
      throw INVALID_SLOT_OR_COUNT;
    }
    int most = (int) Math.min(count, Integer.MAX_VALUE);
    List<byte[]> keys = SlotKeys.list(call.keyspace().database(0), (int) slot, most);
    call.reply().array(keys.size());
    for (byte[] key : keys) {
      call.reply().bulk(key);
    }
  }

  private void keySlot(Call call) {
    call.reply().integer(Slot.of(call.buffer(), call.offset(2), call.length(2)));
  }

  private void listed(Call call, boolean add) {
    List<SlotRange> ranges = new ArrayList<>();
    for (int i = 2; i < call.count(); i++) {
      int slot = slot(call, i);
      ranges.add(new SlotRange(slot, slot));
    }
    changeSlots(call, ranges, add);
  }

  private void ranges(Call call, boolean add) {
    if (call.count() % 2 == 1) {
      throw Errors.wrongArity(call.command().fullName());
    }
    List<SlotRange> ranges = new ArrayList<>();
    for (int i = 2; i < call.count(); i += 2) {
      int first = slot(call, i);
      int last = slot(call, i + 1);
      if (first > last) {
        throw new CommandError(
            "ERR start slot number " + first + " is greater than end slot number " + last);
      }
      ranges.add(new SlotRange(first, last));
    }
    changeSlots(call, ranges, add);
  }

  private void changeSlots(Call call, List<SlotRange> ranges, boolean add) {
    request(call, add ? new ClusterRequest.AddSlots(ranges) : new ClusterRequest.DelSlots(ranges));
  }

  private void setSlot(Call call) {
    if (view().myself().isReplica()) {
      throw ONLY_WITH_PRIMARIES;
    }
    int slot = slot(call, 2);
    boolean named = call.count() == 5;
    if (named && call.is(3, "migrating")) {
      request(call, new ClusterRequest.SetSlotMigrating(slot, call.string(4)));
    } else if (named && call.is(3, "importing")) {
      request(call, new ClusterRequest.SetSlotImporting(slot, call.string(4)));
    } else if (named && call.is(3, "node")) {
      boolean hasKeys = call.keyspace().database(0).slotSize(slot) != 0;
      request(call, new ClusterRequest.SetSlotNode(slot, call.string(4), hasKeys));
    } else if (call.count() == 4 && call.is(3, "stable")) {
      request(call, new ClusterRequest.SetSlotStable(slot));
    } else {
      throw BAD_SETSLOT;
    }
  }

  private void meet(Call call) {
    if (call.count() > 5) {
      throw Help.wrongUse(call);
    }
    long tcp =
        call.integer(3, new CommandError("ERR Invalid base port specified: " + call.string(3)));
    long bus =
        call.count() == 5
            ? call.integer(4, new CommandError("ERR Invalid bus port specified: " + call.string(4)))
            : tcp + BUS_PORT_OFFSET;
    request(call, new ClusterRequest.Meet(call.string(2), tcp, bus));
  }

  private void failover(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    FailoverMode mode = FailoverMode.COORDINATED;
    if (call.count() == 3) {
      if (call.is(2, "force")) {
        mode = FailoverMode.FORCE;
      } else if (call.is(2, "takeover")) {
        mode = FailoverMode.TAKEOVER;
      } else {
        throw Errors.SYNTAX;
      }
    }
    request(call, new ClusterRequest.Failover(mode));
  }

  private void reset(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    boolean hard = call.count() == 3 && call.is(2, "hard");
    if (call.count() == 3 && !hard && !call.is(2, "soft")) {
      throw Errors.SYNTAX;
    }
    request(call, new ClusterRequest.Reset(hard, hasKeys(call)));
  }
}
