package io.skein.engine.node;

import io.skein.engine.log.CommandLog;

/// Holds what replicas are sent until the append only file has been given it, so that a server that
/// is killed and started again does not know less than they do: they would need a snapshot then.
///
/// A file that gets nowhere for a while holds up nobody.
final class FileFirst {
  private static final long MOST_NANOS = 100_000_000;

  private final AppendOnlyFile file;
  private final CommandLog log;
  private final NodeHost host;
  private boolean behind;
  private long written;
  private long sinceNanos;

  FileFirst(AppendOnlyFile file, CommandLog log, NodeHost host) {
    this.file = file;
    this.log = log;
    this.host = host;
  }

  /// Returns the position of the log up to which replicas may be sent it.
  long limit() {
    if (!file.isOn()) {
      return Long.MAX_VALUE;
    }
    long now = file.lookWritten();
    boolean moved = now != written;
    boolean wasBehind = behind;
    behind = now < log.offset();
    written = now;
    if (!behind) {
      return now;
    }
    if (!wasBehind || moved) {
      sinceNanos = host.nanos();
    }
    return host.nanos() - sinceNanos > MOST_NANOS ? Long.MAX_VALUE : now;
  }

  /// Something is held: goes on as soon as the file has it.
  void wake() {
    file.wakeWhenWritten();
  }
}
