package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.command.ClusterDebugging;
import io.skein.engine.command.Debugging;
import io.skein.engine.command.Help;
import io.skein.engine.resp.CommandError;
import org.jspecify.annotations.Nullable;

/// The subcommands of DEBUG about the bus of the cluster.
final class DebugCluster {
  private static final CommandError NO_CLUSTER =
      new CommandError("ERR Debug option only available for cluster mode enabled setup!");

  private final Debugging node;

  DebugCluster(Debugging node) {
    this.node = node;
  }

  void killLinks(Call call) {
    if (!call.is(2, "KILL")) {
      throw Help.wrongUse(call);
    }
    ClusterDebugging cluster = node.cluster();
    if (cluster == null) {
      throw NO_CLUSTER;
    }
    boolean all = call.is(3, "ALL");
    boolean to = all || call.is(3, "TO");
    boolean from = all || call.is(3, "FROM");
    if (!to && !from) {
      throw new CommandError("ERR Unknown direction " + call.string(3));
    }
    cluster.killLinks(call.string(4), to, from);
    call.reply().ok();
  }

  void dropPackets(Call call) {
    @Nullable ClusterDebugging cluster = node.cluster();
    long type = call.integer(2);
    if (cluster != null) {
      cluster.dropPackets(type);
    }
    call.reply().ok();
  }

  void closeOnDrop(Call call) {
    @Nullable ClusterDebugging cluster = node.cluster();
    boolean close = call.integer(2) != 0;
    if (cluster != null) {
      cluster.closeOnDrop(close);
    }
    call.reply().ok();
  }
}
