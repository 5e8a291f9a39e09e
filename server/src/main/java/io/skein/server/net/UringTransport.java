package io.skein.server.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringBufferRingConfig;
import io.netty.channel.uring.IoUringChannelOption;
import io.netty.channel.uring.IoUringFixedBufferRingAllocator;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringIoHandlerConfig;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// io_uring: one system call per turn of the loop submits all that is to be sent and waits for what
/// arrives; the kernel puts it into buffers of a ring shared by all connections.
final class UringTransport implements Transport {
  private static final short GROUP = 0;
  private static final short RING_BUFFERS = 64;
  private static final int BUFFER_BYTES = 16 * 1024;

  static boolean isAvailable() {
    return IoUring.isAvailable();
  }

  @Override
  public String name() {
    return "io_uring";
  }

  @Override
  public IoHandlerFactory ioHandlers() {
    IoUringIoHandlerConfig config = new IoUringIoHandlerConfig().setSingleIssuer(true);
    if (IoUring.isRegisterBufferRingSupported()) {
      config.setBufferRingConfig(
          IoUringBufferRingConfig.builder()
              .bufferGroupId(GROUP)
              .bufferRingSize(RING_BUFFERS)
              .batchSize(RING_BUFFERS / 4)
              .incremental(false)
              .allocator(new IoUringFixedBufferRingAllocator(Buffers.ALLOCATOR, BUFFER_BYTES))
              .build());
    }
    return IoUringIoHandler.newFactory(config);
  }

  @Override
  public ServerChannel newServerChannel(Family family) {
    IoUringServerSocketChannel channel = new IoUringServerSocketChannel();
    if (family == Family.V6) {
      channel.config().setOption(new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26), 1);
    }
    return channel;
  }

  @Override
  public ServerChannel newUnixServerChannel() {
    return new IoUringServerDomainSocketChannel();
  }

  @Override
  public Channel newChannel() {
    IoUringSocketChannel channel = new IoUringSocketChannel();
    configure(channel);
    return channel;
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
        IoUringChannelOption.TCP_KEEPIDLE,
        IoUringChannelOption.TCP_KEEPINTVL,
        IoUringChannelOption.TCP_KEEPCNT);
  }

  @Override
  public @Nullable DirectSend directSend(Channel channel) {
    return DirectSend.of(channel);
  }

  @Override
  public void configure(Channel channel) {
    if (IoUring.isRegisterBufferRingSupported()) {
      channel.config().setOption(IoUringChannelOption.IO_URING_BUFFER_GROUP_ID, GROUP);
    }
  }
}
