package io.skein.server.config;

import io.skein.engine.config.ConfigError;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ConfigReader;
import io.skein.engine.config.Directives;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Loads the configuration that a command line names: the file and what it includes, standard
/// input, options.
public final class ConfigLoader {
  /// The port of a Sentinel that is told no other.
  private static final long SENTINEL_PORT = 26_379;

  private final Path startDirectory;
  private final InputStream standardInput;
  private final CommandDirectives commands;
  private final Settings settings;
  private final Deque<Path> including = new ArrayDeque<>();

  /// A loader for one start.
  ///
  /// @param startDirectory the process's working directory, absolute
  public ConfigLoader(Path startDirectory, InputStream standardInput, CommandDirectives commands) {
    this.startDirectory = startDirectory;
    this.standardInput = standardInput;
    this.commands = commands;
    this.settings = new Settings(startDirectory.toString(), new RealDirectory());
  }

  /// The settings that `commandLine` asks for.
  ///
  /// @throws ConfigFileError whose report goes to standard error before the process exits with 1
  public LoadedConfig load(CommandLine commandLine) throws ConfigFileError {
    String file = commandLine.configFile();
    StringBuilder text = new StringBuilder();
    if (file != null) {
      for (Path path : files(file)) {
        including.push(path);
        text.append(read(file, path));
      }
    }
    if (commandLine.readsStandardInput()) {
      text.append(readStandardInput());
    }
    text.append('\n').append(commandLine.options());
    if (commandLine.sentinelMode()) {
      settings.put(NetworkSettings.PORT, SENTINEL_PORT);
      settings.put(NetworkSettings.PROTECTED_MODE, false);
    }
    ConfigReader reader =
        new ConfigReader(settings, new FileDirectives(), commandLine.sentinelMode());
    reader.read(text.toString());
    List<String> warnings = reader.finish();
    checkLogFile();
    if (commandLine.sentinelMode()) {
      // It has no data, so that there is none to save.
      settings.put(PersistenceSettings.SAVE, List.of());
      settings.put(PersistenceSettings.APPENDONLY, false);
    }
    return new LoadedConfig(
        settings,
        file == null ? null : startDirectory.resolve(file).normalize(),
        commandLine.sentinelMode(),
        reader.sentinelLines(),
        warnings);
  }

  private List<Path> files(String name) throws ConfigFileError {
    Path directory = Path.of(settings.get(PersistenceSettings.DIR));
    try {
      return PathGlob.isPattern(name)
          ? PathGlob.expand(directory, name)
          : List.of(directory.resolve(name).normalize());
    } catch (InvalidPathException unspeakable) {
      throw ConfigFileError.cannotOpen(name, "Invalid argument");
    }
  }

  private static String read(String name, Path path) throws ConfigFileError {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    } catch (IOException failed) {
      throw ConfigFileError.cannotOpen(name, SystemErrors.text(failed));
    }
  }

  private String readStandardInput() throws ConfigFileError {
    try {
      return new String(standardInput.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException failed) {
      throw ConfigFileError.cannotOpen("-", SystemErrors.text(failed));
    }
  }

  /// The log is opened later, when it would be too late to refuse it.
  private void checkLogFile() throws ConfigFileError {
    String name = settings.get(ServerSettings.LOGFILE);
    if (name.isEmpty()) {
      return;
    }
    try {
      Path path = Path.of(settings.get(PersistenceSettings.DIR)).resolve(name);
      Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
    } catch (IOException failed) {
      throw ConfigFileError.ofWhole("Can't open the log file: " + SystemErrors.text(failed));
    } catch (InvalidPathException unspeakable) {
      throw ConfigFileError.ofWhole("Can't open the log file: Invalid argument");
    }
  }

  private final class FileDirectives implements Directives {
    @Override
    public void include(String pattern, ConfigReader reader) throws ConfigError, ConfigFileError {
      for (Path path : files(pattern)) {
        if (including.contains(path)) {
          throw new ConfigError("include of a file that is being read: '" + path + "'");
        }
        including.push(path);
        reader.readIncluded(path.toString(), read(path.toString(), path));
        including.pop();
      }
    }

    @Override
    public void renameCommand(String name, String newName) throws ConfigError {
      commands.renameCommand(name, newName);
    }

    @Override
    public void user(List<String> nameAndRules) throws ConfigError {
      commands.user(nameAndRules);
    }
  }
}
