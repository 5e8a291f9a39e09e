package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SkeinNodeTest {
  @Test
  void servesAndLeavesNothingBehind() {
    Path directory;
    try (SkeinNode node = SkeinNode.start()) {
      directory = node.directory();
      assertEquals("OK", node.call("SET", "goose", "grey"));
      assertEquals("grey", node.call("GET", "goose"));
      assertNull(node.call("GET", "gander"));
      assertEquals(1L, node.call("DEL", "goose"));
      assertTrue(Files.exists(directory));
      assertTrue(node.log().contains("Ready to accept connections"), node::log);
    }
    assertFalse(Files.exists(directory));
  }

  @Test
  void optionsAreThoseOfTheServer() {
    try (SkeinNode node = SkeinNode.start("--maxmemory", "10mb", "--databases", "3")) {
      assertEquals("[maxmemory, 10485760]", node.text("CONFIG", "GET", "maxmemory"));
      ReplyError error = assertThrows(ReplyError.class, () -> node.call("SELECT", "3"));
      assertEquals("ERR", error.code());
    }
  }

  @Test
  void whatCannotStartLeavesNothingBehind() throws Exception {
    Set<Path> before = directoriesOfTheKit();
    assertThrows(IllegalArgumentException.class, () -> SkeinNode.start("--no-such-option", "1"));
    assertTrue(before.containsAll(directoriesOfTheKit()));
  }

  private static Set<Path> directoriesOfTheKit() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(
              path -> path.getFileName().toString().startsWith(TemporaryDirectory.prefix()))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void comesBackWithItsDataAfterAStopAndNotAfterAKill() {
    try (SkeinNode node = SkeinNode.start()) {
      int port = node.port();
      node.call("SET", "kept", "1");
      node.restart();
      assertEquals(port, node.port());
      assertEquals("1", node.call("GET", "kept"));
      node.call("SET", "lost", "1");
      node.kill();
      assertFalse(node.isRunning());
      assertThrows(UncheckedIOException.class, () -> node.call("PING"));
      node.startAgain();
      assertEquals("1", node.call("GET", "kept"));
      assertNull(node.call("GET", "lost"));
    }
  }

  @Test
  void killingClosesConnectionsAtOnce() throws Exception {
    try (SkeinNode node = SkeinNode.start();
        RespConnection connection = node.connect()) {
      assertEquals("PONG", connection.call("PING"));
      node.kill();
      IOException closed = assertThrows(IOException.class, () -> connection.call("PING"));
      assertFalse(closed instanceof SocketTimeoutException);
    }
  }

  @Test
  void aPausedNodeKeepsItsConnectionsAndAnswersLater() throws Exception {
    try (SkeinNode node = SkeinNode.start()) {
      node.pause();
      try (RespConnection patient = node.connect();
          RespConnection hasty =
              new RespConnection(node.host(), node.port(), Duration.ofMillis(50))) {
        assertThrows(SocketTimeoutException.class, () -> hasty.call("PING"));
        patient.send("PING");
        node.resume();
        assertEquals("PONG", patient.receive());
      }
      node.pause();
      node.kill();
      assertFalse(node.isRunning());
    }
  }

  @Test
  void clientsAreServedWhileASnapshotIsTaken() {
    try (SkeinNode node = SkeinNode.start("--enable-debug-command", "yes")) {
      int keys = 500_000;
      node.call("DEBUG", "POPULATE", "" + keys);
      node.call("BGSAVE");
      int servedInFirstHalf = 0;
      String info = "rdb_bgsave_in_progress:1";
      while (info.contains("rdb_bgsave_in_progress:1")) {
        info = String.valueOf(node.call("INFO", "persistence"));
        long done = field(info, "current_save_keys_processed");
        servedInFirstHalf += done > 0 && done < keys / 2 ? 1 : 0;
      }
      assertTrue(servedInFirstHalf > 5, "served in the first half: " + servedInFirstHalf);
    }
  }

  private static long field(String info, String name) {
    int from = info.indexOf(name + ":") + name.length() + 1;
    return Long.parseLong(info.substring(from, info.indexOf('\r', from)));
  }

  @Test
  void aDirectoryThatWasGivenIsKept(@TempDir Path directory) {
    try (SkeinNode node = SkeinNode.start(directory)) {
      node.call("SET", "kept", "1");
      node.stop();
    }
    try (SkeinNode node = SkeinNode.start(directory)) {
      assertEquals("1", node.call("GET", "kept"));
    }
  }

  @Test
  void repliesOfEveryTypeAreRead() throws Exception {
    try (SkeinNode node = SkeinNode.start();
        RespConnection connection = node.connect()) {
      connection.send("MULTI");
      connection.send("SET", "k", "a\r\nb");
      connection.send("GET", "k");
      connection.send("INCR", "k");
      connection.send("EXEC");
      assertEquals("OK", connection.receive());
      for (int i = 0; i < 3; i++) {
        assertEquals("QUEUED", connection.receive());
      }
      String replies = String.valueOf(connection.receive());
      assertTrue(replies.startsWith("[OK, a\r\nb, "), replies);
      assertTrue(replies.contains("ERR value is not an integer"), replies);
      connection.call("QUIT");
      assertThrows(IOException.class, () -> connection.call("PING"));
    }
  }
}
