package io.skein.server.sentinel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.skein.server.net.Addresses;

/// One connection of a Sentinel to an instance.
///
/// *Threads*: the Sentinel's loop; [#send] and [#close] under the machine's lock.
final class SentinelLink extends ChannelInboundHandlerAdapter {
  private final SentinelPlane plane;
  private final long id;
  private final Channel channel;
  private final boolean encrypted;

  SentinelLink(SentinelPlane plane, long id, Channel channel, boolean encrypted) {
    this.plane = plane;
    this.id = id;
    this.channel = channel;
    this.encrypted = encrypted;
  }

  void send(byte[] bytes) {
    channel.writeAndFlush(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
  }

  void close() {
    channel.close();
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (!encrypted) {
      plane.opened(id, Addresses.ip(channel.localAddress()));
    }
  }

  /// What is encrypted is open when both sides know each other.
  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      if (done.isSuccess()) {
        plane.opened(id, Addresses.ip(channel.localAddress()));
      } else {
        plane.closed(id, String.valueOf(done.cause().getMessage()));
        from.close();
      }
    }
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
    plane.closed(id, "closed by the instance");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    plane.closed(id, String.valueOf(cause.getMessage()));
    from.close();
  }
}
