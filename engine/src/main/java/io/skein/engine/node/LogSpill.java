package io.skein.engine.node;

import io.skein.engine.config.LogLevel;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import io.skein.engine.replication.PrimarySide;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Moves what replicas may still need of the log from memory to temporary files, so that a slow
/// replica, or one that is away, costs disk and not memory.
///
/// Needed is what an open reader has not read, and what a replica has not confirmed that is here or
/// was here lately. What the backlog holds stays where it is, and so does a little more; only what
/// lies beyond is written. With an append only file there is no need for that: the log lies there.
///
/// When the files have reached `repl-backlog-disk-size`, the oldest go, unless a reader is in them:
/// then memory grows until the limits for the output of replicas end that link. When the disk
/// fails, it is as if there were none, and tried again later.
final class LogSpill {
  /// A backlog smaller than this says that little is to be kept, on disk too.
  static final long LEAST_BACKLOG_BYTES = 256 * 1024;

  /// Writing begins when so much lies in memory beyond the backlog.
  private static final long BEGIN_BYTES = 1024 * 1024;

  /// So much stays there.
  private static final long REST_BYTES = 512 * 1024;

  private static final int PIECE_BYTES = 256 * 1024;

  /// What may be on its way to the disk.
  private static final long MOST_PENDING_BYTES = 4 * 1024 * 1024;

  /// What memory may hold beyond the backlog for those who are away, while the disk is slow.
  private static final long MOST_WANTED_BYTES = 64 * 1024 * 1024;

  private static final long MOST_FILE_BYTES = 64 * 1024 * 1024;

  /// Of so many files a full archive consists.
  private static final long FILES = 8;

  private static final long RETRY_MS = 10_000;

  private final Settings settings;
  private final NodeHost host;
  private final CommandLog log;
  private final PrimarySide primary;
  private final BooleanSupplier logIsOnDisk;
  private final byte[] piece = new byte[PIECE_BYTES];
  private @Nullable SpillFile file;

  /// The file before, as long as it is not written to its end.
  private @Nullable SpillFile before;

  private long era;
  private long files;
  private long retryAtMs = Long.MIN_VALUE;
  private boolean full;

  /// @param logIsOnDisk whether an append only file takes the log, so that nothing is to be begun
  ///   here
  LogSpill(
      Settings settings,
      NodeHost host,
      CommandLog log,
      PrimarySide primary,
      BooleanSupplier logIsOnDisk) {
    this.settings = settings;
    this.host = host;
    this.log = log;
    this.primary = primary;
    this.logIsOnDisk = logIsOnDisk;
    log.onUnreadable(reason ->
        host.log(
            LogLevel.WARNING,
            "Cannot read the replication backlog on disk, giving it up: " + reason));
  }

  private long limitBytes() {
    return settings.number(ReplicationSettings.REPL_BACKLOG_DISK_SIZE);
  }

  private boolean isOn() {
    return limitBytes() > 0 && log.backlogSize() >= LEAST_BACKLOG_BYTES;
  }

  /// Does what is due; whether there was anything to do.
  boolean step() {
    boolean on = isOn();
    if (on != log.isArchiveInUse()) {
      log.useArchive(on);
    }
    if (!on || log.era() != era) {
      giveUp();
    }
    if (!on) {
      log.want(Long.MAX_VALUE, 0, false);
      return false;
    }
    boolean elsewhere = logIsOnDisk.getAsBoolean();
    boolean resting = host.nanos() / 1_000_000 < retryAtMs;
    boolean spills = !resting && (file != null || !elsewhere);
    log.want(primary.wantedFrom(), spills || elsewhere ? MOST_WANTED_BYTES : 0, elsewhere);
    follow();
    return spills && spill();
  }

  /// Learns how far the files have come, and lets go of what nobody needs.
  private void follow() {
    SpillFile older = before;
    if (older != null) {
      older.report(log);
      if (older.pendingBytes() == 0) {
        older.seal();
        before = null;
      }
      noteFailure(older);
    }
    SpillFile current = file;
    if (current == null) {
      return;
    }
    current.report(log);
    noteFailure(current);
    long needed = Math.min(log.neededFrom(), current.end());
    if (needed > log.archive().first() && !log.archive().isEmpty()) {
      log.dropArchiveBefore(needed);
    }
    boolean useless = current.pendingBytes() == 0 && log.unarchivedFrom() > current.end();
    if (current.isDeleted() || useless) {
      giveUp();
    }
  }

  private void noteFailure(SpillFile written) {
    String failure = written.failure();
    if (failure != null) {
      failed(failure);
      giveUp();
    }
  }

  private boolean spill() {
    long from = log.unarchivedFrom();
    long to = log.offset() - log.backlogSize();
    SpillFile current = file;
    if (current != null && current.end() > from) {
      from = current.end();
    } else if (to - from < BEGIN_BYTES) {
      return false;
    }
    if (to - from < BEGIN_BYTES || !hasRoom()) {
      return false;
    }
    try {
      return write(from, to - REST_BYTES);
    } catch (Disk.Failure e) {
      failed(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private boolean write(long from, long to) {
    SpillFile into = fileFor(from);
    if (into == null) {
      return false;
    }
    boolean worked = false;
    try (LogReader reader = log.openReader(into.end())) {
      while (reader != null
          && reader.position() < to
          && into.pendingBytes() < MOST_PENDING_BYTES
          && into.addedBytes() < mostFileBytes()) {
        int n = reader.read(piece, 0, (int) Math.min(PIECE_BYTES, to - reader.position()));
        into.add(piece, n);
        worked = true;
      }
    }
    into.write();
    return worked;
  }

  /// The file that `from` on is written to; null while an older one is not complete.
  private @Nullable SpillFile fileFor(long from) {
    SpillFile current = file;
    if (current != null) {
      boolean continues = current.end() == from;
      if (continues && current.addedBytes() < mostFileBytes()) {
        return current;
      }
      if (before != null || !continues && current.pendingBytes() > 0) {
        return null;
      }
      before = current;
    }
    era = log.era();
    String name = "temp-skein-" + host.process().processId() + "-backlog." + ++files;
    SpillFile next = new SpillFile(host.disk(), name, from);
    file = next;
    return next;
  }

  private long mostFileBytes() {
    return Math.clamp(limitBytes() / FILES, PIECE_BYTES, MOST_FILE_BYTES);
  }

  /// Makes room by giving up the oldest, unless a reader is there.
  private boolean hasRoom() {
    long pending = file == null ? 0 : file.pendingBytes();
    long over = log.archive().length() + pending + BEGIN_BYTES - limitBytes();
    if (over <= 0) {
      full = false;
      return true;
    }
    long upTo = log.archive().first() + Math.max(over, mostFileBytes());
    if (log.archive().isEmpty() || log.slowestReader() < upTo) {
      tellFull("a replica is that far behind: its lag counts as memory from now on");
      return false;
    }
    tellFull("the oldest of it is given up, though a replica that is away may need it");
    log.dropArchiveBefore(Math.min(upTo, log.archive().end()));
    return true;
  }

  private void tellFull(String consequence) {
    if (!full) {
      full = true;
      String text = "The replication backlog on disk has reached repl-backlog-disk-size (%d); %s.";
      host.log(LogLevel.WARNING, String.format(text, limitBytes(), consequence));
    }
  }

  private void failed(String reason) {
    retryAtMs = host.nanos() / 1_000_000 + RETRY_MS;
    host.log(LogLevel.WARNING, "Cannot continue the replication backlog on disk: " + reason);
  }

  /// Writes no more to the files at hand; what is part of the archive stays.
  private void giveUp() {
    close(before);
    before = null;
    close(file);
    file = null;
  }

  private void close(@Nullable SpillFile over) {
    if (over != null && log.archive().lengthIn(over) == 0) {
      over.release();
    } else if (over != null) {
      over.seal();
    }
  }
}
