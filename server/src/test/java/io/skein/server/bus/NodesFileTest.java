package io.skein.server.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ConfigFileError;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodesFileTest {
  @TempDir private Path dir;

  @Test
  void isUsedByOneNodeAtATime() throws Exception {
    NodesFile first = new NodesFile(dir.resolve("nodes.conf"));
    first.lock();
    NodesFile second = new NodesFile(dir.resolve("nodes.conf"));
    ConfigFileError refused = assertThrows(ConfigFileError.class, second::lock);
    assertTrue(
        refused.reason().contains("already used by a different Redis Cluster node"),
        refused.reason());
    first.write("content\n", true);
    assertThrows(ConfigFileError.class, second::lock, "the lock outlives a replacement");
    first.unlock();
    second.lock();
    second.unlock();
  }

  @Test
  void isAbsentUntilWritten() throws Exception {
    NodesFile file = new NodesFile(dir.resolve("nodes.conf"));
    assertNull(file.read(false));
    Files.writeString(dir.resolve("nodes.conf"), "");
    assertNull(file.read(false));
    for (boolean flush : new boolean[] {true, false}) {
      String text = "vars currentEpoch " + (flush ? 1 : 0) + " lastVoteEpoch 0\n";
      file.write(text, flush);
      assertEquals(text, Files.readString(dir.resolve("nodes.conf")));
    }
  }

  @Test
  void saysThatItIsCorrupt() throws Exception {
    Files.writeString(dir.resolve("nodes.conf"), "nonsense\n");
    ConfigFileError corrupt =
        assertThrows(
            ConfigFileError.class, () -> new NodesFile(dir.resolve("nodes.conf")).read(false));
    assertTrue(corrupt.reason().contains("corrupted cluster config file"), corrupt.reason());
  }
}
