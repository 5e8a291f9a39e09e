package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TurnTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private static String request(String... arguments) {
    StringBuilder s = new StringBuilder("*" + arguments.length + "\r\n");
    for (String a : arguments) {
      s.append("$").append(a.length()).append("\r\n").append(a).append("\r\n");
    }
    return s.toString();
  }

  @Test
  void answersRequestsSplitAtEveryByte() {
    String requests =
        request("SET", "key", "value with \r\n inside")
            + "GET key\r\n"
            + request("GET", "key")
            + "*0\r\n\r\n"
            + request("GET", "none");
    String expected =
        "+OK\r\n$20\r\nvalue with \r\n inside\r\n$20\r\nvalue with \r\n inside\r\n$-1\r\n";
    for (int cut = 0; cut <= requests.length(); cut++) {
      client.sendRaw(requests.substring(0, cut));
      String first = client.read();
      client.sendRaw(requests.substring(cut));
      assertEquals(expected, first + client.read(), "cut at " + cut);
    }
  }

  @Test
  void keepsTheOrderOfALongPipelineAcrossBatches() {
    StringBuilder requests = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      requests.append(request("SET", "k" + i % 7, "v" + i)).append(request("GET", "k" + i % 7));
      expected
          .append("+OK\r\n$")
          .append(("v" + i).length())
          .append("\r\nv")
          .append(i)
          .append("\r\n");
    }
    client.sendRaw(requests.toString());
    assertEquals(expected.toString(), client.read());
  }

  @Test
  void isFullWhenAClientSendsWithoutEnd() {
    String get = request("GET", "none");
    int sent = 0;
    while (!node.turn().isFull()) {
      client.sendRaw(get.repeat(1000));
      sent += 1000;
    }
    assertTrue(sent * get.length() < 300_000, "full after " + sent + " requests");
    assertEquals("$-1\r\n".repeat(sent), client.read());
    client.sendRaw(get);
    assertFalse(node.turn().isFull());
  }

  @Test
  void servesInterleavedPiecesOfSeveralClients() {
    SplittableRandom random = new SplittableRandom(7);
    TestNode.Client[] clients = new TestNode.Client[5];
    StringBuilder[] left = new StringBuilder[5];
    StringBuilder[] expected = new StringBuilder[5];
    StringBuilder[] got = new StringBuilder[5];
    for (int c = 0; c < 5; c++) {
      clients[c] = node.connect();
      left[c] = new StringBuilder();
      expected[c] = new StringBuilder();
      got[c] = new StringBuilder();
      for (int i = 0; i < 300; i++) {
        String value = "x".repeat(random.nextInt(300)) + c + "-" + i;
        left[c].append(request("SET", "key" + c, value)).append(request("GET", "key" + c));
        expected[c]
            .append("+OK\r\n$")
            .append(value.length())
            .append("\r\n")
            .append(value)
            .append("\r\n");
      }
    }
    boolean any = true;
    while (any) {
      any = false;
      int pieces = random.nextInt(1, 8);
      for (int p = 0; p < pieces; p++) {
        int c = random.nextInt(5);
        int n = Math.min(left[c].length(), random.nextInt(1, 4000));
        clients[c].sendRaw(left[c].substring(0, n));
        left[c].delete(0, n);
      }
      for (int c = 0; c < 5; c++) {
        got[c].append(clients[c].read());
        any |= left[c].length() > 0;
      }
    }
    for (int c = 0; c < 5; c++) {
      assertEquals(expected[c].toString(), got[c].toString());
    }
  }

  @Test
  void closesOnProtocolErrorsAfterAnsweringWhatCameBefore() {
    client.sendRaw("GET a\r\n*1\r\n!3\r\nfoo\r\nGET a\r\n");
    assertEquals("$-1\r\n-ERR Protocol error: expected '$', got '!'\r\n", client.read());
    assertTrue(client.isClosed());
  }

  @Test
  void neverThrowsOnRandomBytes() {
    SplittableRandom random = new SplittableRandom(42);
    String alphabet = "*$\r\n0123456789-GETSetx \"'\\";
    for (int round = 0; round < 3000; round++) {
      TestNode.Client fuzzed = node.connect();
      for (int piece = 0; piece < 4; piece++) {
        StringBuilder s = new StringBuilder();
        int length = random.nextInt(40);
        for (int i = 0; i < length; i++) {
          s.append(
              random.nextInt(10) == 0
                  ? (char) random.nextInt(256)
                  : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        fuzzed.sendRaw(s.toString());
        fuzzed.read();
      }
      fuzzed.disconnect();
    }
    assertEquals("$-1", client.ask("GET nothing-was-set"));
  }

  @Test
  void namesAnUnknownCommandWithItsArguments() {
    assertEquals(
        "-ERR unknown command 'foo', with args beginning with: 'a' 'b'", client.ask("foo a b"));
    assertEquals("-ERR wrong number of arguments for 'get' command", client.ask("get"));
  }
}
