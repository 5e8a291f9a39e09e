package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.node.Turn;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's connection: hands what arrives to the loop's turn, and gathers what the engine
/// writes.
///
/// *States*: open; ending (the peer has sent its last byte; what it has sent is executed and
/// answered); closing (the engine has asked for it: nothing more is written); closed.
///
/// *Threads*: its loop's; [#write], [#close], [#pendingBytes] and [#resume] under the data plane.
final class ClientConnection extends ChannelInboundHandlerAdapter implements Outlet {
  /// A buffer that is as full as this is left, and another begun: growing it would copy too much.
  private static final int FULL_BYTES = 64 * 1024;

  /// How long a peer that has stopped sending may take to read its last replies.
  private static final long LINGER_SECONDS = 10;

  private enum Close {
    NO,
    AFTER_WRITES,
    NOW
  }

  private final DataPlane plane;
  private final DataLoop loop;
  private final boolean encrypted;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Session session;
  private Transport.@Nullable DirectSend direct;

  // The stretch of the loop's [Outgoing] that this connection sends at the end of the turn.
  private int from;
  private int to;

  private final ArrayDeque<ByteBuf> full = new ArrayDeque<>(0);
  private @Nullable ByteBuf out;
  private long outBytes;
  private boolean marked;
  private Close close = Close.NO;
  private final ArrayDeque<ByteBuf> collected = new ArrayDeque<>(1);
  private Close closeCollected = Close.NO;

  /// Whether what was collected goes to the kernel before anybody else's replies.
  private boolean sendsAtOnce;

  private boolean inputEnded;

  /// @param encrypted whether a handler before this one encrypts what is sent
  ClientConnection(DataPlane plane, DataLoop loop, boolean encrypted) {
    this.plane = plane;
    this.loop = loop;
    this.encrypted = encrypted;
  }

  @Nullable Session session() {
    return session;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    loop.inPlaneNow(this::open);
  }

  private void open() {
    Channel channel = context().channel();
    boolean plain = equals(channel.pipeline().first());
    direct = plain ? plane.transport().directSend(channel) : null;
    Admission admission = Admission.of(plane, channel);
    String refusal = admission.refusal();
    if (refusal == null) {
      session =
          plane.node().open(this, admission.peer(), admission.local(), admission.sameMachine());
      refusal = session == null ? Admission.TOO_MANY : null;
    }
    if (refusal != null) {
      byte[] text = Admission.bytes(refusal);
      write(text, 0, text.length);
      close(true);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    read((ByteBuf) message);
  }

  /// Takes what has come, which is released.
  void read(ByteBuf bytes) {
    try {
      Session reader = session;
      if (reader != null && !reader.isClosing() && !loop.holds(this, reader, bytes)) {
        int length = bytes.readableBytes();
        Turn turn = loop.turn();
        byte[] space = turn.space(reader, length);
        bytes.getBytes(bytes.readerIndex(), space, turn.spaceOffset(reader), length);
        turn.received(reader, length);
        loop.received();
      }
    } finally {
      bytes.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inputEnded = true;
      loop.ended(this);
    }
  }

  /// What has waited for this connection to take more, such as the feed of a replica, goes on.
  @Override
  public void channelWritabilityChanged(ChannelHandlerContext changed) {
    if (changed.channel().isWritable()) {
      plane.workSoon();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext gone) {
    loop.ended(this);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    from.close();
  }

  /// Ends the session, after its input was executed; under the data plane.
  void forget() {
    Session over = session;
    if (over != null) {
      session = null;
      loop.turn().forget(over);
      plane.node().closed(over);
    }
    if (inputEnded && close == Close.NO) {
      boolean waits = outBytes == 0 && pendingInChannel() > 0;
      close(!waits);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (close != Close.NO) {
      return;
    }
    if (fitsOutgoing(length)) {
      from = marked ? from : loop.outgoing().end();
      loop.outgoing().append(bytes, offset, length);
      to = loop.outgoing().end();
    } else {
      writeToOwn(bytes, offset, length);
    }
    outBytes += length;
    mark();
  }

  /// Whether `length` bytes can lengthen, or begin, the connection's stretch.
  private boolean fitsOutgoing(int length) {
    if (direct == null || out != null || !loop.inEventLoop()) {
      return false;
    }
    Outgoing outgoing = loop.outgoing();
    boolean adjoins = !marked || from < to && to == outgoing.end();
    return adjoins && outgoing.hasRoom(length);
  }

  private void writeToOwn(byte[] bytes, int offset, int length) {
    ByteBuf buffer = out;
    if (buffer == null) {
      buffer = Buffers.ALLOCATOR.directBuffer(length);
      out = buffer;
    } else if (buffer.readableBytes() >= FULL_BYTES) {
      full.add(buffer);
      buffer = Buffers.ALLOCATOR.directBuffer(Math.max(length, FULL_BYTES));
      out = buffer;
    }
    buffer.writeBytes(bytes, offset, length);
  }

  @Override
  public void close(boolean afterWrites) {
    if (close != Close.NOW) {
      close = afterWrites ? Close.AFTER_WRITES : Close.NOW;
      mark();
    }
  }

  @Override
  public long pendingBytes() {
    return outBytes + pendingInChannel();
  }

  @Override
  public int bufferedBytes() {
    ByteBuf buffer = out;
    return buffer == null ? 0 : buffer.readableBytes();
  }

  @Override
  public int bufferBytes() {
    ByteBuf buffer = out;
    return buffer == null ? 0 : buffer.capacity();
  }

  @Override
  public int queuedBuffers() {
    ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
    return full.size() + collected.size() + (buffer == null ? 0 : buffer.size());
  }

  private long pendingInChannel() {
    ChannelOutboundBuffer buffer = context().channel().unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  @Override
  public boolean isEncrypted() {
    return encrypted;
  }

  @Override
  public void noDelay(boolean on) {
    if (context().channel() instanceof SocketChannel channel) {
      channel.config().setTcpNoDelay(on);
    }
  }

  @Override
  public void resume() {
    if (loop.inEventLoop()) {
      loop.resume(this);
    } else {
      loop.execute(() -> loop.resume(this));
    }
  }

  private void mark() {
    if (!marked) {
      marked = true;
      if (loop.inEventLoop()) {
        loop.written(this);
      } else {
        loop.execute(() -> loop.inPlaneNow(() -> loop.written(this)));
      }
    }
  }

  /// Takes what is to be flushed out of the data plane's hands; under the data plane.
  ///
  /// @return whether it is the log on its way to a replica, which leaves before others' replies
  boolean collect() {
    marked = false;
    closeCollected = close;
    Session present = session;
    sendsAtOnce = present != null && present.kind() == Session.Kind.REPLICA;
    collected.addAll(full);
    full.clear();
    if (out != null) {
      collected.add(out);
      out = null;
    }
    outBytes = 0;
    return sendsAtOnce;
  }

  /// Sends what was collected, and closes if that was asked for.
  void flushCollected() {
    ChannelHandlerContext channel = context();
    if (closeCollected == Close.NOW) {
      from = to;
      while (!collected.isEmpty()) {
        collected.remove().release();
      }
      channel.close();
      return;
    }
    sendStretch(channel);
    if (sendsAtOnce) {
      sendCollected(channel);
    }
    if (!collected.isEmpty()) {
      while (!collected.isEmpty()) {
        channel.write(collected.remove(), channel.voidPromise());
      }
      channel.flush();
    }
    if (closeCollected == Close.AFTER_WRITES) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      if (inputEnded) {
        loop.schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  /// Sends the stretch past the channel; what the kernel does not take at once goes the usual way.
  private void sendStretch(ChannelHandlerContext channel) {
    if (from == to) {
      return;
    }
    from += sendDirectly(channel, loop.outgoing().address(), from, to);
    if (from < to) {
      channel.writeAndFlush(loop.outgoing().copy(from, to), channel.voidPromise());
    }
    from = to;
  }

  /// Sends whole buffers past the channel, as far as the kernel takes them at once.
  private void sendCollected(ChannelHandlerContext channel) {
    for (ByteBuf first = collected.peek(); first != null; first = collected.peek()) {
      first.skipBytes(
          sendDirectly(channel, first.memoryAddress(), first.readerIndex(), first.writerIndex()));
      if (first.isReadable()) {
        return;
      }
      collected.remove().release();
    }
  }

  /// How many of the bytes were sent; none while the channel has others to send before.
  private int sendDirectly(ChannelHandlerContext channel, long address, int begin, int end) {
    if (direct == null || !channel.channel().isActive() || pendingInChannel() > 0) {
      return 0;
    }
    try {
      return direct.send(address, begin, end);
    } catch (IOException broken) {
      // The channel meets the same failure, and says so to whoever has to know.
      return 0;
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("a connection without a channel");
    }
    return present;
  }
}
