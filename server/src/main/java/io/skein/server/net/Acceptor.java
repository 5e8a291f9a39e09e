package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.NetworkSettings;
import io.skein.server.log.ServerLog;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/// Gives each connection that a listening socket accepts to one of the loops.
final class Acceptor extends ChannelInboundHandlerAdapter {
  private static final RecvByteBufAllocator READ =
      new FixedRecvByteBufAllocator(16 * 1024).maxMessagesPerRead(4);

  /// Nobody asks whether a channel is writable; limits are the engine's.
  private static final WriteBufferWaterMark NO_MARK =
      new WriteBufferWaterMark(Integer.MAX_VALUE - 1, Integer.MAX_VALUE);

  private final DataPlane plane;
  private final ServerLog log;
  private final boolean only4;

  /// @param only4 whether clients of IPv6 are turned away
  Acceptor(DataPlane plane, ServerLog log, boolean only4) {
    this.plane = plane;
    this.log = log;
    this.only4 = only4;
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    Channel channel = (Channel) message;
    if (only4
        && channel.remoteAddress() instanceof InetSocketAddress remote
        && remote.getAddress() instanceof Inet6Address) {
      channel.unsafe().closeForcibly();
      return;
    }
    DataLoop loop = plane.nextLoop();
    configure(channel);
    channel.pipeline().addLast(new ClientConnection(plane, loop));
    loop.register(channel);
  }

  private void configure(Channel channel) {
    ChannelConfig config = channel.config();
    config.setAllocator(Buffers.ALLOCATOR);
    config.setRecvByteBufAllocator(READ);
    config.setWriteBufferWaterMark(NO_MARK);
    config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    plane.transport().configure(channel);
    if (channel instanceof SocketChannel) {
      config.setOption(ChannelOption.TCP_NODELAY, true);
      keepAlive(config, plane.settings().integer(NetworkSettings.TCP_KEEPALIVE));
    }
  }

  /// Three probes, a third of the idle time apart.
  private void keepAlive(ChannelConfig config, int seconds) {
    if (seconds > 0) {
      Transport.KeepAlive names = plane.transport().keepAlive();
      config.setOption(ChannelOption.SO_KEEPALIVE, true);
      config.setOption(names.idle(), seconds);
      config.setOption(names.interval(), Math.max(1, seconds / 3));
      config.setOption(names.count(), 3);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    log.log(LogLevel.WARNING, "Accepting client connection: " + cause.getMessage());
  }
}
