package io.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ConfigError;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.PersistenceSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path directory;
  private String standardInput = "";

  private static final class NoCommands implements CommandDirectives {
    @Override
    public void renameCommand(String name, String newName) throws ConfigError {
      throw new ConfigError("No such command in rename-command");
    }

    @Override
    public void user(List<String> nameAndRules) throws ConfigError {
      throw new ConfigError("no users");
    }
  }

  private Path file(String name, String... lines) throws IOException {
    Path path = directory.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.write(path, List.of(lines));
  }

  private LoadedConfig load(String... arguments) throws ConfigFileError {
    byte[] input = standardInput.getBytes(StandardCharsets.UTF_8);
    return new ConfigLoader(directory, new ByteArrayInputStream(input), new NoCommands())
        .load(CommandLine.parse(List.of(arguments)));
  }

  private String failure(String... arguments) {
    return assertThrows(ConfigFileError.class, () -> load(arguments)).report();
  }

  private long port(String... arguments) throws ConfigFileError {
    return load(arguments).settings().number(NetworkSettings.PORT);
  }

  @Test
  void letsStandardInputWinOverFileAndOptionsOverBoth() throws Exception {
    file("a.conf", "port 1");
    assertEquals(1, port("a.conf"));
    standardInput = "port 2";
    assertEquals(2, port("a.conf", "-"));
    assertEquals(2, port("-"));
    assertEquals(3, port("a.conf", "--port", "3", "-"));
  }

  @Test
  void remembersWhereTheFileIs() throws Exception {
    file("sub/a.conf", "dir " + directory.getRoot());
    LoadedConfig loaded = load("sub/a.conf");
    assertEquals(directory.resolve("sub/a.conf"), loaded.configFile());
    assertEquals("/", loaded.settings().get(PersistenceSettings.DIR));
  }

  @Test
  void countsLinesAcrossFileInputAndOptions() throws Exception {
    file("a.conf", "port 1", "");
    standardInput = "timeout 1\n";
    String report = failure("a.conf", "--tcp-backlog", "x", "-");
    assertTrue(
        report.contains("at line 5\n>>> 'tcp-backlog \"x\"'\n")
            && report.startsWith("\n*** FATAL CONFIG FILE ERROR (Redis 7.2.6) ***\n"),
        report);
  }

  @Test
  void includesFilesByNameAndByPattern() throws Exception {
    file("a.conf", "include one.conf", "include conf.d/[a-c]*.conf", "include none/*.conf");
    file("one.conf", "timeout 5", "port 1");
    file("conf.d/b.conf", "port 3");
    file("conf.d/a.conf", "port 2");
    file("conf.d/.c.conf", "port 4");
    file("conf.d/x.conf", "port 5");
    assertEquals(3, port("a.conf"));
    assertEquals(5, load("a.conf").settings().number(NetworkSettings.TIMEOUT));
  }

  @Test
  void looksForIncludedFilesInTheDirectorySetBefore() throws Exception {
    file("a.conf", "dir sub", "include b.conf");
    file("sub/b.conf", "port 9");
    assertEquals(9, port("a.conf"));
  }

  @Test
  void refusesFileThatIncludesItself() throws Exception {
    file("a.conf", "include b.conf");
    file("b.conf", "port 1", "include ./a.conf");
    assertTrue(failure("a.conf").contains("at line 2 of " + directory.resolve("b.conf") + "\n"));
    file("self.conf", "include self.conf");
    assertTrue(failure("self.conf").contains("include of a file that is being read"));
  }

  @Test
  void letsOneFileBeIncludedTwice() throws Exception {
    file("a.conf", "include b.conf", "port 1", "include b.conf");
    file("b.conf", "port 2");
    assertEquals(2, port("a.conf"));
  }

  @Test
  void saysWhichFileCannotBeOpened() throws Exception {
    assertEquals(
        "Fatal error, can't open config file 'nope.conf': No such file or directory\n",
        failure("nope.conf"));
    file("a.conf", "include nope.conf");
    assertTrue(failure("a.conf").contains("nope.conf': No such file or directory\n"));
    assertTrue(failure(".").contains("Is a directory"));
  }

  @Test
  void refusesDirectoryThatIsNone() throws Exception {
    file("plain");
    assertTrue(failure("--dir", "nope").endsWith("\nNo such file or directory\n"));
    assertTrue(failure("--dir", "plain").endsWith("\nNot a directory\n"));
  }

  @Test
  void refusesLogFileThatCannotBeOpened() throws Exception {
    assertEquals(
        "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.6) ***\n"
            + "Can't open the log file: No such file or directory\n",
        failure("--logfile", "nope/x.log"));
    load("--logfile", "x.log");
    assertTrue(Files.exists(directory.resolve("x.log")));
  }

  @Test
  void passesOnRefusalsOfCommands() {
    assertTrue(
        failure("--rename-command", "nope", "x").endsWith("No such command in rename-command\n"));
    assertTrue(failure("--user", "bob on").endsWith("no users\n"));
  }

  @Test
  void collectsSentinelLines() throws Exception {
    file("s.conf", "sentinel monitor m 127.0.0.1 6379 2");
    LoadedConfig loaded = load("s.conf", "--sentinel");
    assertTrue(loaded.sentinelMode());
    assertEquals("monitor", loaded.sentinelLines().getFirst().words().getFirst());
    assertTrue(failure("s.conf").contains("sentinel directive while not in sentinel mode"));
  }
}
