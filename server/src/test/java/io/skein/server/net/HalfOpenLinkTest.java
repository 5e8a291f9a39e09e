package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Links of replication on which one end says nothing more, and does not close them either.
class HalfOpenLinkTest {
  private static final int PATIENCE = 1200;
  private static final long PAUSE_NANOS = 50_000_000;
  private static final String ID = "e".repeat(40);

  @TempDir Path directory;

  @Test
  void aPrimaryThatNeverAnswersIsGivenUpAndTriedAgain() throws Exception {
    silentPrimary("", "Timeout connecting to the MASTER...");
  }

  @Test
  void aPrimaryThatStopsInTheHandshakeIsGivenUp() throws Exception {
    silentPrimary("+PONG\r\n+OK\r\n", "Timeout connecting to the MASTER...");
  }

  @Test
  void aPrimaryThatStopsInASnapshotIsGivenUp() throws Exception {
    String begun = "+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 7\r\n$1000\r\nREDIS0010";
    silentPrimary(begun, "Timeout receiving bulk data from MASTER...");
  }

  @Test
  void aPrimaryThatFallsSilentWhenItIsFollowedIsGivenUp() throws Exception {
    // An RDB file without keys or checksum, and then nothing.
    String empty = "REDIS0010\u00ff" + "\0".repeat(8);
    String begun = "+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 7\r\n$18\r\n" + empty;
    silentPrimary(begun, "MASTER timeout: no data nor PING received...");
  }

  /// A primary that sends `script` at once to whoever connects, and nothing else.
  private void silentPrimary(String script, String logged) throws Exception {
    try (RunningServer skein = RunningServer.start(directory, "--repl-timeout", "1");
        RespClient client = skein.connect();
        Mute mute = new Mute(script)) {
      client.call("REPLICAOF", "127.0.0.1", Integer.toString(mute.port()));
      await("two attempts", () -> mute.count() >= 2);
      assertTrue(skein.log().contains(logged), skein.log());
      await("its role is changed", () -> client.call("REPLICAOF", "NO", "ONE").equals("+OK"));
      assertEquals("+OK", client.call("SET", "k", "v"));
    }
  }

  @Test
  void aReplicaThatConfirmsNothingIsDropped() throws Exception {
    try (RunningServer skein = RunningServer.start(directory, "--repl-timeout", "1");
        RespClient client = skein.connect();
        RespClient silent = skein.connect()) {
      client.call("CONFIG", "SET", "repl-diskless-sync", "no");
      silent.send("PSYNC ? -1\r\n");
      await(
          "it is a replica",
          () -> client.call("INFO", "replication").contains("connected_slaves:1"));
      await(
          "it is dropped", () -> client.call("INFO", "replication").contains("connected_slaves:0"));
      assertTrue(skein.log().contains("Disconnecting timedout replica (streaming sync)"));
    }
  }

  @Test
  void aReplicaThatDoesNotReadASnapshotIsDropped() throws Exception {
    for (String diskless : List.of("yes", "no")) {
      Path own = java.nio.file.Files.createDirectory(directory.resolve(diskless));
      try (RunningServer skein =
              RunningServer.start(
                  own,
                  "--repl-timeout",
                  "1",
                  "--repl-diskless-sync",
                  diskless,
                  "--repl-diskless-sync-delay",
                  "0");
          RespClient client = skein.connect();
          RespClient stuck = skein.connect()) {
        // More than the sockets of both ends hold, and nothing that can be compressed.
        byte[] random = new byte[1 << 20];
        new Random(1).nextBytes(random);
        String value = new String(random, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 60; i++) {
          client.call("SET", "key:" + i, value);
        }
        assertEquals("+OK", stuck.call("REPLCONF", "capa", "eof"));
        stuck.send("PSYNC ? -1\r\n");
        await(
            "it is a replica",
            () -> client.call("INFO", "replication").contains("connected_slaves:1"));
        await(
            "it is dropped",
            () -> client.call("INFO", "replication").contains("connected_slaves:0"));
        String log = skein.log();
        assertTrue(log.contains("Disconnecting timedout replica (full sync)"), log);
      }
    }
  }

  /// Something that comes true.
  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    for (int i = 0; i < PATIENCE && !condition.holds(); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    assertTrue(condition.holds(), what + " within a minute");
  }

  /// Accepts connections, sends each the same, and reads what comes without a word.
  private static final class Mute implements AutoCloseable {
    private final ServerSocket listening;
    private final byte[] script;
    private final List<Socket> sockets = new ArrayList<>();
    private final Thread thread = new Thread(this::serve, "mute");

    Mute(String latin1) throws IOException {
      script = latin1.getBytes(StandardCharsets.ISO_8859_1);
      listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      thread.start();
    }

    int port() {
      return listening.getLocalPort();
    }

    synchronized int count() {
      return sockets.size();
    }

    private synchronized void add(Socket socket) {
      sockets.add(socket);
    }

    private void serve() {
      try {
        while (true) {
          Socket socket = listening.accept();
          add(socket);
          if (script.length > 0) {
            // Whoever answers before it was asked is not listened to.
            InputStream in = socket.getInputStream();
            if (in.read() >= 0) {
              socket.getOutputStream().write(script);
            }
          }
        }
      } catch (IOException closed) {
        // The test is over.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
