package io.skein.testkit.interop;

import io.skein.testkit.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The only way to a server for everybody else, which can be cut: then bytes vanish on both ways,
/// as in a network that drops packets, and no connection closes before the way is whole again.
///
/// *Threads*: any.
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final Set<Way> ways = ConcurrentHashMap.newKeySet();
  private volatile int target;
  private volatile boolean isCut;

  Relay() throws IOException {
    listener = new ServerSocket(Ports.free(), 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /// Where it leads to.
  void leadTo(int port) {
    target = port;
  }

  void cut() {
    isCut = true;
  }

  /// Makes it whole; what has lost bytes ends.
  void heal() {
    isCut = false;
    ways.forEach(way -> {
      if (way.hasLost) {
        way.close();
      }
    });
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> new Way(client).open());
      }
    } catch (IOException closed) {
      assert listener.isClosed() : closed;
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException gone) {
      assert listener.isClosed() : gone;
    }
    ways.forEach(Way::close);
  }

  /// One connection through the relay.
  private final class Way {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean hasLost;

    Way(Socket client) {
      this.client = client;
    }

    void open() {
      ways.add(this);
      try {
        hasLost = isCut;
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        if (!hasLost) {
          server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 5000);
          Thread.ofVirtual().start(() -> pump(server, client));
        }
        pump(client, server);
      } catch (IOException refused) {
        close();
      }
    }

    private void pump(Socket from, Socket to) {
      byte[] buffer = new byte[16 * 1024];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = hasLost ? OutputStream.nullOutputStream() : to.getOutputStream();
        int count = in.read(buffer);
        while (count >= 0) {
          hasLost |= isCut;
          if (!hasLost) {
            out.write(buffer, 0, count);
          }
          count = in.read(buffer);
        }
      } catch (IOException ended) {
        // Told below.
      }
      if (isCut) {
        hasLost = true;
      } else {
        close();
      }
    }

    void close() {
      ways.remove(this);
      for (Socket socket : new Socket[] {client, server}) {
        try {
          socket.close();
        } catch (IOException gone) {
          assert socket.isClosed() : gone;
        }
      }
    }
  }
}
