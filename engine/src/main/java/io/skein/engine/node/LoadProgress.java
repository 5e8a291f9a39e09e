package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.keyspace.Keyspace;
import java.util.Locale;

/// How far the loading of files has come, for INFO.
final class LoadProgress {
  private final Keyspace keyspace;
  private boolean running;
  private long beganMs;
  private long total;
  private long read;

  LoadProgress(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /// Files of so many bytes begin to be loaded.
  void begin(long totalBytes) {
    running = true;
    beganMs = keyspace.nowMs();
    total = Math.max(1, totalBytes);
    read = 0;
  }

  /// So many bytes are done.
  void at(long bytes) {
    read = bytes;
  }

  void end() {
    running = false;
  }

  /// The time since the beginning.
  double seconds(long nowMs) {
    return (nowMs - beganMs) / 1000.0;
  }

  void describe(InfoText out) {
    if (!running) {
      return;
    }
    long seconds = (keyspace.nowMs() - beganMs) / 1000;
    out.field("loading_start_time", beganMs / 1000);
    out.field("loading_total_bytes", total);
    out.field("loading_rdb_used_mem", keyspace.usedBytes());
    out.field("loading_loaded_bytes", read);
    out.field("loading_loaded_perc", String.format(Locale.ROOT, "%.2f", 100.0 * read / total));
    out.field("loading_eta_seconds", read == 0 ? 1 : seconds * (total - read) / read);
  }
}
