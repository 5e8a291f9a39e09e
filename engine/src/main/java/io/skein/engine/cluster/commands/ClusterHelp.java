package io.skein.engine.cluster.commands;

import io.skein.engine.command.Call;
import io.skein.engine.command.Help;
import java.util.List;

/// What CLUSTER HELP says.
final class ClusterHelp {
  private static final List<String> LINES =
      List.of(
          "ADDSLOTS <slot> [<slot> ...]",
          "    Takes unassigned slots for this node.",
          "ADDSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]",
          "    Takes ranges of unassigned slots for this node.",
          "BUMPEPOCH",
          "    Gives this node a configuration epoch greater than all others.",
          "CANCELSLOTMIGRATIONS",
          "    Calls off all migrations of slots from this node.",
          "COUNT-FAILURE-REPORTS <node-id>",
          "    Tells how many primaries say that the node is failing.",
          "COUNTKEYSINSLOT <slot>",
          "    Tells how many keys this node has in the slot.",
          "DELSLOTS <slot> [<slot> ...]",
          "    Leaves slots to nobody, as far as this node knows.",
          "DELSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]",
          "    Leaves ranges of slots to nobody, as far as this node knows.",
          "DOCTOR",
          "    Tells what is wrong with the cluster, and what to do about it.",
          "FAILOVER [FORCE|TAKEOVER]",
          "    Puts this replica in its primary's place.",
          "FORGET <node-id>",
          "    Removes a node, and does not meet it again for a minute.",
          "GETKEYSINSLOT <slot> <count>",
          "    Lists keys that this node has in the slot.",
          "GETSLOTMIGRATIONS",
          "    Tells how migrations of slots from and to this node stand.",
          "FLUSHSLOTS",
          "    Leaves all slots of this node to nobody.",
          "INFO",
          "    Tells the state of the cluster as this node sees it.",
          "KEYSLOT <key>",
          "    Tells the slot of a key.",
          "MEET <ip> <port> [<bus-port>]",
          "    Makes the cluster of that node and ours one.",
          "MIGRATESLOTS SLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...] NODE"
              + " <node-id> [SLOTSRANGE ... NODE <node-id> ...]",
          "    Gives slots to other nodes, with their keys.",
          "MYID",
          "    Tells the id of this node.",
          "MYSHARDID",
          "    Tells the id of this node's shard.",
          "NODES",
          "    Describes each node on a line:",
          "    <id> <ip:port@bus-port[,hostname]> <flags> <master> <pings> <pongs> <epoch> <link>"
              + " <slot> ...",
          "REPLICATE <node-id>",
          "    Makes this node a replica of that one.",
          "RESET [HARD|SOFT]",
          "    Makes this node one that knows nobody (soft unless told otherwise).",
          "SET-CONFIG-EPOCH <epoch>",
          "    Gives a node that knows nobody its configuration epoch.",
          "SETSLOT <slot> (IMPORTING <node-id>|MIGRATING <node-id>|STABLE|NODE <node-id>)",
          "    Marks a slot as moving, as staying, or gives it to a node.",
          "REPLICAS <node-id>",
          "    Describes the replicas of that primary.",
          "SAVECONFIG",
          "    Writes the state of the cluster to disk.",
          "SLOTS",
          "    Tells for each range of slots its primary and replicas.",
          "SHARDS",
          "    Tells for each shard its slots and nodes.",
          "LINKS",
          "    Tells of each connection of the cluster bus.",
          "WHY [<node-id>]",
          "    Tells why a failover did or did not happen.");

  private ClusterHelp() {}

  static void reply(Call call) {
    Help.reply(call, LINES.toArray(String[]::new));
  }
}
