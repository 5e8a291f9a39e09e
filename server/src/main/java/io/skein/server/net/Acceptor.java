package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.skein.server.log.ServerLog;
import java.net.Inet6Address;
import java.net.InetSocketAddress;

/// Gives each connection that a listening socket accepts to one of the loops.
final class Acceptor extends ChannelInboundHandlerAdapter {
  private final DataPlane plane;
  private final Sockets sockets;
  private final ServerLog log;
  private final boolean only4;

  /// @param only4 whether clients of IPv6 are turned away
  Acceptor(DataPlane plane, Sockets sockets, ServerLog log, boolean only4) {
    this.plane = plane;
    this.sockets = sockets;
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
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    sockets.accept(loop, channel, new ClientConnection(plane, loop));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (!from.channel().isActive()) {
      return; // what was waited for ended with the socket
    }
    log.warning("Accepting client connection: " + cause.getMessage());
  }
}
