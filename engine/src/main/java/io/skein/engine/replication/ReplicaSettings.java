package io.skein.engine.replication;

import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.DisklessLoad;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import org.jspecify.annotations.Nullable;

/// The settings of a server that follows a primary, by the names that redis.conf has for them.
///
/// @param primaryUser `masteruser`, or null
/// @param primaryAuth `masterauth`, or null
/// @param announceIp `replica-announce-ip`, or null
/// @param announcePort `replica-announce-port` if it is set, else the port that is listened on
/// @param timeoutSeconds `repl-timeout`
/// @param load `repl-diskless-load`
/// @param clustered `cluster-enabled`
public record ReplicaSettings(
    @Nullable String primaryUser,
    @Nullable String primaryAuth,
    @Nullable String announceIp,
    int announcePort,
    int timeoutSeconds,
    DisklessLoad load,
    boolean clustered) {

  /// Returns what holds when nothing is configured but the port.
  public static ReplicaSettings defaults(int port) {
    return new ReplicaSettings(null, null, null, port, 60, DisklessLoad.DISABLED, false);
  }

  /// Returns what is configured.
  public static ReplicaSettings of(Settings settings) {
    int announced = settings.integer(ReplicationSettings.REPLICA_ANNOUNCE_PORT);
    return new ReplicaSettings(
        orNull(settings.get(ReplicationSettings.MASTERUSER)),
        orNull(settings.get(ReplicationSettings.MASTERAUTH)),
        orNull(settings.get(ReplicationSettings.REPLICA_ANNOUNCE_IP)),
        announced > 0 ? announced : listeningPort(settings),
        settings.integer(ReplicationSettings.REPL_TIMEOUT),
        settings.get(ReplicationSettings.REPL_DISKLESS_LOAD),
        settings.isOn(ClusterSettings.CLUSTER_ENABLED));
  }

  private static int listeningPort(Settings settings) {
    int tls = settings.integer(TlsSettings.TLS_PORT);
    return tls != 0 && settings.isOn(TlsSettings.TLS_REPLICATION)
        ? tls
        : settings.integer(NetworkSettings.PORT);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
