package io.skein.server.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusSecretTest {
  @TempDir Path dir;

  /// A condition that comes true in time.
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    for (int i = 0; i < 600; i++) {
      if (condition.holds()) {
        return;
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError("not in time: " + what);
  }

  private RunningServer node(String name, String secret) throws Exception {
    Path own = Files.createDirectory(dir.resolve(name));
    return RunningServer.start(own, "--cluster-enabled", "yes", "--cluster-bus-secret", secret);
  }

  private static boolean knows(RespClient client, int nodes) throws Exception {
    return client.call("CLUSTER", "INFO").contains("cluster_known_nodes:" + nodes);
  }

  @Test
  void nodesWithTheSecretMeetAndOthersAreRefusedAndLogged() throws Exception {
    try (RunningServer one = node("one", "s3cret");
        RunningServer two = node("two", "s3cret");
        RunningServer stranger = node("stranger", "");
        RespClient atOne = one.connect();
        RespClient atTwo = two.connect();
        RespClient atStranger = stranger.connect()) {
      String port = Integer.toString(two.port());
      assertEquals("+OK", atOne.call("CLUSTER", "MEET", "127.0.0.1", port));
      await("they meet", () -> knows(atOne, 2) && knows(atTwo, 2));
      port = Integer.toString(one.port());
      assertEquals("+OK", atStranger.call("CLUSTER", "MEET", "127.0.0.1", port));
      await("it is logged", () -> one.log().contains("Refused a node of the cluster"));
      assertTrue(one.log().contains("it shows no secret"), one.log());
      assertTrue(knows(atOne, 2));
    }
  }
}
