package io.skein.engine.replication;

import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import org.jspecify.annotations.Nullable;

/// How stale reads may be, and how to ask the primary.
///
/// @param boundMs the most milliseconds, or 0 for any number
/// @param boundBytes the most bytes of the stream, or 0 for any number
/// @param user as whom to log in, or null
/// @param password the password with which to log in, or null
public record LagSettings(
    long boundMs, long boundBytes, @Nullable String user, @Nullable String password) {
  private static final long MOST_INTERVAL_MS = 250;
  private static final long LEAST_INTERVAL_MS = 2;
  private static final long LEAST_PATIENCE_MS = 1000;

  /// What `settings` say.
  public static LagSettings of(Settings settings) {
    String user = settings.get(ReplicationSettings.MASTERUSER);
    String password = settings.get(ReplicationSettings.MASTERAUTH);
    return new LagSettings(
        settings.number(ReplicationSettings.REPLICA_READ_MAX_LAG_MS),
        settings.number(ReplicationSettings.REPLICA_READ_MAX_LAG_BYTES),
        user.isEmpty() ? null : user,
        password.isEmpty() ? null : password);
  }

  /// Whether there is a bound at all.
  public boolean isBounded() {
    return boundMs > 0 || boundBytes > 0;
  }

  /// How often to ask the primary, in milliseconds: a quarter of the bound leaves time for the
  /// answer and for the stream.
  public long intervalMs() {
    return boundMs > 0
        ? Math.clamp(boundMs / 4, LEAST_INTERVAL_MS, MOST_INTERVAL_MS)
        : MOST_INTERVAL_MS;
  }

  /// How long to wait for an answer before trying another connection, in milliseconds.
  long patienceMs() {
    return Math.max(LEAST_PATIENCE_MS, 2 * Math.min(boundMs, Integer.MAX_VALUE));
  }
}
