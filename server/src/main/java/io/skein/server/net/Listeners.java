package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
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
/// *Threads*: the loops of the data plane, under it; except [#open] and [#close].
public final class Listeners {
  private final DataPlane plane;
  private final Settings settings;
  private final ServerLog log;
  private List<Channel> tcp = new ArrayList<>();
  private @Nullable Channel unix;

  public Listeners(DataPlane plane, Settings settings, ServerLog log) {
    this.plane = plane;
    this.settings = settings;
    this.log = log;
  }

  /// Listens on `port` at every address of `bind`, and on the unix socket.
  ///
  /// @param anyPort whether the system chooses the port, which becomes the value of the setting
  /// @throws IOException when a socket that is not optional cannot be opened; the log says which
  public void open(boolean anyPort) throws IOException {
    Opening opening = new Opening(anyPort);
    plane.firstLoop().submit(opening).awaitUninterruptibly();
    if (opening.failure != null) {
      throw opening.failure;
    }
    settings.onChange(
        NetworkSettings.PORT, s -> reopen("Unable to listen on this port. Check server logs."));
    settings.onChange(NetworkSettings.BIND, s -> reopen("Failed to bind to specified addresses."));
  }

  /// What open does, on a loop.
  private final class Opening implements Runnable {
    private final boolean anyPort;
    private @Nullable IOException failure;

    Opening(boolean anyPort) {
      this.anyPort = anyPort;
    }

    @Override
    public void run() {
      try {
        int port = settings.integer(NetworkSettings.PORT);
        if (port != 0 || anyPort) {
          tcp = listen(plane.firstLoop(), anyPort ? 0 : port);
        }
        if (anyPort) {
          InetSocketAddress bound = (InetSocketAddress) tcp.getFirst().localAddress();
          settings.put(NetworkSettings.PORT, (long) bound.getPort());
        }
        listenUnix();
      } catch (IOException failed) {
        failure = failed;
      }
    }
  }

  private void reopen(String refusal) throws ConfigError {
    List<Channel> old = tcp;
    tcp = new ArrayList<>();
    closeAll(old);
    try {
      int port = settings.integer(NetworkSettings.PORT);
      if (port != 0) {
        tcp = listen(plane.currentLoop(), port);
      }
    } catch (IOException failed) {
      throw new ConfigError(refusal);
    }
  }

  private List<Channel> listen(DataLoop loop, int port) throws IOException {
    List<Channel> opened = new ArrayList<>();
    int chosen = port;
    for (Bind bind : Bind.all(settings.get(NetworkSettings.BIND))) {
      try {
        opened.add(bind(loop, bind, chosen));
        chosen = ((InetSocketAddress) opened.getFirst().localAddress()).getPort();
      } catch (IOException failed) {
        if (bind.optional() && isAbsent(failed)) {
          continue;
        }
        log.warning(
            "Could not create server TCP listening socket "
                + (bind.host() + ":" + port + ": " + reason(failed)));
        closeAll(opened);
        throw failed;
      }
    }
    return opened;
  }

  private Channel bind(DataLoop loop, Bind bind, int port) throws IOException {
    InetAddress address = bind.address();
    Transport.Family family = bind.family(address);
    try {
      return bind(loop, address, family, port);
    } catch (IOException noIpv6) {
      if (family != Transport.Family.BOTH || !isAbsent(noIpv6)) {
        throw noIpv6;
      }
      return bind(loop, InetAddress.getByAddress(new byte[4]), Transport.Family.V4, port);
    }
  }

  private Channel bind(DataLoop loop, InetAddress address, Transport.Family family, int port)
      throws IOException {
    ServerChannel channel = plane.transport().newServerChannel(family);
    channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
    return open(loop, channel, new InetSocketAddress(address, port), family);
  }

  private Channel open(
      DataLoop loop, ServerChannel channel, SocketAddress address, Transport.Family family)
      throws IOException {
    channel
        .config()
        .setOption(ChannelOption.SO_BACKLOG, settings.integer(NetworkSettings.TCP_BACKLOG));
    channel.pipeline().addLast(new Acceptor(plane, log, family == Transport.Family.V4));
    ChannelFuture registered = loop.register(channel);
    ChannelFuture bound = registered.isSuccess() ? channel.bind(address) : registered;
    Throwable cause = bound.cause();
    if (cause != null) {
      channel.close();
      throw cause instanceof IOException io ? io : new IOException(cause);
    }
    return channel;
  }

  /// Whether the machine has no such address, or no such kind of address.
  private static boolean isAbsent(IOException failed) {
    String text = reason(failed);
    return failed instanceof UnknownHostException
        || text.contains("assign requested address")
        || text.contains("not supported")
        || text.contains("not available");
  }

  private static String reason(IOException failed) {
    String text = String.valueOf(failed.getMessage());
    int colon = text.lastIndexOf("failed: ");
    return colon < 0 ? text : text.substring(colon + "failed: ".length());
  }

  private void listenUnix() throws IOException {
    String path = settings.get(NetworkSettings.UNIXSOCKET);
    if (path.isEmpty()) {
      return;
    }
    try {
      Files.deleteIfExists(Path.of(path));
      Transport transport = plane.transport();
      unix =
          open(
              plane.firstLoop(),
              transport.newUnixServerChannel(),
              transport.unixAddress(path),
              Transport.Family.BOTH);
      int mode = settings.integer(NetworkSettings.UNIXSOCKETPERM);
      if (mode != 0) {
        Files.setPosixFilePermissions(Path.of(path), permissions(mode));
      }
    } catch (IOException failed) {
      log.warning("Failed opening Unix socket: bind: " + reason(failed));
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

  /// Accepts no more clients, and removes the unix socket.
  public void close() {
    closeAll(tcp);
    if (unix != null) {
      unix.close().awaitUninterruptibly(1000);
      try {
        Files.deleteIfExists(Path.of(settings.get(NetworkSettings.UNIXSOCKET)));
      } catch (IOException left) {
        log.warning("Failed removing the unix socket file: " + left.getMessage());
      }
    }
  }

  private static void closeAll(List<Channel> channels) {
    for (Channel channel : channels) {
      channel.close();
    }
  }
}
