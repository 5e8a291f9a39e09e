package io.skein.server.net;

import io.netty.channel.Channel;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.NumberSetting;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import io.skein.server.log.ServerLog;
import io.skein.server.tls.Tls;
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
  private final Tls tls;
  private final StartGate gate = new StartGate();
  private final Group plain = new Group(NetworkSettings.PORT, "tcp", false);
  private final Group encrypted = new Group(TlsSettings.TLS_PORT, "tls", true);
  private volatile @Nullable Channel unix;
  private String failed = "";

  public Listeners(DataPlane plane, Settings settings, Tls tls, ServerLog log) {
    this.plane = plane;
    this.settings = settings;
    this.tls = tls;
    this.log = log;
    this.sockets = new Sockets(plane.transport(), settings, log);
  }

  /// Listens on `port` and `tls-port` at every address of `bind`, and on the unix socket.
  ///
  /// @param anyPort whether the system chooses the plain port, which becomes the value of the
  ///   setting
  /// @throws IOException when a socket that is not optional cannot be opened; the log says which
  public void open(boolean anyPort) throws IOException {
    plain.open(anyPort);
    encrypted.open(false);
    String path = settings.get(NetworkSettings.UNIXSOCKET);
    if (!path.isEmpty()) {
      openUnix(path);
    }
    String taken = "Unable to listen on this port. Check server logs.";
    settings.onChange(NetworkSettings.PORT, s -> plain.reopen(taken));
    settings.onChange(TlsSettings.TLS_PORT, s -> encrypted.reopen(taken));
    settings.onChange(
        NetworkSettings.BIND,
        s -> {
          plain.reopen("Failed to bind to specified addresses.");
          encrypted.reopen("Failed to bind to specified addresses.");
        });
  }

  /// The node serves, or loads: clients are admitted from now on.
  public void admit() {
    gate.open();
  }

  /// The port, and what for, that could not be listened on.
  public String failedPort() {
    return failed;
  }

  /// The sockets of one port.
  private final class Group {
    private final NumberSetting port;
    private final String name;
    private final boolean isEncrypted;
    private volatile List<Channel> channels = List.of();
    private @Nullable Place current;

    Group(NumberSetting port, String name, boolean isEncrypted) {
      this.port = port;
      this.name = name;
      this.isEncrypted = isEncrypted;
    }

    void open(boolean anyPort) throws IOException {
      int wanted = settings.integer(port);
      if (anyPort || wanted != 0) {
        failed = wanted + " (" + name + ")";
        channels =
            sockets.listenFromOutside(plane.firstLoop(), anyPort ? 0 : wanted, this::acceptor);
      }
      if (anyPort) {
        InetSocketAddress bound = (InetSocketAddress) channels.getFirst().localAddress();
        settings.put(port, (long) bound.getPort());
      }
      current = place();
    }

    private Acceptor acceptor(boolean only4) {
      return new Acceptor(plane, sockets, log, gate, only4, isEncrypted ? tls : null);
    }

    void reopen(String refusal) throws ConfigError {
      Place wanted = place();
      if (!wanted.equals(current)) {
        if (isEncrypted && wanted.port() != 0) {
          tls.prepare();
        }
        try {
          channels = sockets.relisten(channels, plane.currentLoop(), wanted.port(), this::acceptor);
          current = wanted;
        } catch (IOException failure) {
          throw new ConfigError(refusal);
        }
      }
    }

    private Place place() {
      return new Place(settings.get(NetworkSettings.BIND), settings.integer(port));
    }

    boolean isOpen() {
      return !channels.isEmpty();
    }

    String describe() {
      StringBuilder line = new StringBuilder("name=" + name);
      for (String address : settings.get(NetworkSettings.BIND)) {
        line.append(",bind=").append(address);
      }
      return line.append(",port=").append(settings.integer(port)).toString();
    }

    void close() {
      Sockets.stopAndClose(channels);
    }
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
              unix =
                  sockets.listenUnix(
                      plane.firstLoop(),
                      path,
                      new Acceptor(plane, sockets, log, gate, false, null));
            } catch (IOException unopened) {
              failure[0] = unopened;
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
    } catch (IOException failure) {
      log.warning("Failed opening Unix socket: bind: " + Sockets.reason(failure));
      throw failure;
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
    return plain.isOpen();
  }

  /// Whether clients are awaited on TCP who encrypt what they send.
  public boolean hasTls() {
    return encrypted.isOpen();
  }

  /// Whether clients are awaited on a unix socket.
  public boolean hasUnix() {
    return unix != null;
  }

  /// A line for each kind of listener, as INFO shows it.
  public List<String> describe() {
    List<String> lines = new ArrayList<>(3);
    if (hasTcp()) {
      lines.add(plain.describe());
    }
    if (hasUnix()) {
      lines.add("name=unix,bind=" + settings.get(NetworkSettings.UNIXSOCKET));
    }
    if (hasTls()) {
      lines.add(encrypted.describe());
    }
    return lines;
  }

  /// Accepts no more clients, and removes the unix socket.
  ///
  /// @param says whether the log tells of it
  public void close(boolean says) {
    plain.close();
    encrypted.close();
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
