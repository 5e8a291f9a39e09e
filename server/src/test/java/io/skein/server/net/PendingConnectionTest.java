package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A connection to another server that is given up while it is still being opened.
final class PendingConnectionTest {
  private static final int ENOUGH = 64;

  @TempDir private Path directory;

  @Test
  void primaryIsGivenUpBeforeItAnswers() throws Exception {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RunningServer server = RunningServer.start(directory);
        RespClient client = server.connect()) {
      fill(full, waiting);
      String port = Integer.toString(full.getLocalPort());
      for (int i = 0; i < 3; i++) {
        assertEquals("+OK", client.call("REPLICAOF", "127.0.0.1", port));
        assertEquals("+OK", client.call("REPLICAOF", "NO", "ONE"));
        assertEquals("+PONG", client.call("PING"));
      }
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /// Connects until nobody is let in any more, as nobody accepts.
  private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
    for (int i = 0; i < ENOUGH; i++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 200);
      } catch (SocketTimeoutException noRoom) {
        return;
      }
    }
  }
}
