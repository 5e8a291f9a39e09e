package io.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  @TempDir Path directory;

  private Settings settings() {
    Settings settings = new Settings(directory.toString(), new RealDirectory());
    settings.put(NetworkSettings.PORT, 7000L);
    return settings;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void rewritesInPlaceAndLeavesNothingElse() throws IOException {
    Path path = Files.writeString(directory.resolve("a.conf"), "# mine\nport 1\n");
    new ConfigFile(path).rewrite(settings(), List.of(), false);
    assertTrue(Files.readString(path).startsWith("# mine\nport 7000\n"));
    assertEquals(List.of("a.conf"), names());
  }

  @Test
  void makesFileThatIsNotThere() throws IOException {
    Path path = directory.resolve("a.conf");
    new ConfigFile(path).rewrite(settings(), List.of("user default on"), false);
    assertTrue(Files.readString(path).contains("port 7000\n"));
    assertTrue(Files.readString(path).endsWith("user default on\n"));
  }

  @Test
  void leavesNoTemporaryFileWhenItFails() throws IOException {
    Path path = Files.createDirectory(directory.resolve("a.conf"));
    Files.createFile(path.resolve("inside"));
    assertThrows(IOException.class, () -> new ConfigFile(path).overwrite(new byte[3]));
    assertEquals(List.of("a.conf"), names());
  }
}
