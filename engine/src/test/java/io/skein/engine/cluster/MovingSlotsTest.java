package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.state.ClusterSettings;
import org.junit.jupiter.api.Test;

/// What clients are answered about keys of a slot that is moving.
class MovingSlotsTest {
  /// The slot of `{bar}`, which the first primary has.
  private static final String SLOT = "5061";

  private final TestNetwork network = TestCluster.form(79, 3, 1, ClusterSettings.defaults(7000));
  private final TestNode source = network.nodes.get(0);
  private final TestNode target = network.nodes.get(1);
  private final TestNode replica = network.nodes.get(3);

  @Test
  void theSourceSendsOnForWhatItHasNot() {
    io.skein.engine.node.TestNode.Client client = TestPort.clientOf(source);
    client.ask("SET {bar}1 x");
    assertEquals("+OK", client.ask("CLUSTER SETSLOT " + SLOT + " MIGRATING " + target.id()));
    assertEquals("$1 x", client.ask("GET {bar}1"));
    assertEquals("-ASK " + SLOT + " 10.0.0.2:7000", client.ask("GET {bar}2"));
    assertEquals("-ASK " + SLOT + " 10.0.0.2:7000", client.ask("SET {bar}2 y"));
    assertEquals("-ASK " + SLOT + " 10.0.0.2:7000", client.ask("MGET {bar}2 {bar}3"));
    assertEquals(
        "-TRYAGAIN Multiple keys request during rehashing of slot",
        client.ask("MGET {bar}1 {bar}2"));
    assertEquals("+NOKEY", client.ask("MIGRATE h 1 {bar}2 0 10"));
    assertEquals("+OK", client.ask("MULTI"));
    assertEquals("-ASK " + SLOT + " 10.0.0.2:7000", client.ask("GET {bar}2"));
    assertTrue(client.ask("EXEC").startsWith("-EXECABORT"));
  }

  @Test
  void theTargetServesThoseWhoWereSent() {
    io.skein.engine.node.TestNode.Client client = TestPort.clientOf(target);
    assertEquals("+OK", client.ask("CLUSTER SETSLOT " + SLOT + " IMPORTING " + source.id()));
    assertEquals("-MOVED " + SLOT + " 10.0.0.1:7000", client.ask("GET {bar}1"));
    client.ask("ASKING");
    assertEquals("+OK", client.ask("SET {bar}1 x"));
    assertEquals("-MOVED " + SLOT + " 10.0.0.1:7000", client.ask("GET {bar}1"));
    client.ask("ASKING");
    assertEquals(
        "-TRYAGAIN Multiple keys request during rehashing of slot",
        client.ask("MGET {bar}1 {bar}2"));
    client.ask("ASKING");
    assertEquals("*2 $-1 $-1", client.ask("MGET {bar}2 {bar}2"));
    assertEquals("+NOKEY", client.ask("MIGRATE h 1 {bar}2 0 10"));
    String dump = client.send("COMMAND", "INFO", "RESTORE-ASKING");
    assertTrue(dump.contains("asking"), dump);
  }

  @Test
  void aReplicaServesShardChannelsAndReadsThatAreReplicated() {
    io.skein.engine.node.TestNode.Client client = TestPort.clientOf(replica);
    assertEquals("*3 $10 ssubscribe $5 {bar} :1", client.ask("SSUBSCRIBE {bar}"));
    io.skein.engine.node.TestNode.Client reader = TestPort.clientOf(replica);
    assertEquals("-MOVED " + SLOT + " 10.0.0.1:7000", reader.ask("PFCOUNT {bar}"));
    assertEquals("+OK", reader.ask("READONLY"));
    assertEquals(":0", reader.ask("PFCOUNT {bar}"));
    assertEquals("-MOVED " + SLOT + " 10.0.0.1:7000", reader.ask("SET {bar} x"));
  }

  @Test
  void refusesMovesInTheWordsOfRedis() {
    io.skein.engine.node.TestNode.Client client = TestPort.clientOf(source);
    String me = source.id();
    String other = target.id();
    assertEquals(
        "-ERR I'm not the owner of hash slot 9000",
        client.ask("CLUSTER SETSLOT 9000 MIGRATING " + other));
    assertEquals(
        "-ERR I'm already the owner of hash slot 5",
        client.ask("CLUSTER SETSLOT 5 IMPORTING " + other));
    assertEquals(
        "-ERR I don't know about node nobody", client.ask("CLUSTER SETSLOT 5 MIGRATING nobody"));
    assertEquals(
        "-ERR I don't know about node nobody", client.ask("CLUSTER SETSLOT 9000 IMPORTING nobody"));
    assertEquals("-ERR Unknown node nobody", client.ask("CLUSTER SETSLOT 5 NODE nobody"));
    assertEquals(
        "-ERR Target node is not a master",
        client.ask("CLUSTER SETSLOT 5 MIGRATING " + replica.id()));
    assertEquals(
        "-ERR Target node is not a master", client.ask("CLUSTER SETSLOT 5 NODE " + replica.id()));
    assertEquals("-ERR Invalid or out of range slot", client.ask("CLUSTER SETSLOT 16384 STABLE"));
    client.ask("SET {bar} x");
    assertEquals(
        "-ERR Can't assign hashslot 5061 to a different node while I still hold keys for this hash"
            + " slot.",
        client.ask("CLUSTER SETSLOT 5061 NODE " + other));
    assertEquals(
        "-ERR DB must be empty to perform CLUSTER FLUSHSLOTS.", client.ask("CLUSTER FLUSHSLOTS"));
    assertEquals("+OK", client.ask("CLUSTER SETSLOT 5061 NODE " + me));
  }

  @Test
  void aPrimaryThatGivesItsLastSlotFollowsTheNewOwner() {
    for (int slot = 0; slot <= 5460; slot++) {
      assertEquals(
          ClusterResult.OK, target.request(new ClusterRequest.SetSlotImporting(slot, source.id())));
      assertEquals(
          ClusterResult.OK,
          target.request(new ClusterRequest.SetSlotNode(slot, target.id(), false)));
      assertEquals(
          ClusterResult.OK,
          source.request(new ClusterRequest.SetSlotNode(slot, target.id(), false)));
    }
    network.runUntil(
        "it follows", 5000, () -> target.id().equals(source.view().myself().primaryId()));
    network.runUntil(
        "its replica does, too",
        5000,
        () -> target.id().equals(replica.view().myself().primaryId()));
  }

  @Test
  void thatTheFirstSlotIsNobodysIsToldBeforeThatKeysAreApart() {
    io.skein.engine.node.TestNode.Client client = TestPort.clientOf(source);
    String apart = "-CROSSSLOT Keys in request don't hash to the same slot";
    assertEquals(apart, client.ask("MGET {bar}1 foo"));
    assertEquals("+OK", client.ask("CLUSTER DELSLOTS " + SLOT));
    assertEquals("-CLUSTERDOWN Hash slot not served", client.ask("MGET {bar}1 foo"));
    assertEquals(apart, client.ask("MGET foo {bar}1"));
  }
}
