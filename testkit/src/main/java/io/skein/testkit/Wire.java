package io.skein.testkit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// One connection that a node has opened, or tries to.
///
/// *Threads*: the channel's loop; [#healed] any.
final class Wire extends ChannelDuplexHandler {
  private final Wires wires;
  private volatile @Nullable Channel channel;
  private volatile int port = -1;
  private volatile boolean lossy;

  Wire(Wires wires) {
    this.wires = wires;
  }

  @Override
  public void connect(
      ChannelHandlerContext context,
      SocketAddress remote,
      SocketAddress local,
      ChannelPromise promise)
      throws Exception {
    channel = context.channel();
    port = remote instanceof InetSocketAddress inet ? inet.getPort() : -1;
    wires.opened(this);
    context.channel().closeFuture().addListener(closed -> wires.closed(this));
    if (loses()) {
      context.channel().closeFuture().addListener(closed -> promise.tryFailure(timedOut()));
    } else {
      super.connect(context, remote, local, promise);
    }
  }

  private static IOException timedOut() {
    return new IOException("Connection timed out");
  }

  private boolean loses() {
    if (wires.isCut(port)) {
      lossy = true;
    }
    return lossy;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (loses()) {
      ReferenceCountUtil.release(message);
      promise.trySuccess();
    } else {
      super.write(context, message, promise);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (loses()) {
      ReferenceCountUtil.release(message);
    } else {
      super.channelRead(context, message);
    }
  }

  /// The wire to `healed` is whole again: what has lost bytes cannot go on.
  void healed(int healed) {
    Channel open = channel;
    if (open != null && port == healed && lossy) {
      open.close();
    }
  }
}
