package io.skein.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Finds ports for nodes.
///
/// A port that the system chooses is one that it also gives to outgoing connections: while a node
/// is down, somebody's connection may take it, and the node cannot come back. So these come from
/// below the range that systems choose from (32768 and up), are tried by listening on them, and
/// leave room for the bus, 10000 above.
public final class Ports {
  private static final int LOWEST = 11_000;
  private static final int HIGHEST = 22_000;
  static final int BUS_OFFSET = 10_000;
  private static final int ATTEMPTS = 1000;

  private Ports() {}

  /// A port that is free on the loopback interface, as is the one 10000 above it.
  public static int free() throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port) && isFree(port + BUS_OFFSET)) {
        return port;
      }
    }
    throw new IOException("no free port between " + LOWEST + " and " + HIGHEST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
