package io.skein.server.config;

import io.skein.engine.config.ConfigError;
import io.skein.engine.config.WorkingDirectory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The directories of this machine. A JVM cannot change its own working directory, so `dir` stays a
/// value that every relative name is resolved against.
final class RealDirectory implements WorkingDirectory {
  @Override
  public String enter(String current, String requested) throws ConfigError {
    if (requested.isEmpty()) {
      throw new ConfigError("No such file or directory");
    }
    Path path;
    try {
      path = Path.of(current).resolve(requested).normalize();
    } catch (InvalidPathException unspeakable) {
      throw new ConfigError("Invalid argument");
    }
    if (!Files.exists(path)) {
      throw new ConfigError("No such file or directory");
    }
    if (!Files.isDirectory(path)) {
      throw new ConfigError("Not a directory");
    }
    if (!Files.isExecutable(path)) {
      throw new ConfigError("Permission denied");
    }
    return path.toString();
  }
}
