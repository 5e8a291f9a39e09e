package io.skein.engine.replication;

import io.skein.engine.config.DisklessLoad;
import org.jspecify.annotations.Nullable;

/// The settings of a server that follows a primary, by the names that redis.conf has for them.
///
/// @param primaryUser `masteruser`, or null
/// @param primaryAuth `masterauth`, or null
/// @param announceIp `replica-announce-ip`, or null
/// @param announcePort `replica-announce-port` if it is set, else the port that is listened on
/// @param timeoutSeconds `repl-timeout`
/// @param load `repl-diskless-load`
public record ReplicaSettings(
    @Nullable String primaryUser,
    @Nullable String primaryAuth,
    @Nullable String announceIp,
    int announcePort,
    int timeoutSeconds,
    DisklessLoad load) {

  /// Returns what holds when nothing is configured but the port.
  public static ReplicaSettings defaults(int port) {
    return new ReplicaSettings(null, null, null, port, 60, DisklessLoad.DISABLED);
  }
}
