package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// What a connection does, over every transport of this machine, with one loop and with three.
@ParameterizedClass
@MethodSource("variants")
class ConnectionTest {
  private final String transport;
  private final String threads;
  @TempDir private Path dir;
  private RunningServer server;

  ConnectionTest(Variant variant) {
    transport = variant.transport();
    threads = variant.threads();
  }

  record Variant(String transport, String threads) {}

  static List<Variant> variants() {
    List<Variant> all = new ArrayList<>(List.of(new Variant("nio", "1"), new Variant("nio", "3")));
    if (EpollTransport.isAvailable()) {
      all.add(new Variant("epoll", "1"));
    }
    if (UringTransport.isAvailable()) {
      all.add(new Variant("io_uring", "1"));
      all.add(new Variant("io_uring", "3"));
    }
    return all;
  }

  private RespClient connect(String... options) throws Exception {
    if (server == null) {
      List<String> all = new ArrayList<>(List.of(options));
      all.addAll(List.of("--transport", transport, "--io-threads", threads));
      server = RunningServer.start(dir, all.toArray(new String[0]));
    }
    return server.connect();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @org.junit.jupiter.api.Test
  void answersInOrderHoweverManyRequestsComeAtOnce() throws Exception {
    try (RespClient client = connect()) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < 5000; i++) {
        requests.write(RespClient.request("SET", "key:" + i, "value:" + i));
        requests.write(RespClient.request("GET", "key:" + i));
      }
      client.send(requests.toByteArray());
      for (int i = 0; i < 5000; i++) {
        assertEquals("+OK", client.reply());
        assertEquals("value:" + i, client.reply());
      }
    }
  }

  @org.junit.jupiter.api.Test
  void takesARequestInPiecesCutAnywhere() throws Exception {
    try (RespClient client = connect()) {
      byte[] request = RespClient.request("SET", "k", "a\r\nb");
      for (int cut = 1; cut < request.length; cut++) {
        client.send(java.util.Arrays.copyOfRange(request, 0, cut));
        client.send(java.util.Arrays.copyOfRange(request, cut, request.length));
        assertEquals("+OK", client.reply());
      }
      assertEquals("a\r\nb", client.call("GET", "k"));
    }
  }

  @org.junit.jupiter.api.Test
  void takesInlineRequests() throws Exception {
    try (RespClient client = connect()) {
      client.send("SET a \"b c\"\r\nGET a\n");
      assertEquals("+OK", client.reply());
      assertEquals("b c", client.reply());
    }
  }

  @org.junit.jupiter.api.Test
  void closesAfterTellingAProtocolError() throws Exception {
    try (RespClient client = connect()) {
      client.send("*1\r\n$3\r\nfoo\r\n*x\r\n");
      assertTrue(client.reply().startsWith("-ERR unknown command 'foo'"));
      assertEquals("-ERR Protocol error: invalid multibulk length", client.reply());
      assertTrue(client.isClosedByServer());
    }
  }

  @org.junit.jupiter.api.Test
  void moves50MegabytesEachWay() throws Exception {
    String value = "0123456789".repeat(5 * 1024 * 1024);
    try (RespClient client = connect()) {
      assertEquals("+OK", client.call("SET", "big", value));
      assertEquals(value, client.call("GET", "big"));
    }
  }

  @org.junit.jupiter.api.Test
  void servesManyConnectionsAtOnce() throws Exception {
    List<RespClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        clients.add(connect());
      }
      SplittableRandom random = new SplittableRandom(7);
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < clients.size(); i++) {
          clients.get(i).send(RespClient.request("SET", "c" + i, "v" + round));
        }
        for (RespClient client : clients) {
          assertEquals("+OK", client.reply());
        }
        int one = random.nextInt(clients.size());
        assertEquals("v" + round, clients.get(random.nextInt(300)).call("GET", "c" + one));
      }
    } finally {
      for (RespClient client : clients) {
        client.close();
      }
    }
  }

  @org.junit.jupiter.api.Test
  void answersWhatWasSentBeforeTheEnd() throws Exception {
    try (RespClient client = connect()) {
      client.send("SET last 1\r\nGET last\r\n");
      client.finishSending();
      assertEquals("+OK", client.reply());
      assertEquals("1", client.reply());
      assertTrue(client.isClosedByServer());
    }
  }

  @org.junit.jupiter.api.Test
  void aClientThatDoesNotReadHoldsUpNobody() throws Exception {
    try (RespClient deaf = connect();
        RespClient client = connect()) {
      deaf.call("SUBSCRIBE", "news");
      client.call("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1000000 0 0");
      String message = "x".repeat(10_000);
      int published = 0;
      while (client.call("PUBLISH", "news", message).equals(":1")) {
        assertTrue(++published < 10_000, "never disconnected");
      }
    }
  }

  @org.junit.jupiter.api.Test
  void turnsAwayClientsAboveMaxclients() throws Exception {
    try (RespClient first = connect("--maxclients", "2");
        RespClient second = server.connect()) {
      assertEquals("+OK", first.call("SET", "a", "1"));
      assertEquals("+OK", second.call("SET", "a", "2"));
      try (RespClient third = server.connect()) {
        assertEquals("-ERR max number of clients reached", third.reply());
        assertTrue(third.isClosedByServer());
      }
    }
    try (RespClient again = server.connect()) {
      String reply = again.call("GET", "a");
      assertTrue(reply.equals("2") || reply.startsWith("-ERR max"), reply);
    }
  }

  @org.junit.jupiter.api.Test
  void losesTheSessionOfAClientThatIsGone() throws Exception {
    connect("--maxclients", "1").close();
    IOException last = null;
    for (int i = 0; i < 1000; i++) {
      try (RespClient next = server.connect()) {
        if (next.call("SET", "a", "1").equals("+OK")) {
          return;
        }
      } catch (IOException refused) {
        last = refused;
      }
    }
    throw new AssertionError("no room again", last);
  }

  @org.junit.jupiter.api.Test
  void listensElsewhereWhenTold() throws Exception {
    try (RespClient client = connect()) {
      int old = server.port();
      String me = runId(client);
      int other = freePort();
      while (!client.call("CONFIG", "SET", "port", Integer.toString(other)).equals("+OK")) {
        other = freePort(); // somebody was faster
      }
      try (RespClient there = new RespClient("127.0.0.1", other)) {
        assertEquals(me, runId(there));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (isServedBy(me, old)) {
        assertTrue(System.nanoTime() < end, "still listens on the old port");
      }
    }
  }

  /// Whether a server listens on `port`, as far as a connection can tell.
  ///
  /// A socket that is closed accepts for some turns of its loop. And the port may be another's
  /// soon: a server's of another test, or the very one from which we connect.
  private static boolean isServedBy(String runId, int port) {
    try (RespClient client = new RespClient("127.0.0.1", port)) {
      return runId(client).equals(runId);
    } catch (ConnectException refused) {
      return false;
    } catch (IOException closed) {
      return true; // perhaps by a socket that was about to go: to be asked again
    }
  }

  private static String runId(RespClient client) throws IOException {
    return client
        .call("INFO", "server")
        .lines()
        .filter(line -> line.startsWith("run_id:"))
        .findFirst()
        .orElse("");
  }

  private static int freePort() throws IOException {
    try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
