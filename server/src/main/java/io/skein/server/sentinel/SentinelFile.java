package io.skein.server.sentinel;

import io.skein.engine.config.ConfigRewrite;
import io.skein.engine.config.Settings;
import io.skein.engine.sentinel.SentinelConfig;
import io.skein.engine.sentinel.SentinelStore;
import io.skein.server.config.ConfigFile;
import io.skein.server.config.SystemErrors;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/// The configuration file of a Sentinel, which is also where it keeps what it must not forget.
///
/// Comments, order and what the Sentinel has no say in stay. The file is replaced in one step by
/// one that is on the disk, so that a crash leaves the old or the new one.
final class SentinelFile implements SentinelStore {
  private final Path path;
  private final ConfigFile file;
  private final Settings settings;
  private final Supplier<List<String>> userLines;
  private final ServerLog log;

  SentinelFile(Path path, Settings settings, Supplier<List<String>> userLines, ServerLog log) {
    this.path = path;
    this.file = new ConfigFile(path);
    this.settings = settings;
    this.userLines = userLines;
    this.log = log;
  }

  @Override
  public boolean save(SentinelConfig config) {
    try {
      ConfigRewrite rewrite = ConfigRewrite.ofSentinel(old(), settings, userLines.get());
      config.writeTo(rewrite);
      file.overwrite(rewrite.finish());
      return true;
    } catch (IOException failed) {
      log.warning("Rewriting " + path + ": " + SystemErrors.text(failed));
      return false;
    }
  }

  private byte[] old() throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
  }
}
