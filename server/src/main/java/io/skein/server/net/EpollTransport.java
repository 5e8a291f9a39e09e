package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// epoll, for kernels without io_uring or where it is forbidden.
final class EpollTransport implements Transport {
  static boolean isAvailable() {
    return Epoll.isAvailable();
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public IoHandlerFactory ioHandlers() {
    return EpollIoHandler.newFactory();
  }

  @Override
  public ServerChannel newServerChannel(Family family) {
    EpollServerSocketChannel channel =
        new EpollServerSocketChannel(
            family == Family.V4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
    if (family == Family.V6) {
      channel.config().setOption(new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26), 1);
    }
    return channel;
  }

  @Override
  public ServerChannel newUnixServerChannel() {
    return new EpollServerDomainSocketChannel();
  }

  @Override
  public Channel newChannel() {
    return new EpollSocketChannel();
  }

  @Override
  public SocketAddress unixAddress(String path) {
    return new DomainSocketAddress(path);
  }

  @Override
  public ChannelOption<Boolean> sharePort() {
    return UnixChannelOption.SO_REUSEPORT;
  }

  @Override
  public KeepAlive keepAlive() {
    return new KeepAlive(
        EpollChannelOption.TCP_KEEPIDLE,
        EpollChannelOption.TCP_KEEPINTVL,
        EpollChannelOption.TCP_KEEPCNT);
  }

  @Override
  public @Nullable DirectSend directSend(Channel channel) {
    return DirectSend.of(channel);
  }

  @Override
  public void configure(Channel channel) {}
}
