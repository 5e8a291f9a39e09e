package io.skein.server.bus;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import io.skein.server.net.Addresses;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Has both ends of a connection show that they know the secret of the cluster, and then protects
/// every byte between them against change.
///
/// 1. Both send a greeting: eight fixed bytes and a random number of 32.
/// 2. The node that has connected sends its proof: HMAC-SHA-256, with the secret, of its role and
///    both numbers.
/// 3. The other checks it, and only then sends its own, which is checked in turn. So who connects
///    without the secret learns nothing that the secret could be guessed by.
/// 4. Everything from then on is in frames: length (4 bytes), content, and the first 16 bytes of an
///    HMAC of a number that grows and the content, with a key made of the secret, both random
///    numbers and the direction.
///
/// *States*: greeting; proving; proven; over.
///
/// *Threads*: the control plane's loop.
final class SecretHandler extends ChannelDuplexHandler {
  /// Fired when both ends have shown that they know the secret.
  record Proven() {}

  /// Is told of a node that is turned away.
  interface Refused {
    /// `address` is where it is, `reason` what is wrong.
    void refused(String address, String reason);
  }

  private static final byte[] MAGIC = "SKNSEC01".getBytes(StandardCharsets.US_ASCII);
  private static final int NONCE_BYTES = 32;
  private static final int GREETING_BYTES = MAGIC.length + NONCE_BYTES;
  private static final int TAG_BYTES = 16;
  private static final int MOST_CONTENT = 64 * 1024;
  private static final long PATIENCE_SECONDS = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private enum State {
    GREETING,
    PROVING,
    PROVEN,
    OVER
  }

  private final BusSecret secret;
  private final boolean accepted;
  private final boolean encrypted;
  private final Refused refused;
  private final byte[] ownNonce = new byte[NONCE_BYTES];
  private byte[] nonces = new byte[0];
  private byte[] sendKey = new byte[0];
  private byte[] receiveKey = new byte[0];
  private long sent;
  private long received;
  private State state = State.GREETING;
  private ByteBuf pending = Unpooled.EMPTY_BUFFER;
  private @Nullable Future<?> patience;

  /// @param accepted whether the other node has connected to us
  /// @param encrypted whether the connection is of use only after TLS has agreed on keys
  SecretHandler(BusSecret secret, boolean accepted, boolean encrypted, Refused refused) {
    this.secret = secret;
    this.accepted = accepted;
    this.encrypted = encrypted;
    this.refused = refused;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!encrypted) {
      greet(context);
    }
    context.fireChannelActive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
      greet(context);
    }
    context.fireUserEventTriggered(event);
  }

  private void greet(ChannelHandlerContext context) {
    RANDOM.nextBytes(ownNonce);
    context.writeAndFlush(Unpooled.wrappedBuffer(MAGIC, ownNonce));
    patience =
        context
            .executor()
            .schedule(
                () -> refuse(context, "it has not shown in time that it knows the secret"),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf more = (ByteBuf) message;
    if (state == State.OVER) {
      more.release();
      return;
    }
    ByteBuf all = Unpooled.buffer(pending.readableBytes() + more.readableBytes());
    all.writeBytes(pending).writeBytes(more);
    pending.release();
    more.release();
    pending = all;
    while (step(context)) {}
    if (!pending.isReadable()) {
      pending.release();
      pending = Unpooled.EMPTY_BUFFER;
    }
  }

  /// Takes one greeting, proof or frame in; false when there is none complete.
  private boolean step(ChannelHandlerContext context) {
    return switch (state) {
      case GREETING -> greeted(context);
      case PROVING -> proved(context);
      case PROVEN -> frame(context);
      case OVER -> false;
    };
  }

  private boolean greeted(ChannelHandlerContext context) {
    int known = Math.min(pending.readableBytes(), MAGIC.length);
    for (int i = 0; i < known; i++) {
      if (pending.getByte(pending.readerIndex() + i) != MAGIC[i]) {
        refuse(context, "it shows no secret");
        return false;
      }
    }
    if (pending.readableBytes() < GREETING_BYTES) {
      return false;
    }
    pending.skipBytes(MAGIC.length);
    byte[] theirs = take(NONCE_BYTES);
    nonces = accepted ? joined(theirs, ownNonce) : joined(ownNonce, theirs);
    state = State.PROVING;
    if (!accepted) {
      context.writeAndFlush(
          Unpooled.wrappedBuffer(BusSecret.derive(secret.first(), "initiator", nonces)));
    }
    return true;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private boolean proved(ChannelHandlerContext context) {
    if (pending.readableBytes() < BusSecret.PROOF_BYTES) {
      return false;
    }
    byte[] proof = take(BusSecret.PROOF_BYTES);
    byte[] shared;
    if (accepted) {
      shared = secret.provenBy(proof, "initiator", nonces);
      if (shared != null) {
        context.writeAndFlush(Unpooled.wrappedBuffer(BusSecret.derive(shared, "acceptor", nonces)));
      }
    } else {
      byte[] expected = BusSecret.derive(secret.first(), "acceptor", nonces);
      shared = MessageDigest.isEqual(expected, proof) ? secret.first() : null;
    }
    if (shared == null) {
      refuse(context, "it does not know the secret");
      return false;
    }
    byte[] ofInitiator = BusSecret.derive(shared, "from initiator", nonces);
    byte[] ofAcceptor = BusSecret.derive(shared, "from acceptor", nonces);
    sendKey = accepted ? ofAcceptor : ofInitiator;
    receiveKey = accepted ? ofInitiator : ofAcceptor;
    state = State.PROVEN;
    endPatience();
    context.fireUserEventTriggered(new Proven());
    return true;
  }

  private boolean frame(ChannelHandlerContext context) {
    if (pending.readableBytes() < 4) {
      return false;
    }
    int length = pending.getInt(pending.readerIndex());
    if (length <= 0 || length > MOST_CONTENT) {
      refuse(context, "a frame of " + length + " bytes");
      return false;
    }
    if (pending.readableBytes() < 4 + length + TAG_BYTES) {
      return false;
    }
    pending.skipBytes(4);
    byte[] content = take(length);
    byte[] tag = take(TAG_BYTES);
    if (!MessageDigest.isEqual(tag(receiveKey, received++, content), tag)) {
      refuse(context, "what it sent was changed on the way");
      return false;
    }
    context.fireChannelRead(Unpooled.wrappedBuffer(content));
    return true;
  }

  private byte[] take(int length) {
    byte[] taken = new byte[length];
    pending.readBytes(taken);
    return taken;
  }

  private static byte[] tag(byte[] key, long number, byte[] content) {
    byte[] counted = new byte[8];
    for (int i = 0; i < 8; i++) {
      counted[i] = (byte) (number >>> 56 - 8 * i);
    }
    return Arrays.copyOf(BusSecret.mac(key, counted, content), TAG_BYTES);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ByteBuf plain = (ByteBuf) message;
    ByteBuf framed = context.alloc().buffer(plain.readableBytes() + 64);
    while (plain.isReadable()) {
      byte[] content = new byte[Math.min(MOST_CONTENT, plain.readableBytes())];
      plain.readBytes(content);
      framed.writeInt(content.length).writeBytes(content);
      framed.writeBytes(tag(sendKey, sent++, content));
    }
    plain.release();
    context.write(framed, promise);
  }

  private void refuse(ChannelHandlerContext context, String reason) {
    if (state != State.OVER) {
      state = State.OVER;
      endPatience();
      refused.refused(Addresses.ip(context.channel().remoteAddress()), reason);
      context.close();
    }
  }

  private void endPatience() {
    Future<?> waits = patience;
    if (waits != null) {
      waits.cancel(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (state == State.GREETING || state == State.PROVING) {
      refuse(context, "it has closed the connection instead of showing that it knows the secret");
    }
    endPatience();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    pending.release();
    pending = Unpooled.EMPTY_BUFFER;
  }
}
