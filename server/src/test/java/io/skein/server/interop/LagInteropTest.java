package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A replica of ours with a bound for its reads, whose primary is a real redis-server.
@Tag("interop")
class LagInteropTest {
  private static final int PATIENCE = 3000;
  private static final long PAUSE_NANOS = 10_000_000;

  @TempDir Path directory;

  @Test
  void measuresARealPrimaryAndNoticesThatItSleeps() throws Exception {
    try (RunningServer skein =
            RunningServer.start(
                Files.createDirectory(directory.resolve("skein")),
                "--replica-read-max-lag-ms",
                "1000");
        RedisPeer redis = new RedisPeer(Files.createDirectory(directory.resolve("redis")));
        RespClient ours = skein.connect()) {
      Peer.Link theirs = redis.connect();
      theirs.call("CONFIG", "SET", "repl-diskless-sync-delay", "0");
      theirs.call("SET", "goose", "grey");
      ours.call("REPLICAOF", "127.0.0.1", Integer.toString(redis.port()));
      await(ours, "grey");
      theirs.send("DEBUG", "SLEEP", "4");
      await(ours, "-STALE ");
      await(ours, "grey");
    }
  }

  private static void await(RespClient client, String start) throws Exception {
    String reply = "";
    for (int i = 0; i < PATIENCE; i++) {
      reply = client.call("GET", "goose");
      if (reply.startsWith(start)) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    assertTrue(reply.startsWith(start), reply);
  }
}
