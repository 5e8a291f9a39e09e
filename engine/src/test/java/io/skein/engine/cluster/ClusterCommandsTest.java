package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.state.ClusterSettings;
import org.junit.jupiter.api.Test;

class ClusterCommandsTest {
  private final TestNetwork network = TestCluster.form(77, 3, 1, ClusterSettings.defaults(7000));
  private final TestNode primary = network.nodes.get(0);
  private final TestNode replica = network.nodes.get(3);
  private final io.skein.engine.node.TestNode.Client client = TestPort.clientOf(primary);

  @Test
  void describesNodesAsRedisDoes() {
    network.run(5000);
    String text = client.send("CLUSTER", "NODES");
    String[] lines = text.substring(text.indexOf("\r\n") + 2).strip().split("\n", -1);
    assertEquals(6, lines.length);
    assertEquals(
        primary.id() + " 10.0.0.1:7000@17000 myself,master - 0 0 1 connected 0-5460", lines[0]);
    for (String line : lines) {
      assertTrue(
          line.matches(
              "[0-9a-f]{40} 10\\.0\\.0\\.\\d:7000@17000 (myself,)?(master -|slave [0-9a-f]{40})"
                  + " \\d+ \\d+ \\d connected( \\d+-\\d+)?"),
          line);
    }
  }

  @Test
  void tellsOpenSlotsOfThisNodeOnly() {
    String other = network.nodes.get(1).id();
    assertEquals("+OK", client.ask("CLUSTER SETSLOT 3 MIGRATING " + other));
    assertEquals("+OK", client.ask("CLUSTER SETSLOT 9000 IMPORTING " + other));
    assertTrue(
        client
            .send("CLUSTER", "NODES")
            .contains("0-5460 [3->-" + other + "] [9000-<-" + other + "]\n"));
    assertEquals("+OK", client.ask("CLUSTER SETSLOT 3 STABLE"));
    assertFalse(client.send("CLUSTER", "NODES").contains("[3->"));
  }

  @Test
  void tellsItsState() {
    String info = client.send("CLUSTER", "INFO");
    assertTrue(
        info.contains(
            "cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:16384\r\n"
                + "cluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:6\r\n"
                + "cluster_size:3\r\ncluster_current_epoch:6\r\ncluster_my_epoch:1\r\n"
                + "cluster_stats_messages_ping_sent:"),
        info);
    assertTrue(info.contains("\r\ntotal_cluster_links_buffer_limit_exceeded:0\r\n"), info);
  }

  @Test
  void mapsSlotsToNodesWithTheirReplicas() {
    primary.offset = 10;
    network.run(3000);
    String slots = client.send("CLUSTER", "SLOTS");
    assertTrue(
        slots.startsWith("*3\r\n*4\r\n:0\r\n:5460\r\n*4\r\n$8\r\n10.0.0.1\r\n:7000\r\n"), slots);
    assertTrue(slots.contains("$40\r\n" + replica.id() + "\r\n*0\r\n"), slots);
    String shards = client.send("CLUSTER", "SHARDS");
    assertTrue(
        shards.startsWith("*3\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:5460\r\n$5\r\nnodes\r\n*2\r\n"),
        shards);
    assertTrue(shards.contains("$4\r\nrole\r\n$7\r\nreplica\r\n"), shards);
  }

  @Test
  void answersAboutIdsAndKeys() {
    assertEquals("$40\r\n" + primary.id() + "\r\n", client.send("CLUSTER", "MYID"));
    assertEquals(":12182", client.ask("CLUSTER KEYSLOT foo"));
    assertEquals(":0", client.ask("CLUSTER COUNTKEYSINSLOT 5"));
    assertEquals("-ERR Invalid slot", client.ask("CLUSTER COUNTKEYSINSLOT 16384"));
    assertEquals("*0", client.ask("CLUSTER GETKEYSINSLOT 5 10"));
    assertEquals("-ERR Invalid slot or number of keys", client.ask("CLUSTER GETKEYSINSLOT 5 -1"));
    assertEquals(":0", client.ask("CLUSTER COUNT-FAILURE-REPORTS " + replica.id()));
  }

  @Test
  void countsAndListsKeysOfASlot() {
    assertEquals("+OK", client.ask("SET {bar}1 x"));
    assertEquals("+OK", client.ask("SET {bar}2 x"));
    assertEquals(":2", client.ask("CLUSTER COUNTKEYSINSLOT 5061"));
    assertTrue(
        client.send("CLUSTER", "GETKEYSINSLOT", "5061", "1").startsWith("*1\r\n$6\r\n{bar}"));
  }

  @Test
  void refusesInTheWordsOfRedis() {
    assertEquals("-ERR Invalid or out of range slot", client.ask("CLUSTER ADDSLOTS x"));
    assertEquals("-ERR Slot 5 is already busy", client.ask("CLUSTER ADDSLOTS 5"));
    assertEquals(
        "-ERR start slot number 5 is greater than end slot number 1",
        client.ask("CLUSTER ADDSLOTSRANGE 5 1"));
    assertEquals("-ERR Invalid base port specified: x", client.ask("CLUSTER MEET 127.0.0.1 x"));
    assertEquals(
        "-ERR Invalid node address specified: nowhere:7000",
        client.ask("CLUSTER MEET nowhere 7000"));
    assertEquals("-ERR syntax error", client.ask("CLUSTER FAILOVER NOW"));
    assertEquals(
        "-ERR You should send CLUSTER FAILOVER to a replica", client.ask("CLUSTER FAILOVER"));
    assertEquals(
        "-ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP",
        client.ask("CLUSTER SETSLOT 5 WHAT"));
    assertEquals(
        "-ERR Please use SETSLOT only with masters.",
        TestPort.clientOf(replica).ask("CLUSTER SETSLOT 5 STABLE"));
    assertEquals(
        "-ERR This instance has cluster support disabled",
        new io.skein.engine.node.TestNode().connect().ask("CLUSTER INFO"));
  }

  @Test
  void failsOverOnRequest() {
    assertEquals("+OK", TestPort.clientOf(replica).ask("CLUSTER FAILOVER"));
    network.runUntil("the replica serves", 1000, () -> replica.isPrimaryOf(0));
    assertTrue(client.ask("CLUSTER BUMPEPOCH").startsWith("+BUMPED "));
  }
}
