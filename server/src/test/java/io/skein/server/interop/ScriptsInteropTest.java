package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random scripts get the same replies from a server of ours and from a real redis-server.
///
/// The system properties `interop.seed` and `interop.scripts` choose where to begin and how much to
/// try, `interop.redis` the program to compare with.
@Tag("interop")
class ScriptsInteropTest {
  private static final long SEED = Long.getLong("interop.seed", 1);
  private static final int SCRIPTS = Integer.getInteger("interop.scripts", 4000);

  @TempDir Path directory;

  @Test
  void convertsValuesAsRedisDoes() throws Exception {
    RandomScripts scripts = new RandomScripts(SEED);
    try (RedisPeer redis = new RedisPeer(directory);
        RunningServer server = RunningServer.start(directory);
        RespClient ours = server.connect();
        RespClient theirs = connect(redis)) {
      for (int i = 0; i < SCRIPTS; i++) {
        List<String> script = scripts.next();
        List<String> words = new ArrayList<>(List.of("EVAL", script.get(0), "0"));
        words.addAll(script.subList(1, script.size()));
        String[] call = words.toArray(new String[0]);
        assertEquals(theirs.call(call), ours.call(call), "seed " + SEED + ": " + script);
      }
    }
  }

  private static RespClient connect(RedisPeer redis) throws IOException {
    // Once it answers this, it listens.
    redis.connect().call("PING");
    return new RespClient("127.0.0.1", redis.port());
  }
}
