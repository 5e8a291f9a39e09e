package io.skein.server.bus;

import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Setting;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import java.util.List;

/// Reads what the cluster's machine is to know from the settings.
final class ClusterOptions {
  /// The settings that are read.
  static final List<Setting<?>> READ =
      List.of(
          io.skein.engine.config.ClusterSettings.CLUSTER_NODE_TIMEOUT,
          io.skein.engine.config.ClusterSettings.CLUSTER_PING_INTERVAL,
          io.skein.engine.config.ClusterSettings.CLUSTER_REQUIRE_FULL_COVERAGE,
          io.skein.engine.config.ClusterSettings.CLUSTER_LINK_SENDBUF_LIMIT,
          io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_IP,
          io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_PORT,
          io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_TLS_PORT,
          io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_BUS_PORT,
          io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_HOSTNAME,
          io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_HUMAN_NODENAME,
          io.skein.engine.config.ClusterSettings.CLUSTER_REPLICA_VALIDITY_FACTOR,
          io.skein.engine.config.ClusterSettings.CLUSTER_REPLICA_NO_FAILOVER,
          io.skein.engine.config.ClusterSettings.CLUSTER_MIGRATION_BARRIER,
          io.skein.engine.config.ClusterSettings.CLUSTER_ALLOW_REPLICA_MIGRATION,
          ReplicationSettings.REPL_PING_REPLICA_PERIOD,
          NetworkSettings.PORT,
          TlsSettings.TLS_PORT,
          TlsSettings.TLS_CLUSTER,
          TlsSettings.TLS_REPLICATION);

  private ClusterOptions() {}

  static ClusterSettings of(Settings settings) {
    return new ClusterSettings(
        settings.number(io.skein.engine.config.ClusterSettings.CLUSTER_NODE_TIMEOUT),
        settings.number(io.skein.engine.config.ClusterSettings.CLUSTER_PING_INTERVAL),
        settings.isOn(io.skein.engine.config.ClusterSettings.CLUSTER_REQUIRE_FULL_COVERAGE),
        settings.number(io.skein.engine.config.ClusterSettings.CLUSTER_LINK_SENDBUF_LIMIT),
        ports(settings),
        announcement(settings),
        replicas(settings),
        ClusterSettings.Haste.FULL);
  }

  private static ClusterSettings.Ports ports(Settings settings) {
    return new ClusterSettings.Ports(
        settings.integer(NetworkSettings.PORT),
        settings.integer(TlsSettings.TLS_PORT),
        settings.integer(io.skein.engine.config.ClusterSettings.CLUSTER_PORT),
        settings.isOn(TlsSettings.TLS_CLUSTER),
        settings.isOn(TlsSettings.TLS_REPLICATION));
  }

  private static ClusterSettings.Announcement announcement(Settings settings) {
    return new ClusterSettings.Announcement(
        settings.get(io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_IP),
        settings.integer(io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_PORT),
        settings.integer(io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_TLS_PORT),
        settings.integer(io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_BUS_PORT),
        settings.get(io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_HOSTNAME),
        settings.get(io.skein.engine.config.ClusterSettings.CLUSTER_ANNOUNCE_HUMAN_NODENAME));
  }

  private static ClusterSettings.Replicas replicas(Settings settings) {
    return new ClusterSettings.Replicas(
        settings.integer(io.skein.engine.config.ClusterSettings.CLUSTER_REPLICA_VALIDITY_FACTOR),
        settings.isOn(io.skein.engine.config.ClusterSettings.CLUSTER_REPLICA_NO_FAILOVER),
        settings.integer(io.skein.engine.config.ClusterSettings.CLUSTER_MIGRATION_BARRIER),
        settings.isOn(io.skein.engine.config.ClusterSettings.CLUSTER_ALLOW_REPLICA_MIGRATION),
        settings.number(ReplicationSettings.REPL_PING_REPLICA_PERIOD) * 1000);
  }
}
