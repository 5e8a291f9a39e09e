package io.skein.engine.node;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.Manifest;
import io.skein.engine.config.LogLevel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The log goes over from one incremental file to the next: the old one is flushed, then the
/// manifest that names the new one is put on disk, and only then is anything written to that.
///
/// So whatever a manifest names but its last file is always whole.
final class AofSwitch {
  /// How it ends.
  interface Outcome {
    /// The log goes on in `next`.
    void switched(AofWriter next);

    /// The log goes on in the old file.
    void failed(String reason);
  }

  private final AofFiles files;
  private final NodeHost host;
  private final AofWriter old;
  private final AofWriter.Listener listener;
  private final Outcome outcome;
  private boolean over;

  /// @param listener of the next file
  AofSwitch(
      AofFiles files, NodeHost host, AofWriter old, AofWriter.Listener listener, Outcome outcome) {
    this.files = files;
    this.host = host;
    this.old = old;
    this.listener = listener;
    this.outcome = outcome;
  }

  void begin() {
    old.syncAll(this::open);
  }

  /// The file that was written up to here.
  AofWriter old() {
    return old;
  }

  /// Gives up: nobody is told of anything any more. A new file that is named already stays empty.
  void giveUp() {
    over = true;
  }

  private void open() {
    if (over) {
      return;
    }
    Manifest next = files.manifest().withNewIncremental(files.prefix());
    AofFile file = Objects.requireNonNull(next.lastIncremental());
    AofWriter opened;
    try {
      opened = new AofWriter(host.disk(), files.path(file), true, old.fsyncedOffset(), listener);
    } catch (Disk.Failure e) {
      outcome.failed(String.valueOf(e.getMessage()));
      return;
    }
    files.persist(next, failure -> named(opened, failure));
    host.log(LogLevel.NOTICE, "Creating AOF incr file " + file.name() + " on background rewrite");
  }

  /// The manifest names the next file, or could not be written.
  private void named(AofWriter opened, @Nullable String failure) {
    if (over) {
      opened.close();
    } else if (failure != null) {
      opened.close();
      outcome.failed(failure);
    } else {
      old.close();
      opened.startIsSafe();
      outcome.switched(opened);
    }
  }
}
