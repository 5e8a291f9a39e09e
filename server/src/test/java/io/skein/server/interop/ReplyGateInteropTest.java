package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Replies that wait for a real redis-server which replicates us, from connections of two loops.
@Tag("interop")
class ReplyGateInteropTest {
  private static final int PATIENCE = 1500;
  private static final long PAUSE_NANOS = 20_000_000;
  private static final int WRITES = 300;

  @TempDir Path directory;

  @Test
  void aRealReplicaConfirmsWhatIsHeld() throws Exception {
    try (RunningServer skein =
            RunningServer.start(
                Files.createDirectory(directory.resolve("skein")),
                "--io-threads",
                "2",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
                "--repl-diskless-sync-delay",
                "0");
        RedisPeer redis = new RedisPeer(Files.createDirectory(directory.resolve("redis")));
        RespClient one = skein.connect();
        RespClient other = skein.connect();
        RespClient third = skein.connect()) {
      Peer.Link theirs = redis.connect();
      theirs.call("REPLICAOF", "127.0.0.1", Integer.toString(skein.port()));
      await(one, "state=online");
      one.call("CONFIG", "SET", "reply-wait-replicas", "1");
      for (int i = 0; i < WRITES; i++) {
        RespClient writer = i % 2 == 0 ? one : other;
        assertEquals("+OK", writer.call("SET", "key", "v" + i));
        assertEquals("$" + ("v" + i).length() + "\r\nv" + i + "\r\n", theirs.call("GET", "key"));
        assertEquals("v" + i, third.call("GET", "key"));
      }
      theirs.send("DEBUG", "SLEEP", "1");
      assertEquals("+OK", one.call("SET", "key", "last"));
      assertEquals("last", other.call("GET", "key"));
    }
  }

  private static void await(RespClient client, String part) throws Exception {
    String info = "";
    for (int i = 0; i < PATIENCE && !info.contains(part); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      info = client.call("INFO", "replication");
    }
    assertTrue(info.contains(part), info);
  }
}
