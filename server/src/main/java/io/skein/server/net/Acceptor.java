package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandler;
import io.skein.server.log.ServerLog;
import io.skein.server.tls.Tls;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives each connection that a listening socket accepts to one of the loops.
final class Acceptor extends ChannelInboundHandlerAdapter {
  private final DataPlane plane;
  private final Sockets sockets;
  private final ServerLog log;
  private final StartGate gate;
  private final boolean only4;
  private final @Nullable Tls tls;

  /// @param only4 whether clients of IPv6 are turned away
  /// @param tls encrypts the connections, or null for plain ones
  Acceptor(
      DataPlane plane,
      Sockets sockets,
      ServerLog log,
      StartGate gate,
      boolean only4,
      @Nullable Tls tls) {
    this.plane = plane;
    this.sockets = sockets;
    this.log = log;
    this.gate = gate;
    this.only4 = only4;
    this.tls = tls;
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
    gate.pass(() -> admit(channel));
  }

  private void admit(Channel channel) {
    DataLoop loop = plane.nextLoop();
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    List<SslHandler> encryption = tls == null ? List.of() : List.of(encryption(tls, channel));
    sockets.accept(loop, channel, encryption, new ClientConnection(plane, loop, tls != null));
  }

  private SslHandler encryption(Tls with, Channel channel) {
    SslHandler handler = with.accepted(Buffers.ALLOCATOR, false);
    handler
        .handshakeFuture()
        .addListener(done -> {
          if (!done.isSuccess()) {
            log.verbose(
                "Error accepting a client connection: "
                    + done.cause().getMessage()
                    + (" (addr=" + Addresses.text(channel.remoteAddress(), "") + ")"));
          }
        });
    return handler;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (!from.channel().isActive()) {
      return; // what was waited for ended with the socket
    }
    log.warning("Accepting client connection: " + cause.getMessage());
  }
}
