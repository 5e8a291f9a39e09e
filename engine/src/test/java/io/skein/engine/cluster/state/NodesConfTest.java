package io.skein.engine.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodesConfTest {
  private static final String A = "a".repeat(40);
  private static final String B = "b".repeat(40);
  private static final String C = "c".repeat(40);
  private static final String SHARD = "d".repeat(40);

  private static final String FILE_7_2 =
      A
          + " 127.0.0.1:7000@17000,,tls-port=0,shard-id="
          + SHARD
          + " myself,master - 0 1700000000000 3 connected 0-5460 [5->-"
          + C
          + "] [9000-<-"
          + C
          + "]\n"
          + B
          + " 127.0.0.1:7001@17001,host.example,tls-port=0,nodename=bee,shard-id="
          + SHARD
          + " slave,fail?,nofailover "
          + A
          + " 1700000000001 1700000000000 3 disconnected\n"
          + C
          + " ::1:7002@17002,,tls-port=0,shard-id="
          + C
          + " master,fail - 0 0 2 connected 5461 9000-9002\n"
          + "vars currentEpoch 9 lastVoteEpoch 8\n";

  private static final String FILE_7_0 =
      B
          + " 127.0.0.1:7001@17001 slave "
          + A
          + " 0 1700000000000 3 connected\n"
          + A
          + " 127.0.0.1:7000@17000,host.example myself,master - 0 0 3 connected 0-5460\n"
          + "vars currentEpoch 3 lastVoteEpoch 0\n\n\n";

  @Test
  void readsTheFileOfRedis72() {
    NodesConf conf = NodesConf.parse(FILE_7_2, false);
    assertEquals(A, conf.myselfId());
    assertEquals(9, conf.currentEpoch());
    assertEquals(8, conf.lastVoteEpoch());
    NodeLine b = conf.nodes().get(1);
    assertEquals("host.example", b.hostname());
    assertEquals("bee", b.humanNodename());
    assertEquals(A, b.primaryId());
    assertEquals(NodeFlags.REPLICA | NodeFlags.PFAIL | NodeFlags.NOFAILOVER, b.flags());
    NodeLine c = conf.nodes().get(2);
    assertEquals(new ClusterNode.Address("::1", 7002, 0, 17002), c.address());
    assertEquals(SlotSet.of(5461, 9000, 9001, 9002), c.slots());
  }

  @Test
  void writesBackTheSameFile() {
    Membership members =
        new Membership(new Random(1), NodesConf.parse(FILE_7_2, false), 1_700_000_000_000L);
    String written = NodesConf.encode(members);
    assertEquals(
        FILE_7_2
            .replace("1700000000001", "1700000000000")
            .replace("fail - 0 0 2 connected", "fail - 0 0 2 disconnected"),
        written);
    assertEquals(NodesConf.parse(written, false).nodes().size(), 3);
  }

  @Test
  void readsTheFileOfRedis70() {
    Membership members =
        new Membership(new Random(1), NodesConf.parse(FILE_7_0, false), 1_700_000_000_000L);
    ClusterNode replica = members.nodes().get(0);
    assertEquals(members.myself().shardId(), replica.shardId());
    assertEquals(members.myself(), replica.primary());
    assertEquals("host.example", members.myself().hostname());
    assertEquals(5461, members.myself().slotCount());
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    assertEquals("line 1: is cut off", refusal(FILE_7_2.substring(0, 30)));
    assertEquals(
        "line 3: the epochs are missing: the file is cut off",
        refusal(FILE_7_2.substring(0, FILE_7_2.indexOf("vars"))));
    assertEquals("line 4: is cut off", refusal(FILE_7_2.substring(0, FILE_7_2.length() - 1)));
    assertEquals("line 1: malformed node id", refusal(FILE_7_2.replaceFirst("aaaa", "AAAA")));
    assertEquals(
        "line 3: claims slot 5000, as line 1 does", refusal(FILE_7_2.replace("5461", "5000")));
    assertEquals(
        "line 1: names node " + C + ", which no line describes",
        refusal(FILE_7_2.replace("\n" + C, "\n" + "e".repeat(40))));
    assertEquals("line 2: unknown flag fall?", refusal(FILE_7_2.replace("fail?", "fall?")));
    assertEquals("line 3: port out of range", refusal(FILE_7_2.replace("7002@", "77002@")));
    assertEquals("line 4: no node is flagged as myself", refusal(FILE_7_2.replace("myself,", "")));
    assertEquals("line 4: bad currentEpoch", refusal(FILE_7_2.replace("Epoch 9", "Epoch -9")));
  }

  private static String refusal(String text) {
    return String.valueOf(
        assertThrows(NodesConfException.class, () -> NodesConf.parse(text, false)).getMessage());
  }

  @Test
  void readsAnyTextToAStateOrAClearError() {
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? FILE_7_2 : FILE_7_0);
      for (int j = random.nextInt(3); j >= 0; j--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) (random.nextInt(95) + 32));
          case 1 -> text.deleteCharAt(at);
          default -> text.insert(at, text.charAt(random.nextInt(text.length())));
        }
      }
      if (random.nextInt(5) == 0) {
        text.setLength(random.nextInt(text.length()));
      }
      try {
        NodesConf conf = NodesConf.parse(text.toString(), random.nextBoolean());
        Membership members = new Membership(random, conf, 1);
        members.checkInvariants();
        assertEquals(
            conf.nodes().size(), NodesConf.parse(NodesConf.encode(members), false).nodes().size());
      } catch (NodesConfException e) {
        assertTrue(String.valueOf(e.getMessage()).startsWith("line "));
        refused++;
      }
    }
    assertTrue(refused > 5000, "only " + refused + " were refused");
  }
}
