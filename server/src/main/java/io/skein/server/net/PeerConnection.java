package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.skein.engine.node.PeerHandler;
import io.skein.engine.node.PeerLink;
import io.skein.server.tls.Tls;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection that this server made to another one, for replication or to move keys.
///
/// *States*: connecting; open; closed, by us (nothing more is told) or by the peer.
///
/// *Threads*: the first loop of the data plane; [#write], [#reading] and [#close] under the data
/// plane.
public final class PeerConnection extends ChannelInboundHandlerAdapter implements PeerLink {
  private final DataPlane plane;
  private final DataLoop loop;
  private final Channel channel;
  private final PeerHandler handler;
  private final boolean encrypted;
  private byte[] space = new byte[16 * 1024];

  /// Whether anything is still to be told; under the data plane.
  private boolean told = true;

  private PeerConnection(DataPlane plane, Channel channel, PeerHandler handler, boolean encrypted) {
    this.plane = plane;
    this.loop = plane.firstLoop();
    this.channel = channel;
    this.handler = handler;
    this.encrypted = encrypted;
  }

  /// Begins to connect to `host`, a name or an address.
  ///
  /// @param tls encrypts the connection, or null for a plain one
  public static PeerLink open(
      DataPlane plane,
      Sockets sockets,
      @Nullable Tls tls,
      String host,
      int port,
      PeerHandler handler) {
    Channel channel = plane.transport().newChannel();
    PeerConnection made = new PeerConnection(plane, channel, handler, tls != null);
    List<SslHandler> encryption = tls == null ? List.of() : List.of(tls.opened(Buffers.ALLOCATOR));
    sockets
        .connect(made.loop, channel, encryption, made, host, port)
        .addListener(done -> {
          if (!done.isSuccess()) {
            // Later: the engine may still be in the midst of asking for the connection.
            made.loop.execute(() -> made.failed(done.cause()));
          }
        });
    return made;
  }

  private void failed(Throwable cause) {
    tell(() -> {
      told = false;
      handler.refused(String.valueOf(cause.getMessage()));
    });
  }

  private void tell(Runnable event) {
    loop.inPlane(() -> {
      if (told) {
        event.run();
      }
    });
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    if (!encrypted) {
      tell(handler::opened);
    }
  }

  /// What is encrypted is open when both sides know each other.
  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done) {
      if (done.isSuccess()) {
        tell(handler::opened);
      } else {
        failed(done.cause());
        from.close();
      }
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      int length = bytes.readableBytes();
      if (space.length < length) {
        space = new byte[length];
      }
      // It may be told later, when a script is over.
      byte[] copy = loop.isServing() ? new byte[length] : space;
      bytes.getBytes(bytes.readerIndex(), copy, 0, length);
      tell(() -> handler.received(copy, 0, length));
    } finally {
      bytes.release();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext at) {
    if (at.channel().isWritable()) {
      // Later: this can come from within a write of the engine's.
      loop.execute(() -> {
        tell(handler::drained);
        plane.workSoon();
      });
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext gone) {
    tell(() -> {
      told = false;
      handler.closed("connection lost");
    });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    tell(() -> {
      told = false;
      handler.closed(String.valueOf(cause.getMessage()));
    });
    from.close();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    ByteBuf copy = Buffers.ALLOCATOR.directBuffer(length);
    copy.writeBytes(bytes, offset, length);
    channel.writeAndFlush(copy, channel.voidPromise());
  }

  @Override
  public boolean hasRoom() {
    return channel.isWritable();
  }

  @Override
  public void reading(boolean on) {
    channel.config().setAutoRead(on);
  }

  @Override
  public String remoteAddress() {
    return Addresses.text(channel.remoteAddress(), "");
  }

  @Override
  public String localAddress() {
    return Addresses.text(channel.localAddress(), "");
  }

  @Override
  public int descriptor() {
    return channel instanceof UnixChannel unix ? unix.fd().intValue() : -1;
  }

  @Override
  public long pendingBytes() {
    ChannelOutboundBuffer queue = channel.unsafe().outboundBuffer();
    return queue == null ? 0 : queue.totalPendingWriteBytes();
  }

  @Override
  public void close() {
    told = false;
    endNow();
    channel.close();
  }

  /// The socket itself is closed when the loop gets to it, which a long command may delay: the
  /// other side is to know at once.
  private void endNow() {
    if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
      try {
        if (socket.isOpen()) {
          socket.shutdown(true, true);
        }
      } catch (IOException | NotYetConnectedException notConnected) {
        // Then there is nobody to know.
      }
    }
  }
}
