package io.skein.engine.node;

import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogArchive;
import java.util.LinkedHashMap;
import java.util.Map;

/// Makes the append only files part of the log's archive, so that replicas are served from them.
///
/// A file that a rewrite has made superfluous stays as long as a replica needs it, and as its bytes
/// and those of later files are no more than `repl-backlog-disk-size`.
final class AofArchive implements AofSegments {
  private final Settings settings;
  private final CommandLog log;
  private final Disk disk;
  private final Map<String, File> files = new LinkedHashMap<>();

  AofArchive(Settings settings, CommandLog log, Disk disk) {
    this.settings = settings;
    this.log = log;
    this.disk = disk;
  }

  @Override
  public void written(String name, long filePosition, long logPosition, long length) {
    File file = files.computeIfAbsent(name, File::new);
    if (file.era != log.era()) {
      // Another history has taken the place of the one that the file is of.
      return;
    }
    log.archived(file, filePosition, logPosition, length);
  }

  @Override
  public boolean keeps(String name) {
    File file = files.get(name);
    if (file == null || !log.isArchiveInUse() || log.archive().isEmpty()) {
      return false;
    }
    boolean needed = log.neededFrom() < log.archive().endIn(file);
    long limit = settings.number(ReplicationSettings.REPL_BACKLOG_DISK_SIZE);
    return needed && log.offset() - log.archive().firstIn(file) <= limit;
  }

  @Override
  public void deleted(String name) {
    File file = files.remove(name);
    if (file != null) {
      log.dropArchive(file);
      file.release();
    }
  }

  /// One of the files.
  private final class File implements LogArchive.Source {
    private final LogFile content;
    private final long era = log.era();

    File(String name) {
      content = new LogFile(disk, name);
    }

    @Override
    public void read(long at, byte[] to, int offset, int length) {
      content.read(at, to, offset, length);
    }

    @Override
    public void release() {
      content.close();
    }
  }
}
