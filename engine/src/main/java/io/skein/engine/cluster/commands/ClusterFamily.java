package io.skein.engine.cluster.commands;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.Condition;
import io.skein.engine.cluster.migration.MigrationPort;
import io.skein.engine.command.CommandTable;
import io.skein.engine.config.Settings;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The commands of a cluster: CLUSTER, and READONLY, READWRITE and ASKING.
public final class ClusterFamily {
  private final ClusterCommands cluster;
  private final RedirectionCommands redirection;

  /// @param port the control plane, or null when this is not a cluster: then the commands say so
  /// @param condition what the data plane knows of this node
  /// @param migrations slots that migrate, or null when there can be none
  public ClusterFamily(
      Settings settings,
      @Nullable ClusterPort port,
      Supplier<Condition> condition,
      @Nullable MigrationPort migrations) {
    this.cluster =
        new ClusterCommands(settings, port, condition, new MigrationCommands(port, migrations));
    this.redirection = new RedirectionCommands(port != null);
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    cluster.declare(table);
    redirection.declare(table);
  }
}
