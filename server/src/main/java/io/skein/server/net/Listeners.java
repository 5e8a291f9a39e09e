package io.skein.server.net;

import io.netty.channel.Channel;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The sockets on which clients are awaited.
///
/// *Threads*: [#open] and [#close] that of whoever starts the server; CONFIG SET under the data
/// plane.
public final class Listeners {
  private final DataPlane plane;
  private final Settings settings;
  private final ServerLog log;
  private final Sockets sockets;
  private volatile List<Channel> tcp = List.of();
  private volatile @Nullable Channel unix;
  private @Nullable Place current;

  public Listeners(DataPlane plane, Settings settings, ServerLog log) {
    this.plane = plane;
    this.settings = settings;
    this.log = log;
    this.sockets = new Sockets(plane.transport(), settings, log);
  }

  /// Listens on `port` at every address of `bind`, and on the unix socket.
  ///
  /// @param anyPort whether the system chooses the port, which becomes the value of the setting
  /// @throws IOException when a socket that is not optional cannot be opened; the log says which
  public void open(boolean anyPort) throws IOException {
    int port = settings.integer(NetworkSettings.PORT);
    if (anyPort || port != 0) {
      tcp = sockets.listenFromOutside(plane.firstLoop(), anyPort ? 0 : port, this::acceptor);
    }
    if (anyPort) {
      InetSocketAddress bound = (InetSocketAddress) tcp.getFirst().localAddress();
      settings.put(NetworkSettings.PORT, (long) bound.getPort());
    }
    current = place();
    String path = settings.get(NetworkSettings.UNIXSOCKET);
    if (!path.isEmpty()) {
      openUnix(path);
    }
    settings.onChange(
        NetworkSettings.PORT, s -> reopen("Unable to listen on this port. Check server logs."));
    settings.onChange(NetworkSettings.BIND, s -> reopen("Failed to bind to specified addresses."));
  }

  private Acceptor acceptor(boolean only4) {
    return new Acceptor(plane, sockets, log, only4);
  }

  private void reopen(String refusal) throws ConfigError {
    Place wanted = place();
    if (!wanted.equals(current)) {
      try {
        tcp = sockets.relisten(tcp, plane.currentLoop(), wanted.port(), this::acceptor);
        current = wanted;
      } catch (IOException failed) {
        throw new ConfigError(refusal);
      }
    }
  }

  private Place place() {
    return new Place(settings.get(NetworkSettings.BIND), settings.integer(NetworkSettings.PORT));
  }

  /// Where clients are awaited: a change that was refused finds everything as it was.
  private record Place(List<String> addresses, int port) {}

  private void openUnix(String path) throws IOException {
    try {
      Files.deleteIfExists(Path.of(path));
      @Nullable IOException[] failure = new IOException[1];
      plane
          .firstLoop()
          .submit(() -> {
            try {
              unix = sockets.listenUnix(plane.firstLoop(), path, acceptor(false));
            } catch (IOException failed) {
              failure[0] = failed;
            }
          })
          .awaitUninterruptibly();
      if (failure[0] != null) {
        throw failure[0];
      }
      int mode = settings.integer(NetworkSettings.UNIXSOCKETPERM);
      if (mode != 0) {
        Files.setPosixFilePermissions(Path.of(path), permissions(mode));
      }
    } catch (IOException failed) {
      log.warning("Failed opening Unix socket: bind: " + Sockets.reason(failed));
      throw failed;
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((mode >> (all.length - 1 - i) & 1) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }

  /// Whether clients are awaited on TCP.
  public boolean hasTcp() {
    return !tcp.isEmpty();
  }

  /// Whether clients are awaited on a unix socket.
  public boolean hasUnix() {
    return unix != null;
  }

  /// A line for each kind of listener, as INFO shows it.
  public List<String> describe() {
    List<String> lines = new ArrayList<>(2);
    if (hasTcp()) {
      StringBuilder line = new StringBuilder("name=tcp");
      for (String address : settings.get(NetworkSettings.BIND)) {
        line.append(",bind=").append(address);
      }
      lines.add(line.append(",port=").append(settings.integer(NetworkSettings.PORT)).toString());
    }
    if (hasUnix()) {
      lines.add("name=unix,bind=" + settings.get(NetworkSettings.UNIXSOCKET));
    }
    return lines;
  }

  /// Accepts no more clients, and removes the unix socket.
  ///
  /// @param says whether the log tells of it
  public void close(boolean says) {
    Sockets.closeAll(tcp);
    Channel socket = unix;
    if (socket != null) {
      socket.close().awaitUninterruptibly(1000);
      try {
        if (says) {
          log.notice("Removing the unix socket file.");
        }
        Files.deleteIfExists(Path.of(settings.get(NetworkSettings.UNIXSOCKET)));
      } catch (IOException left) {
        log.warning("Error removing the unix socket file: " + left.getMessage());
      }
    }
  }
}
