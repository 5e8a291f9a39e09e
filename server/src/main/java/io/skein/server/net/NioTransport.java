package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/// The JDK's own selectors, which work everywhere.
final class NioTransport implements Transport {
  @Override
  public String name() {
    return "nio";
  }

  @Override
  public IoHandlerFactory ioHandlers() {
    return NioIoHandler.newFactory();
  }

  @Override
  public ServerChannel newServerChannel(Family family) {
    return new NioServerSocketChannel(
        SelectorProvider.provider(),
        family == Family.V4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6);
  }

  @Override
  public ServerChannel newUnixServerChannel() {
    return new NioServerDomainSocketChannel();
  }

  @Override
  public Channel newChannel() {
    return new NioSocketChannel();
  }

  @Override
  public SocketAddress unixAddress(String path) {
    return UnixDomainSocketAddress.of(path);
  }

  @Override
  public ChannelOption<Boolean> sharePort() {
    return NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT);
  }

  @Override
  public KeepAlive keepAlive() {
    return new KeepAlive(
        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
        NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
  }

  @Override
  public @Nullable DirectSend directSend(Channel channel) {
    return null;
  }

  @Override
  public void configure(Channel channel) {}
}
