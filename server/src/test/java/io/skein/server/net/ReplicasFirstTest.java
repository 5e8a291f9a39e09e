package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.BufferedInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that ends between two sends leaves nothing acknowledged that no replica was sent.
class ReplicasFirstTest {
  private static final int WRITES = 2000;

  @TempDir Path directory;

  @Test
  void whatIsAcknowledgedIsOnItsWayToTheReplica() throws Exception {
    try (RunningServer skein = RunningServer.start(directory, "--repl-diskless-sync", "no");
        RespClient client = skein.connect();
        Socket replica = new Socket("127.0.0.1", skein.port())) {
      InputStream stream = new BufferedInputStream(replica.getInputStream());
      send(replica, "PSYNC ? -1\r\n");
      readSnapshot(stream);
      send(replica, "REPLCONF ACK 0\r\n");
      assertEquals("+OK", client.call("SET", "first", "1"));
      readUntil(stream, "first\r\n$1\r\n1\r\n");
      for (int i = 0; i < WRITES; i++) {
        assertEquals("+OK", client.call("SET", "key", Integer.toString(i)));
        assertTrue(stream.available() > 0, "write " + i + " was acknowledged, and not sent");
        readUntil(stream, "\r\n" + i + "\r\n");
      }
    }
  }

  private static void send(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Reads the answer to PSYNC and the file after it.
  private static void readSnapshot(InputStream in) throws Exception {
    readUntil(in, "+FULLRESYNC");
    readUntil(in, "$");
    String length = readUntil(in, "\r\n").strip();
    in.readNBytes(Integer.parseInt(length));
  }

  private static String readUntil(InputStream in, String end) throws Exception {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      text.append((char) in.read());
    }
    return text.toString();
  }
}
