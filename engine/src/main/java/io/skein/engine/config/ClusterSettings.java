package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Declarations.ULONG_MAX;
import static io.skein.engine.config.Setting.HIDDEN;
import static io.skein.engine.config.Setting.IMMUTABLE;
import static io.skein.engine.config.Setting.MODIFIABLE;
import static io.skein.engine.config.Setting.SENSITIVE;

import java.util.List;

/// Nodes, slots and failover.
public final class ClusterSettings {
  private static final Declarations D = new Declarations();

  /// Whether this server is a node of a cluster.
  public static final BoolSetting CLUSTER_ENABLED = D.yesNo("cluster-enabled", IMMUTABLE, false);

  /// The file in which a node keeps its view.
  public static final TextSetting CLUSTER_CONFIG_FILE =
      D.text("cluster-config-file", IMMUTABLE, "nodes.conf");

  /// Milliseconds of silence after which a node is suspected.
  public static final NumberSetting CLUSTER_NODE_TIMEOUT =
      D.number("cluster-node-timeout", MODIFIABLE, 0, LONG_MAX, 15_000);

  /// Milliseconds between pings; 0 for what the node timeout asks for.
  public static final NumberSetting CLUSTER_PING_INTERVAL =
      D.number("cluster-ping-interval", HIDDEN, 0, LONG_MAX, 0);

  /// The port of the bus; 0 for the client port plus 10000.
  public static final NumberSetting CLUSTER_PORT = D.number("cluster-port", IMMUTABLE, 0, 65535, 0);

  /// The address told to others.
  public static final TextSetting CLUSTER_ANNOUNCE_IP =
      D.optional("cluster-announce-ip", MODIFIABLE);

  /// The client port told to others; 0 for the real one.
  public static final NumberSetting CLUSTER_ANNOUNCE_PORT =
      D.number("cluster-announce-port", MODIFIABLE, 0, 65535, 0);

  /// The TLS port told to others; 0 for the real one.
  public static final NumberSetting CLUSTER_ANNOUNCE_TLS_PORT =
      D.number("cluster-announce-tls-port", MODIFIABLE, 0, 65535, 0);

  /// The bus port told to others; 0 for the real one.
  public static final NumberSetting CLUSTER_ANNOUNCE_BUS_PORT =
      D.number("cluster-announce-bus-port", MODIFIABLE, 0, 65535, 0);

  /// The host name told to others.
  public static final TextSetting CLUSTER_ANNOUNCE_HOSTNAME =
      D.optional("cluster-announce-hostname", null, MODIFIABLE, TextSetting.Check.HOST_NAME);

  /// A name for logs.
  public static final TextSetting CLUSTER_ANNOUNCE_HUMAN_NODENAME =
      D.optional("cluster-announce-human-nodename", null, MODIFIABLE, TextSetting.Check.NODE_NAME);

  /// What a redirection names a node by.
  public static final ChoiceSetting<EndpointType> CLUSTER_PREFERRED_ENDPOINT_TYPE =
      D.choice(
          "cluster-preferred-endpoint-type", MODIFIABLE, EndpointType.values(), EndpointType.IP);

  /// What every node of the cluster must know, so that the bus trusts it; several, between spaces,
  /// while one takes the place of another. Empty for none.
  public static final TextSetting CLUSTER_BUS_SECRET = D.optional("cluster-bus-secret", SENSITIVE);

  /// Whether the cluster is down when a slot has no owner.
  public static final BoolSetting CLUSTER_REQUIRE_FULL_COVERAGE =
      D.yesNo("cluster-require-full-coverage", MODIFIABLE, true);

  /// Whether reads are served when the cluster is down.
  public static final BoolSetting CLUSTER_ALLOW_READS_WHEN_DOWN =
      D.yesNo("cluster-allow-reads-when-down", MODIFIABLE, false);

  /// Whether sharded channels work when the cluster is down.
  public static final BoolSetting CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN =
      D.yesNo("cluster-allow-pubsubshard-when-down", MODIFIABLE, true);

  /// Whether this replica never stands for election.
  public static final BoolSetting CLUSTER_REPLICA_NO_FAILOVER =
      D.yesNo("cluster-replica-no-failover", "cluster-slave-no-failover", MODIFIABLE, false);

  /// Node timeouts without its primary after which a replica's data is too old; 0 for never.
  public static final NumberSetting CLUSTER_REPLICA_VALIDITY_FACTOR =
      D.number(
          "cluster-replica-validity-factor",
          "cluster-slave-validity-factor",
          MODIFIABLE,
          0,
          INT_MAX,
          10);

  /// Whether replicas move to primaries without any.
  public static final BoolSetting CLUSTER_ALLOW_REPLICA_MIGRATION =
      D.yesNo("cluster-allow-replica-migration", MODIFIABLE, true);

  /// Replicas that a primary keeps when others move away.
  public static final NumberSetting CLUSTER_MIGRATION_BARRIER =
      D.number("cluster-migration-barrier", MODIFIABLE, 0, INT_MAX, 1);

  /// Bytes waiting for a node above which its link is closed; 0 for any.
  public static final NumberSetting CLUSTER_LINK_SENDBUF_LIMIT =
      D.unsignedMemory("cluster-link-sendbuf-limit", null, MODIFIABLE, 0, ULONG_MAX, 0);

  /// Whether a primary that shuts down has a replica take its place first.
  public static final BoolSetting CLUSTER_HANDOVER_ON_SHUTDOWN =
      D.yesNo("cluster-handover-on-shutdown", MODIFIABLE, true);

  /// How many migrations that are over are shown.
  public static final NumberSetting CLUSTER_SLOT_MIGRATION_LOG_MAX_LEN =
      D.number("cluster-slot-migration-log-max-len", MODIFIABLE, 0, LONG_MAX, 1000);

  /// Bytes of writes that may be on their way to the target of a migration when writes are held
  /// back; -1 for any number.
  public static final NumberSetting SLOT_MIGRATION_MAX_FAILOVER_REPL_BYTES =
      D.memory("slot-migration-max-failover-repl-bytes", MODIFIABLE, -1, LONG_MAX, 0);

  static final List<Setting<?>> ALL = D.all();

  private ClusterSettings() {}
}
