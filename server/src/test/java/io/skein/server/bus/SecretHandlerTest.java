package io.skein.server.bus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SecretHandlerTest {
  private final List<String> refused = new ArrayList<>();

  /// One end of a connection, and what was received there.
  private final class End extends ChannelInboundHandlerAdapter {
    private final EmbeddedChannel channel;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean proven;

    End(String secret, boolean accepted) {
      SecretHandler handler =
          new SecretHandler(
              BusSecret.of(secret), accepted, false, (address, reason) -> refused.add(reason));
      channel = new EmbeddedChannel(handler, this);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      proven |= event instanceof SecretHandler.Proven;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      received.writeBytes(copy);
    }

    byte[] sent() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        byte[] copy = new byte[out.readableBytes()];
        out.readBytes(copy);
        out.release();
        all.writeBytes(copy);
      }
      return all.toByteArray();
    }

    void receive(byte[] bytes) {
      if (bytes.length > 0 && channel.isOpen()) {
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
      }
    }
  }

  /// Carries bytes to and fro until there are no more, in pieces as `random` has it.
  private static void exchange(End one, End two, Random random) {
    for (int quiet = 0; quiet < 3; ) {
      byte[] a = one.sent();
      byte[] b = two.sent();
      carry(a, two, random);
      carry(b, one, random);
      quiet = a.length + b.length == 0 ? quiet + 1 : 0;
    }
  }

  private static void carry(byte[] bytes, End to, Random random) {
    for (int at = 0; at < bytes.length; ) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(1 + bytes.length / 2));
      to.receive(java.util.Arrays.copyOfRange(bytes, at, end));
      at = end;
    }
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void carriesMessagesBetweenNodesThatShareTheSecret() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      End connects = new End("s3cret", false);
      End accepts = new End("s3cret", true);
      exchange(connects, accepts, random);
      assertTrue(connects.proven && accepts.proven, "seed " + seed);
      byte[] there = random(random, random.nextInt(200_000));
      byte[] back = random(random, random.nextInt(5000));
      connects.channel.writeOutbound(Unpooled.wrappedBuffer(there));
      accepts.channel.writeOutbound(Unpooled.wrappedBuffer(back));
      exchange(connects, accepts, random);
      assertArrayEquals(there, accepts.received.toByteArray());
      assertArrayEquals(back, connects.received.toByteArray());
    }
    assertEquals(List.of(), refused);
  }

  @Test
  void refusesWhoHasAnotherSecret() {
    End connects = new End("guess", false);
    End accepts = new End("s3cret", true);
    exchange(connects, accepts, new Random(1));
    assertFalse(connects.proven || accepts.proven);
    assertFalse(accepts.channel.isOpen());
    assertTrue(refused.contains("it does not know the secret"), refused.toString());
  }

  @Test
  void tellsNothingThatASecretCouldBeGuessedByToWhoConnects() {
    End accepts = new End("s3cret", true);
    accepts.sent();
    accepts.receive(new byte[0]);
    ByteBuf greeting = Unpooled.buffer();
    greeting.writeBytes("SKNSEC01".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    greeting.writeBytes(new byte[32 + 32]);
    byte[] bytes = new byte[greeting.readableBytes()];
    greeting.readBytes(bytes);
    accepts.receive(bytes);
    assertEquals(0, accepts.sent().length);
    assertFalse(accepts.channel.isOpen());
  }

  @Test
  void refusesANodeOfRedis() {
    End accepts = new End("s3cret", true);
    accepts.receive("RCmb and so on".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    assertFalse(accepts.channel.isOpen());
    assertEquals(List.of("it shows no secret"), refused);
  }

  @Test
  void anOldSecretIsAcceptedWhileItIsChanged() {
    End connects = new End("old new", false);
    End accepts = new End("new old", true);
    exchange(connects, accepts, new Random(1));
    assertTrue(connects.proven && accepts.proven);
  }

  @Test
  void doesNotTakeItsOwnProofFromAMirror() {
    End connects = new End("s3cret", false);
    connects.receive(connects.sent());
    connects.receive(connects.sent());
    assertFalse(connects.proven);
    assertFalse(connects.channel.isOpen());
  }

  @Test
  void refusesWhatWasChangedRepeatedOrSwapped() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      End connects = new End("s3cret", false);
      End accepts = new End("s3cret", true);
      exchange(connects, accepts, random);
      byte[] message = random(random, 1 + random.nextInt(100));
      connects.channel.writeOutbound(Unpooled.wrappedBuffer(message));
      byte[] frame = connects.sent();
      if (random.nextBoolean()) {
        frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        accepts.receive(frame);
        assertEquals(0, accepts.received.size(), "seed " + seed);
      } else {
        accepts.receive(frame);
        accepts.receive(frame);
        assertEquals(message.length, accepts.received.size(), "seed " + seed);
        assertFalse(accepts.channel.isOpen());
      }
    }
  }

  @Test
  void anyBytesCloseTheConnectionOrWait() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      End end = new End("s3cret", random.nextBoolean());
      byte[] own = end.sent();
      byte[] torn = random.nextBoolean() ? own : random(random, 80);
      if (random.nextBoolean()) {
        torn[random.nextInt(torn.length)] = (byte) random.nextInt(256);
      }
      end.receive(torn);
      end.receive(random(random, 200));
      assertFalse(end.proven, "seed " + seed);
      assertEquals(0, end.received.size());
    }
  }

  @Test
  void theSecretIsInNoText() {
    assertFalse(BusSecret.of("s3cret").toString().contains("s3cret"));
    assertNotNull(
        BusSecret.of("a b")
            .provenBy(BusSecret.derive(new byte[] {'b'}, "x", new byte[4]), "x", new byte[4]));
    assertNull(BusSecret.of("a b").provenBy(new byte[32], "x", new byte[4]));
  }
}
