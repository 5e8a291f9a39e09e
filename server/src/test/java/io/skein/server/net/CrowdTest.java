package io.skein.server.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More connections than anybody serves on purpose.
class CrowdTest {
  @TempDir Path dir;

  /// How many connections this process can have both ends of, up to `wanted`.
  private static int possible(int wanted) {
    long limit = 1024;
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      limit = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
    }
    return (int) Math.min(wanted, (limit - 500) / 2);
  }

  @Test
  void servesTenThousandIdleConnections() throws Exception {
    int count = possible(10_000);
    List<SocketChannel> idle = new ArrayList<>();
    try (RunningServer server = RunningServer.start(dir, "--maxclients", "20000");
        RespClient busy = server.connect()) {
      for (int i = 0; i < count; i++) {
        idle.add(SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port())));
      }
      await(busy, "connected_clients:" + (count + 1));
      Random random = new Random(1);
      for (int i = 0; i < 200; i++) {
        assertEquals("+PONG", busy.call("PING"));
        ping(idle.get(random.nextInt(count)));
      }
      for (SocketChannel channel : idle) {
        channel.close();
      }
      await(busy, "connected_clients:1\r");
    } finally {
      for (SocketChannel channel : idle) {
        channel.close();
      }
    }
  }

  private static void ping(SocketChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
    ByteBuffer reply = ByteBuffer.allocate(7);
    while (reply.hasRemaining()) {
      assertTrue(channel.read(reply) > 0);
    }
    assertEquals("+PONG\r\n", new String(reply.array(), StandardCharsets.US_ASCII));
  }

  private static void await(RespClient client, String text) throws Exception {
    String info = "";
    for (int i = 0; i < 600; i++) {
      info = client.call("INFO", "clients");
      if (info.contains(text)) {
        return;
      }
      LockSupport.parkNanos(50_000_000);
    }
    throw new AssertionError(text + " not in time: " + info);
  }

  @Test
  void outlivesAFloodOfConnectionsThatSendAnything() throws Exception {
    Random random = new Random(2);
    try (RunningServer server = RunningServer.start(dir, "--maxclients", "200");
        RespClient steady = server.connect()) {
      for (int round = 0; round < 10; round++) {
        List<Socket> flood = new ArrayList<>();
        try {
          for (int i = 0; i < 300; i++) {
            Socket socket = new Socket("127.0.0.1", server.port());
            flood.add(socket);
            send(socket, random);
          }
          assertEquals("+PONG", steady.call("PING"));
        } finally {
          for (Socket socket : flood) {
            if (random.nextBoolean()) {
              socket.setSoLinger(true, 0);
            }
            socket.close();
          }
        }
      }
      await(steady, "connected_clients:1\r");
      assertTrue(!steady.call("INFO", "stats").contains("rejected_connections:0\r"));
    }
  }

  private static void send(Socket socket, Random random) {
    byte[] junk = new byte[random.nextInt(2000)];
    random.nextBytes(junk);
    if (random.nextInt(3) == 0 && junk.length > 0) {
      junk[0] = '*';
    }
    try {
      socket.getOutputStream().write(junk);
    } catch (IOException turnedAway) {
      // There were too many already.
    }
  }
}
