package io.skein.engine.replication;

import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.OutputBufferLimits;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;

/// The settings of a server that feeds replicas, by the names that redis.conf has for them.
///
/// @param disklessSync `repl-diskless-sync`: stream snapshots to replicas instead of saving a file
///   first
/// @param disklessSyncDelaySeconds `repl-diskless-sync-delay`: how long to wait for more replicas
///   before that
/// @param disklessSyncMaxReplicas `repl-diskless-sync-max-replicas`: with so many, do not wait; 0
///   is no such number
/// @param pingPeriodSeconds `repl-ping-replica-period`
/// @param timeoutSeconds `repl-timeout`
/// @param backlogTtlSeconds `repl-backlog-ttl`: give up the backlog when there was no replica for
///   so long; 0 is never
/// @param minReplicasToWrite `min-replicas-to-write`; 0 switches the check off
/// @param minReplicasMaxLagSeconds `min-replicas-max-lag`; 0 switches the check off
/// @param outputHardLimitBytes `client-output-buffer-limit replica`: the lag that ends a link at
///   once; 0 is none
/// @param outputSoftLimitBytes the lag that ends a link when it lasts; 0 is none
/// @param outputSoftLimitSeconds how long that is
public record PrimarySettings(
    boolean disklessSync,
    int disklessSyncDelaySeconds,
    int disklessSyncMaxReplicas,
    int pingPeriodSeconds,
    int timeoutSeconds,
    int backlogTtlSeconds,
    int minReplicasToWrite,
    int minReplicasMaxLagSeconds,
    long outputHardLimitBytes,
    long outputSoftLimitBytes,
    int outputSoftLimitSeconds) {
  /// What holds when nothing is configured.
  public static final PrimarySettings DEFAULT =
      new PrimarySettings(true, 5, 0, 10, 60, 3600, 0, 10, 256L << 20, 64L << 20, 60);

  /// Returns what is configured.
  public static PrimarySettings of(Settings settings) {
    OutputBufferLimits.Limit limit =
        settings.get(NetworkSettings.CLIENT_OUTPUT_BUFFER_LIMIT).replica();
    return new PrimarySettings(
        settings.isOn(ReplicationSettings.REPL_DISKLESS_SYNC),
        settings.integer(ReplicationSettings.REPL_DISKLESS_SYNC_DELAY),
        settings.integer(ReplicationSettings.REPL_DISKLESS_SYNC_MAX_REPLICAS),
        settings.integer(ReplicationSettings.REPL_PING_REPLICA_PERIOD),
        settings.integer(ReplicationSettings.REPL_TIMEOUT),
        settings.integer(ReplicationSettings.REPL_BACKLOG_TTL),
        settings.integer(ReplicationSettings.MIN_REPLICAS_TO_WRITE),
        settings.integer(ReplicationSettings.MIN_REPLICAS_MAX_LAG),
        limit.hardBytes(),
        limit.softBytes(),
        limit.softSeconds());
  }
}
