package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/// An event loop that closes its channels before it ends.
///
/// A channel of io_uring closes in steps that need the loop: when the loop is merely shut down, its
/// sockets stay open for as long as the process lives.
public class ClosingLoop extends SingleThreadIoEventLoop {
  private static final long CLOSE_MS = 2000;

  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  public ClosingLoop(ThreadFactory threads, IoHandlerFactory ioHandlers) {
    super(null, threads, ioHandlers);
  }

  @Override
  public ChannelFuture register(Channel channel) {
    channels.add(channel);
    return super.register(channel);
  }

  @Override
  public ChannelFuture register(ChannelPromise promise) {
    channels.add(promise.channel());
    return super.register(promise);
  }

  /// Closes all channels and ends; waits for it, so it is not for a thread of a loop.
  public void closeAndEnd() {
    channels.close().awaitUninterruptibly(CLOSE_MS);
    shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(CLOSE_MS);
  }
}
