package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Await;
import io.skein.testkit.ClusterNode;
import io.skein.testkit.SkeinNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("interop")
class RdbInteropTest {
  private static final String DUMP = "dump.rdb";

  @TempDir private Path directory;

  /// Integers of every width, binary, compressible and long values, expiry, several databases.
  static void fill(ClusterNode node) {
    for (int i = 0; i < 2000; i++) {
      node.call("SET", "key:" + i, "value:" + (i * 31L));
      node.call("SET", "int:" + i, "" + (i % 2 == 0 ? 1L : -1L) * (1L << i % 63));
    }
    node.call("SET", "empty", "");
    node.call("SET", "", "of the empty key");
    node.call("SET", "binary\0\r\n\u00ff", "\0\1\2\u00fe\u00ff");
    node.call("SET", "repetitive", "goose ".repeat(5000));
    node.call("SET", "expires", "later", "EX", "10000");
    node.call("SETRANGE", "padded", "100000", "end");
    node.call("SELECT", "5");
    node.call("SET", "elsewhere", "1");
    node.call("SELECT", "0");
  }

  private static void assertSame(String digest, String dbsize, ClusterNode node) {
    assertEquals(dbsize, node.text("DBSIZE"));
    assertEquals(digest, node.text("DEBUG", "DIGEST"));
    assertTrue(Long.parseLong(node.text("TTL", "expires")) > 9000);
    assertEquals("goose ".repeat(5000), node.text("GET", "repetitive"));
  }

  @Test
  void realRedisLoadsOurFileAndTheCheckerApproves() throws Exception {
    Files.createDirectory(directory.resolve("ours"));
    String digest;
    String dbsize;
    try (SkeinNode ours =
        SkeinNode.start(directory.resolve("ours"), "--enable-debug-command", "yes")) {
      fill(ours);
      digest = ours.text("DEBUG", "DIGEST");
      dbsize = ours.text("DBSIZE");
      assertEquals("OK", ours.call("SAVE"));
    }
    Path file = directory.resolve("ours").resolve(DUMP);
    String checked = Tool.run("redis-check-rdb", file.toString()).orFail();
    assertTrue(checked.contains("RDB looks OK"), checked);
    try (ServerProcess redis =
        ServerProcess.redis(
            directory, "--dir", file.getParent().toString(), "--enable-debug-command", "yes")) {
      assertSame(digest, dbsize, redis.awaitAnswer());
    }
  }

  @Test
  void weLoadTheFileOfRealRedis() throws Exception {
    Path file;
    String digest;
    String dbsize;
    try (ServerProcess redis = ServerProcess.redis(directory, "--enable-debug-command", "yes")) {
      redis.awaitAnswer();
      fill(redis);
      digest = redis.text("DEBUG", "DIGEST");
      dbsize = redis.text("DBSIZE");
      assertEquals("OK", redis.call("SAVE"));
      file = redis.directory().resolve(DUMP);
    }
    try (SkeinNode ours = SkeinNode.start(file.getParent(), "--enable-debug-command", "yes")) {
      assertSame(digest, dbsize, ours);
    }
  }

  @Test
  void aTornFileIsRefusedWithItsOffset() throws Exception {
    Path dir = Files.createDirectory(directory.resolve("torn"));
    try (SkeinNode ours = SkeinNode.start(dir)) {
      fill(ours);
      ours.stop();
    }
    byte[] whole = Files.readAllBytes(dir.resolve(DUMP));
    Files.write(dir.resolve(DUMP), Arrays.copyOf(whole, whole.length / 2));
    try (ServerProcess ours = ServerProcess.skein(directory, "--dir", dir.toString())) {
      Await.until("it has ended", Duration.ofSeconds(60), () -> !ours.isRunning());
      assertTrue(ours.log().contains("RDB at byte " + whole.length / 2), ours::log);
    }
    assertEquals(whole.length / 2, Files.size(dir.resolve(DUMP)));
  }
}
