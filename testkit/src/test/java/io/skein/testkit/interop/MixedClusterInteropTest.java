package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.ClusterNode;
import io.skein.testkit.Formation;
import io.skein.testkit.SkeinNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real Redis and we in one cluster: each replicates the other, votes for the other, succeeds the
/// other.
@Tag("interop")
class MixedClusterInteropTest {
  @TempDir private Path directory;

  private final List<ClusterNode> nodes = new ArrayList<>();
  private final List<SkeinNode> ours = new ArrayList<>();
  private final List<ServerProcess> theirs = new ArrayList<>();

  private SkeinNode addOurs() {
    SkeinNode node = SkeinNode.start(ServerProcess.CLUSTER.toArray(String[]::new));
    ours.add(node);
    nodes.add(node);
    return node;
  }

  private ServerProcess addTheirs() throws Exception {
    ServerProcess node =
        ServerProcess.redis(directory, ServerProcess.CLUSTER.toArray(String[]::new));
    theirs.add(node);
    nodes.add(node);
    return node.awaitAnswer();
  }

  @AfterEach
  void end() {
    ours.forEach(SkeinNode::close);
    theirs.forEach(ServerProcess::close);
  }

  @Test
  void weSucceedARealPrimaryWithTheVotesOfBothKinds() throws Exception {
    ServerProcess victim = addTheirs();
    addOurs();
    addTheirs();
    SkeinNode heir = addOurs();
    Formation.form(nodes, 3);
    String key = keyOf(victim);
    victim.call("SET", key, "grey");
    assertEquals(1L, victim.call("WAIT", "1", "10000"));
    victim.kill();
    Formation.await(nodes, "our replica serves", () -> "grey".equals(heir.call("GET", key)));
    assertEquals("OK", heir.call("SET", key, "white"));
    victim.startAgain();
    victim.awaitAnswer();
    Formation.await(nodes, "the real one follows us", () -> !victim.isPrimary());
    Formation.awaitHealthy(nodes);
    victim.call("READONLY");
    Formation.await(nodes, "it has caught up", () -> "white".equals(victim.call("GET", key)));
  }

  @Test
  void aRealReplicaSucceedsUsWithTheVotesOfBothKinds() throws Exception {
    SkeinNode victim = addOurs();
    addOurs();
    addTheirs();
    ServerProcess heir = addTheirs();
    Formation.form(nodes, 3);
    String key = keyOf(victim);
    victim.call("SET", key, "grey");
    assertEquals(1L, victim.call("WAIT", "1", "10000"));
    victim.kill();
    Formation.await(nodes, "the real one serves", () -> "grey".equals(heir.call("GET", key)));
    assertEquals("OK", heir.call("SET", key, "white"));
    victim.startAgain();
    Formation.await(nodes, "we follow the real one", () -> !victim.isPrimary());
    Formation.awaitHealthy(nodes);
    victim.call("READONLY");
    Formation.await(nodes, "we have caught up", () -> "white".equals(victim.call("GET", key)));
    assertTrue(heir.isPrimary());
  }

  @Test
  void aRealReplicaTakesOverBeforeWeShutDown() throws Exception {
    ServerProcess leaving = addOurProcess();
    addOurs();
    addTheirs();
    ServerProcess heir = addTheirs();
    Formation.form(nodes, 3);
    String key = keyOf(leaving);
    leaving.call("SET", key, "grey");
    assertEquals(1L, leaving.call("WAIT", "1", "10000"));
    heir.call("CONFIG", "SET", "requirepass", "secret");
    leaving.call("CONFIG", "SET", "masterauth", "secret");
    leaving.terminate();
    assertTrue(leaving.log().contains("A replica has taken over"), leaving::log);
    assertTrue(heir.isPrimary());
    assertEquals("grey", heir.call("GET", key));
  }

  @Test
  void weShutDownAlsoWhenTheRealReplicaRefuses() throws Exception {
    ServerProcess leaving = addOurProcess();
    addOurs();
    addTheirs();
    ServerProcess heir = addTheirs();
    Formation.form(nodes, 3);
    heir.call("CONFIG", "SET", "requirepass", "secret");
    leaving.terminate();
    assertTrue(leaving.log().contains("does not take over: NOAUTH"), leaving::log);
    assertTrue(leaving.log().contains("No replica has taken over"), leaving::log);
  }

  private ServerProcess addOurProcess() throws Exception {
    ServerProcess node =
        ServerProcess.skein(directory, ServerProcess.CLUSTER.toArray(String[]::new));
    theirs.add(node);
    nodes.add(node);
    return node.awaitAnswer();
  }

  private String keyOf(ClusterNode primary) {
    for (int i = 0; ; i++) {
      if (Formation.primaryOf(nodes, "key:" + i).equals(primary)) {
        return "key:" + i;
      }
    }
  }
}
