package io.skein.engine.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What instances and other Sentinels send, taken apart.
class WireParsersTest {
  private static final long SEED = 20_261_123;
  private static final String HELLO =
      "10.0.0.9,26379," + "a".repeat(40) + ",7,mymaster,10.0.0.1,6379,5";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void takesRepliesOutOfAnyPieces() {
    String stream =
        "+PONG\r\n-LOADING x\r\n:-12\r\n$5\r\nab\r\nc\r\n$-1\r\n*-1\r\n*2\r\n:1\r\n*1\r\n$1\r\n*\r\n*0\r\n";
    List<Answer> expected =
        List.of(
            new Answer.Text("PONG"),
            new Answer.Failure("LOADING x"),
            new Answer.Int(-12),
            new Answer.Bulk("ab\r\nc"),
            new Answer.Null(),
            new Answer.NullList(),
            new Answer.Items(
                List.of(new Answer.Int(1), new Answer.Items(List.of(new Answer.Bulk("*"))))),
            new Answer.Items(List.of()));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 200; round++) {
      ReplyParser parser = new ReplyParser();
      List<Answer> answers = new ArrayList<>();
      int at = 0;
      while (at < stream.length()) {
        int to = Math.min(stream.length(), at + 1 + random.nextInt(9));
        parser.add(bytes(stream.substring(at, to)));
        at = to;
        for (Answer answer = parser.next(); answer != null; answer = parser.next()) {
          answers.add(answer);
        }
      }
      assertEquals(expected, answers, "round " + round + " of seed " + SEED);
    }
  }

  @Test
  void breaksOnWhatIsNoReply() {
    for (String stream :
        List.of(
            "hello\r\n",
            "\r\n",
            ":x\r\n",
            "$-2\r\n",
            "$99999999999\r\n",
            "*70000\r\n",
            "%1\r\n",
            "*1\r\n".repeat(20))) {
      ReplyParser parser = new ReplyParser();
      parser.add(bytes(stream));
      assertNull(parser.next(), stream);
      assertTrue(parser.isBroken(), stream);
    }
  }

  @Test
  void survivesAnyBytes() {
    SplittableRandom random = new SplittableRandom(SEED);
    String letters = "+-:$*0123456789\r\n\r\nabc,=_ ";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder noise = new StringBuilder();
      int length = random.nextInt(60);
      for (int i = 0; i < length; i++) {
        noise.append(letters.charAt(random.nextInt(letters.length())));
      }
      ReplyParser parser = new ReplyParser();
      parser.add(bytes(noise.toString()));
      int answers = 0;
      while (parser.next() != null) {
        answers++;
      }
      assertTrue(answers <= noise.length(), "seed " + SEED);
      assertNotNull(InfoReply.parse(noise.toString()));
      Hello hello = Hello.parse(noise.toString());
      assertTrue(hello == null || hello.port() >= 0);
    }
  }

  @Test
  void readsAndWritesHello() {
    Hello hello = Hello.parse(HELLO);
    assertNotNull(hello);
    assertEquals(7, hello.currentEpoch());
    assertEquals("mymaster", hello.primary());
    assertEquals(5, hello.configEpoch());
    assertEquals(HELLO, hello.text());
  }

  @Test
  void refusesHellosThatWouldDoHarm() {
    for (String[] change :
        new String[][] {
          {"26379", "65536"},
          {"26379", "-1"},
          {"26379", "x"},
          {",7,", ",-7,"},
          {",7,", ",18446744073709551615,"},
          {",5", ""},
          {",5", ",5,6"},
          {"10.0.0.9", ""},
          {"10.0.0.1", "10.0.0.1\nsentinel monitor x"},
          {"aaaa", "a\r\na"},
          {"10.0.0.9", "\"10.0.0.9"},
          {"mymaster", ""}
        }) {
      assertNull(Hello.parse(HELLO.replace(change[0], change[1])), change[1]);
    }
  }

  @Test
  void mutatedHellosNeverChangeAConfigurationLine() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < 20_000; round++) {
      char[] mutated = HELLO.toCharArray();
      for (int i = 0; i < 3; i++) {
        mutated[random.nextInt(mutated.length)] = (char) random.nextInt(128);
      }
      @Nullable Hello hello = Hello.parse(new String(mutated));
      if (hello != null) {
        assertFalse((hello.ip() + hello.runId() + hello.primaryHost()).contains("\n"));
      }
    }
  }

  @Test
  void readsInfoOfAPrimary() {
    InfoReply info =
        InfoReply.parse(
            "# Server\r\nrun_id:"
                + "b".repeat(40)
                + "\r\nrole:master\r\nconnected_slaves:3\r\n"
                + "slave0:ip=10.0.0.2,port=6379,state=online,offset=1,lag=0\r\n"
                + "slave1:10.0.0.3,6380,online\r\nslave2:ip=,port=1\r\nslave3:ip=x,port=99999\r\n"
                + "slave_priority:3\r\nmaster_failover_state:no-failover\r\n");
    assertEquals("b".repeat(40), info.runId);
    assertEquals(Role.PRIMARY, info.role);
    assertTrue(info.canFailOver);
    assertNull(info.priority);
    assertEquals(
        List.of(new InfoReply.Listed("10.0.0.2", 6379), new InfoReply.Listed("10.0.0.3", 6380)),
        info.replicas);
  }

  @Test
  void readsInfoOfAReplica() {
    InfoReply info =
        InfoReply.parse(
            "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\nmaster_link_status:down\r\n"
                + "master_link_down_since_seconds:12\r\nslave_priority:0\r\n"
                + "slave_repl_offset:123456789012\r\nreplica_announced:0\r\n");
    assertEquals(Role.REPLICA, info.role);
    assertEquals("10.0.0.1", info.primaryHost);
    assertEquals(6379, info.primaryPort);
    assertEquals(Boolean.FALSE, info.primaryLinkUp);
    assertEquals(12_000, info.linkDownMs);
    assertEquals(0, info.priority);
    assertEquals(123_456_789_012L, info.offset);
    assertEquals(Boolean.FALSE, info.announced);
    assertFalse(info.canFailOver);
  }
}
