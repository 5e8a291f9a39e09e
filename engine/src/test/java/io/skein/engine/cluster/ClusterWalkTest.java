package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.structure.Entry;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// SCAN and KEYS where each slot has a table of its own.
class ClusterWalkTest {
  /// Commands without keys never ask the control plane for anything but what it believes.
  private static final class Unasked implements ClusterPort {
    private final ClusterView view =
        TestCluster.form(1, 1, 0, ClusterSettings.defaults(7000)).nodes.getFirst().view();

    @Override
    public ClusterView view() {
      return view;
    }

    @Override
    public long waitingBytes() {
      return 0;
    }

    @Override
    public long viewAgeMs() {
      return 0;
    }

    @Override
    public ClusterResult request(ClusterRequest request) {
      throw new IllegalStateException("a command without keys makes a request");
    }

    @Override
    public void publish(byte[] channel, byte[] message, boolean sharded) {
      throw new IllegalStateException("a command without keys publishes");
    }
  }

  private final io.skein.engine.node.TestNode node =
      new io.skein.engine.node.TestNode(new Unasked());
  private final io.skein.engine.node.TestNode.Client client = node.connect();

  private void set(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
    node.keyspace().database(0).setString(node.keyspace().key(bytes), bytes, 0, 1, Entry.NO_EXPIRY);
  }

  @BeforeEach
  void fill() {
    for (int i = 0; i < 100; i++) {
      set("{tag}" + i);
      set("key" + i);
      set("{}" + i);
    }
  }

  @Test
  void walksOverOneSlotForAPatternWithAHashTag() {
    assertTrue(
        client
            .send("SCAN", "0", "MATCH", "{tag}*", "COUNT", "1000")
            .startsWith("*2\r\n$1\r\n0\r\n*100\r\n"));
    assertTrue(client.send("KEYS", "{tag}*").startsWith("*100\r\n"));
    assertEquals("*1 $6 {tag}7", client.ask("KEYS {tag}7"));
  }

  @Test
  void walksOverAllSlotsForAnyOtherPattern() {
    assertTrue(client.send("KEYS", "*").startsWith("*300\r\n"));
    assertTrue(client.send("KEYS", "{t?g}*").startsWith("*100\r\n"));
    assertTrue(client.send("KEYS", "\\{tag}*").startsWith("*100\r\n"));
    assertTrue(client.send("KEYS", "{}*").startsWith("*100\r\n"));
    assertEquals("*1 $4 {}42", client.ask("KEYS {}42"));
    assertEquals("*1 $5 key42", client.ask("KEYS key42"));
  }
}
