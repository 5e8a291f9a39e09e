package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens sockets as the settings say, for clients and for other nodes.
///
/// *Threads*: that of the loop given, except where a method says otherwise.
public final class Sockets {
  private static final RecvByteBufAllocator READ =
      new FixedRecvByteBufAllocator(16 * 1024).maxMessagesPerRead(4);

  /// When a connection that has held more than the second has less than the first left, whoever
  /// feeds it goes on.
  private static final WriteBufferWaterMark MARKS =
      new WriteBufferWaterMark(256 * 1024, 768 * 1024);

  /// How long a loop may take to stop listening.
  private static final long STOP_MS = 1000;

  private final Transport transport;
  private final Settings settings;
  private final ServerLog log;
  private boolean sharing;

  public Sockets(Transport transport, Settings settings, ServerLog log) {
    this.transport = transport;
    this.settings = settings;
    this.log = log;
  }

  /// Listens on `port`, 0 for any, at every address of `bind`.
  ///
  /// @param acceptor makes the handler that takes in connections, told whether those of IPv6 are
  ///   not wanted
  /// @throws IOException when an address that is not optional cannot be listened on; the log says
  ///   why
  public List<Channel> listen(EventLoop loop, int port, Function<Boolean, ChannelHandler> acceptor)
      throws IOException {
    List<Channel> opened = new ArrayList<>();
    int chosen = port;
    for (Bind bind : Bind.all(settings.get(NetworkSettings.BIND))) {
      try {
        opened.add(listen(loop, bind, chosen, acceptor));
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

  /// Listens as [#listen] does in the place of `old`, which is closed, or kept when that fails.
  ///
  /// A socket that is closed keeps its port for some turns of the loop. So both share the port for
  /// that time.
  public List<Channel> relisten(
      List<Channel> old, EventLoop loop, int port, Function<Boolean, ChannelHandler> acceptor)
      throws IOException {
    sharing = true;
    share(old, true);
    List<Channel> opened;
    try {
      opened = port == 0 ? List.of() : listen(loop, port, acceptor);
    } catch (IOException failed) {
      share(old, false);
      throw failed;
    } finally {
      sharing = false;
    }
    closeAll(old);
    stopNow(old);
    share(opened, false);
    return opened;
  }

  /// A channel of io_uring closes its socket only when the loop waits next; who is told that we
  /// listen elsewhere now may connect before that, and would be taken in by the old socket.
  private static void stopNow(List<Channel> closing) throws IOException {
    for (Channel channel : closing) {
      if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket s && s.isOpen()) {
        s.shutdown(true, false);
      }
    }
  }

  private void share(List<Channel> channels, boolean on) {
    for (Channel channel : channels) {
      channel.config().setOption(transport.sharePort(), on);
    }
  }

  /// As [#listen], for a thread that is not the loop's, which waits.
  public List<Channel> listenFromOutside(
      EventLoop loop, int port, Function<Boolean, ChannelHandler> acceptor) throws IOException {
    Listening listening = new Listening(loop, port, acceptor);
    loop.submit(listening).awaitUninterruptibly();
    if (listening.failure != null) {
      throw listening.failure;
    }
    return listening.opened;
  }

  private final class Listening implements Runnable {
    private final EventLoop loop;
    private final int port;
    private final Function<Boolean, ChannelHandler> acceptor;
    private List<Channel> opened = List.of();
    private @Nullable IOException failure;

    Listening(EventLoop loop, int port, Function<Boolean, ChannelHandler> acceptor) {
      this.loop = loop;
      this.port = port;
      this.acceptor = acceptor;
    }

    @Override
    public void run() {
      try {
        opened = listen(loop, port, acceptor);
      } catch (IOException failed) {
        failure = failed;
      }
    }
  }

  private Channel listen(
      EventLoop loop, Bind bind, int port, Function<Boolean, ChannelHandler> acceptor)
      throws IOException {
    InetAddress address = bind.address();
    Transport.Family family = bind.family(address);
    try {
      return listen(loop, address, family, port, acceptor);
    } catch (IOException noIpv6) {
      if (family != Transport.Family.BOTH || !isAbsent(noIpv6)) {
        throw noIpv6;
      }
      InetAddress all4 = InetAddress.getByAddress(new byte[4]);
      return listen(loop, all4, Transport.Family.V4, port, acceptor);
    }
  }

  private Channel listen(
      EventLoop loop,
      InetAddress address,
      Transport.Family family,
      int port,
      Function<Boolean, ChannelHandler> acceptor)
      throws IOException {
    ServerChannel channel = transport.newServerChannel(family);
    channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
    if (sharing) {
      channel.config().setOption(transport.sharePort(), true);
    }
    ChannelHandler handler = acceptor.apply(family == Transport.Family.V4);
    return open(loop, channel, new InetSocketAddress(address, port), handler);
  }

  /// Listens on the unix socket at `path`.
  Channel listenUnix(EventLoop loop, String path, ChannelHandler acceptor) throws IOException {
    SocketAddress address = transport.unixAddress(path);
    return open(loop, transport.newUnixServerChannel(), address, acceptor);
  }

  private Channel open(
      EventLoop loop, ServerChannel channel, SocketAddress address, ChannelHandler acceptor)
      throws IOException {
    channel
        .config()
        .setOption(ChannelOption.SO_BACKLOG, settings.integer(NetworkSettings.TCP_BACKLOG));
    channel.pipeline().addLast(acceptor);
    ChannelFuture registered = loop.register(channel);
    ChannelFuture bound = registered.isSuccess() ? channel.bind(address) : registered;
    Throwable cause = bound.cause();
    if (cause != null) {
      channel.close();
      throw cause instanceof IOException io ? io : new IOException(cause);
    }
    return channel;
  }

  /// Has `loop` serve a connection that was accepted; any thread may call it.
  public void accept(EventLoop loop, Channel channel, ChannelHandler handler) {
    accept(loop, channel, List.of(), handler);
  }

  /// As [#accept(EventLoop, Channel, ChannelHandler)], with handlers before that one, such as what
  /// encrypts the connection.
  public void accept(
      EventLoop loop,
      Channel channel,
      List<? extends ChannelHandler> before,
      ChannelHandler handler) {
    configure(channel);
    if (channel instanceof SocketChannel) {
      keepAlive(channel.config(), settings.integer(NetworkSettings.TCP_KEEPALIVE));
    }
    addLast(channel, before, handler);
    loop.register(channel);
  }

  private static void addLast(
      Channel channel, List<? extends ChannelHandler> before, ChannelHandler handler) {
    for (ChannelHandler first : before) {
      channel.pipeline().addLast(first);
    }
    channel.pipeline().addLast(handler);
  }

  /// Begins to connect to `host`, a name or an address; any thread may call it.
  public ChannelFuture connect(
      EventLoop loop, Channel channel, ChannelHandler handler, String host, int port) {
    return connect(loop, channel, List.of(), handler, host, port);
  }

  /// As [#connect(EventLoop, Channel, ChannelHandler, String, int)], with handlers before that one.
  public ChannelFuture connect(
      EventLoop loop,
      Channel channel,
      List<? extends ChannelHandler> before,
      ChannelHandler handler,
      String host,
      int port) {
    configure(channel);
    if (channel instanceof SocketChannel) {
      keepAlive(channel.config(), settings.integer(NetworkSettings.TCP_KEEPALIVE));
    }
    addLast(channel, before, handler);
    ChannelPromise connected = channel.newPromise();
    loop.register(channel)
        .addListener(registered -> {
          if (registered.isSuccess()) {
            connect(channel, host, port, connected);
          } else {
            connected.setFailure(registered.cause());
          }
        });
    return connected;
  }

  private void connect(Channel channel, String host, int port, ChannelPromise connected) {
    String from = settings.get(NetworkSettings.BIND_SOURCE_ADDR);
    try {
      SocketAddress to = new InetSocketAddress(InetAddress.getByName(host), port);
      if (from.isEmpty()) {
        channel.connect(to, connected);
      } else {
        channel.connect(to, new InetSocketAddress(InetAddress.getByName(from), 0), connected);
      }
    } catch (UnknownHostException unknown) {
      channel.close();
      connected.setFailure(unknown);
    }
  }

  /// Whether a connection failed because the other host is alive and nothing listens on the port.
  public static boolean isRefusal(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("refused");
  }

  private void configure(Channel channel) {
    ChannelConfig config = channel.config();
    config.setAllocator(Buffers.ALLOCATOR);
    config.setRecvByteBufAllocator(READ);
    config.setWriteBufferWaterMark(MARKS);
    transport.configure(channel);
    if (channel instanceof SocketChannel) {
      config.setOption(ChannelOption.TCP_NODELAY, true);
    }
  }

  /// Three probes, a third of the idle time apart.
  private void keepAlive(ChannelConfig config, int seconds) {
    if (seconds > 0) {
      Transport.KeepAlive names = transport.keepAlive();
      config.setOption(ChannelOption.SO_KEEPALIVE, true);
      config.setOption(names.idle(), seconds);
      config.setOption(names.interval(), Math.max(1, seconds / 3));
      config.setOption(names.count(), 3);
    }
  }

  /// Whether the machine has no such address, or no such kind of address.
  private static boolean isAbsent(IOException failed) {
    String text = reason(failed);
    return failed instanceof UnknownHostException
        || text.contains("assign requested address")
        || text.contains("not supported")
        || text.contains("not available");
  }

  /// The operating system's words for a failure that Netty reports.
  static String reason(IOException failed) {
    String text = String.valueOf(failed.getMessage());
    int code = text.lastIndexOf("): ");
    return code < 0 ? text : text.substring(code + "): ".length());
  }

  /// Closes sockets that are listened on, for a thread that is not the loop's: whoever sees after
  /// this that a connection is closed finds nobody listening.
  static void stopAndClose(List<Channel> channels) {
    for (Channel channel : channels) {
      // On its loop, so that nobody else closes it meanwhile and reports a failure to accept.
      channel
          .eventLoop()
          .submit(() -> {
            channel.close();
            stopNow(List.of(channel));
            return null;
          })
          .awaitUninterruptibly(STOP_MS);
    }
  }

  static void closeAll(List<Channel> channels) {
    for (Channel channel : channels) {
      channel.close();
    }
  }
}
