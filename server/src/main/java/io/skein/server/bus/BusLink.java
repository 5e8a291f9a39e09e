package io.skein.server.bus;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.server.net.Addresses;

/// One connection of the bus.
///
/// *Threads*: the control plane's loop; [#send] and [#close] under the machine's lock.
final class BusLink extends ChannelInboundHandlerAdapter {
  /// A change of the unsent bytes that the machine is told of.
  private static final long MUCH_BYTES = 16 * 1024;

  private final ControlPlane plane;
  private final long id;
  private final Channel channel;
  private final boolean accepted;
  private final Ready ready;
  private long reportedBytes;

  /// From when on the other node is known, and messages may be exchanged.
  enum Ready {
    /// When the connection stands.
    CONNECTED,
    /// When both have agreed on keys.
    ENCRYPTED,
    /// When both have shown that they know the secret.
    PROVEN
  }

  BusLink(ControlPlane plane, long id, Channel channel, boolean accepted, Ready ready) {
    this.plane = plane;
    this.id = id;
    this.channel = channel;
    this.accepted = accepted;
    this.ready = ready;
  }

  void send(byte[] bytes) {
    channel.writeAndFlush(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
  }

  void close() {
    channel.close();
  }

  /// The bytes not sent yet.
  long unsentBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /// The bytes not sent yet if they have changed much since this was asked last, or -1.
  long changedUnsentBytes() {
    long bytes = unsentBytes();
    boolean much = Math.abs(bytes - reportedBytes) >= MUCH_BYTES || bytes == 0;
    if (bytes == reportedBytes || !much) {
      return -1;
    }
    reportedBytes = bytes;
    return bytes;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (ready == Ready.CONNECTED) {
      open();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      if (!done.isSuccess()) {
        plane.closed(id, String.valueOf(done.cause().getMessage()));
        from.close();
      } else if (ready == Ready.ENCRYPTED) {
        open();
      }
    } else if (event instanceof SecretHandler.Proven) {
      open();
    }
  }

  private void open() {
    String local = Addresses.ip(channel.localAddress());
    String remote = Addresses.ip(channel.remoteAddress());
    plane.on(
        accepted
            ? new ClusterEvent.LinkAccepted(id, local, remote)
            : new ClusterEvent.LinkOpened(id, local, remote));
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    plane.received(id, bytes);
  }

  @Override
  public void channelInactive(ChannelHandlerContext gone) {
    plane.closed(id, "closed by the other node");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    plane.closed(id, String.valueOf(cause.getMessage()));
    from.close();
  }
}
