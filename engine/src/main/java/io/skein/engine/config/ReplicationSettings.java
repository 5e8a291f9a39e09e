package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Declarations.MB;
import static io.skein.engine.config.Setting.MODIFIABLE;
import static io.skein.engine.config.Setting.NOT_WHILE_LOADING;
import static io.skein.engine.config.Setting.SENSITIVE;

import java.util.List;

/// Primary and replicas.
public final class ReplicationSettings {
  private static final Declarations D = new Declarations();

  /// The primary that this server replicates.
  public static final Setting<ReplicaOf> REPLICAOF = D.add(new ReplicaOfSetting());

  /// The password with which a replica logs in.
  public static final TextSetting MASTERAUTH =
      D.optional("masterauth", null, SENSITIVE, TextSetting.Check.SECRET);

  /// The user as whom a replica logs in.
  public static final TextSetting MASTERUSER = D.optional("masteruser", SENSITIVE);

  /// Whether a replica without its primary answers reads.
  public static final BoolSetting REPLICA_SERVE_STALE_DATA =
      D.yesNo("replica-serve-stale-data", "slave-serve-stale-data", MODIFIABLE, true);

  /// Whether a replica refuses writes of clients.
  public static final BoolSetting REPLICA_READ_ONLY =
      D.yesNo("replica-read-only", "slave-read-only", MODIFIABLE, true);

  /// Whether a replica leaves eviction to its primary.
  public static final BoolSetting REPLICA_IGNORE_MAXMEMORY =
      D.yesNo("replica-ignore-maxmemory", "slave-ignore-maxmemory", MODIFIABLE, true);

  /// Whether a replica goes on when it cannot write to its disk.
  public static final BoolSetting REPLICA_IGNORE_DISK_WRITE_ERRORS =
      D.yesNo("replica-ignore-disk-write-errors", MODIFIABLE, false);

  /// Whether a replica frees its old data in the background.
  public static final BoolSetting REPLICA_LAZY_FLUSH =
      D.yesNo("replica-lazy-flush", "slave-lazy-flush", MODIFIABLE, false);

  /// The rank for promotion, lower first; 0 for never.
  public static final NumberSetting REPLICA_PRIORITY =
      D.number("replica-priority", "slave-priority", MODIFIABLE, 0, INT_MAX, 100);

  /// The address that a replica tells its primary.
  public static final TextSetting REPLICA_ANNOUNCE_IP =
      D.optional("replica-announce-ip", "slave-announce-ip", MODIFIABLE, TextSetting.Check.NONE);

  /// The port that a replica tells its primary; 0 for its own.
  public static final NumberSetting REPLICA_ANNOUNCE_PORT =
      D.number("replica-announce-port", "slave-announce-port", MODIFIABLE, 0, 65535, 0);

  /// Whether Sentinel tells clients about this replica.
  public static final BoolSetting REPLICA_ANNOUNCED =
      D.yesNo("replica-announced", MODIFIABLE, true);

  /// Whether the stream to replicas is sent in fewer, larger packets.
  public static final BoolSetting REPL_DISABLE_TCP_NODELAY =
      D.yesNo("repl-disable-tcp-nodelay", MODIFIABLE, false);

  /// Whether a full synchronization is sent without a file.
  public static final BoolSetting REPL_DISKLESS_SYNC =
      D.yesNo("repl-diskless-sync", MODIFIABLE, true);

  /// Seconds to wait for more replicas before one starts.
  public static final NumberSetting REPL_DISKLESS_SYNC_DELAY =
      D.number("repl-diskless-sync-delay", MODIFIABLE, 0, INT_MAX, 5);

  /// Waiting replicas with which one starts at once; 0 for any.
  public static final NumberSetting REPL_DISKLESS_SYNC_MAX_REPLICAS =
      D.number("repl-diskless-sync-max-replicas", MODIFIABLE, 0, INT_MAX, 0);

  /// How a replica takes in a full synchronization.
  public static final ChoiceSetting<DisklessLoad> REPL_DISKLESS_LOAD =
      D.choice(
          "repl-diskless-load", NOT_WHILE_LOADING, DisklessLoad.values(), DisklessLoad.DISABLED);

  /// Seconds between the pings of a primary.
  public static final NumberSetting REPL_PING_REPLICA_PERIOD =
      D.number("repl-ping-replica-period", "repl-ping-slave-period", MODIFIABLE, 1, INT_MAX, 10);

  /// Seconds of silence after which the link is down.
  public static final NumberSetting REPL_TIMEOUT =
      D.number("repl-timeout", MODIFIABLE, 1, INT_MAX, 60);

  /// Bytes of the stream kept for partial synchronization.
  public static final NumberSetting REPL_BACKLOG_SIZE =
      D.memory("repl-backlog-size", MODIFIABLE, 1, LONG_MAX, MB);

  /// Bytes of the stream that may lie on disk beyond those, for replicas that are slow or away; 0
  /// for none.
  public static final NumberSetting REPL_BACKLOG_DISK_SIZE =
      D.memory("repl-backlog-disk-size", MODIFIABLE, 0, LONG_MAX, 1024 * MB);

  /// Seconds after the last replica left that they are kept; 0 for ever.
  public static final NumberSetting REPL_BACKLOG_TTL =
      D.number("repl-backlog-ttl", MODIFIABLE, 0, LONG_MAX, 3600);

  /// Good replicas without which writes are refused; 0 for none.
  public static final NumberSetting MIN_REPLICAS_TO_WRITE =
      D.number("min-replicas-to-write", "min-slaves-to-write", MODIFIABLE, 0, INT_MAX, 0);

  /// Seconds of lag up to which a replica is good; 0 for any.
  public static final NumberSetting MIN_REPLICAS_MAX_LAG =
      D.number("min-replicas-max-lag", "min-slaves-max-lag", MODIFIABLE, 0, INT_MAX, 10);

  /// Milliseconds that what a client reads from a replica may be behind the primary; 0 for any.
  public static final NumberSetting REPLICA_READ_MAX_LAG_MS =
      D.number("replica-read-max-lag-ms", MODIFIABLE, 0, INT_MAX, 0);

  /// Bytes of the stream that it may be behind; 0 for any.
  public static final NumberSetting REPLICA_READ_MAX_LAG_BYTES =
      D.memory("replica-read-max-lag-bytes", MODIFIABLE, 0, LONG_MAX, 0);

  /// Replicas that have to confirm a write before any reply shows it; 0 for none.
  public static final NumberSetting REPLY_WAIT_REPLICAS =
      D.number("reply-wait-replicas", MODIFIABLE, 0, INT_MAX, 0);

  /// Whether a write has to be on this server's disk before any reply shows it.
  public static final BoolSetting REPLY_WAIT_FSYNC = D.yesNo("reply-wait-fsync", MODIFIABLE, false);

  /// Milliseconds that a reply waits at most, before its client is disconnected; 0 for ever.
  public static final NumberSetting REPLY_WAIT_TIMEOUT_MS =
      D.number("reply-wait-timeout-ms", MODIFIABLE, 0, LONG_MAX, 0);

  /// What a replica does when the stream makes no sense.
  public static final ChoiceSetting<String> PROPAGATION_ERROR_BEHAVIOR =
      D.word(
          "propagation-error-behavior",
          MODIFIABLE,
          "ignore",
          "ignore",
          "panic",
          "panic-on-replicas");

  static final List<Setting<?>> ALL = D.all();

  private ReplicationSettings() {}
}
