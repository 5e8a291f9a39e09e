package io.skein.engine.cluster.bus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BusCodecTest {
  private static final String ME = "a".repeat(40);
  private static final String PRIMARY = "b".repeat(40);
  private static final String OTHER = "c".repeat(40);
  private static final BusHeader HEADER =
      new BusHeader(
          ME,
          0x0102030405060708L,
          9,
          0x1112131415161718L,
          SlotSet.of(0, 9, 16383),
          PRIMARY,
          "10.1.2.3",
          7000,
          7100,
          17000,
          NodeFlags.REPLICA | NodeFlags.MYSELF | NodeFlags.NOFAILOVER,
          false,
          BusHeader.FORCE_ACK);

  private static String text(byte[] bytes, int at, int length) {
    return new String(bytes, at, length, ISO_8859_1);
  }

  @Test
  void putsEveryHeaderFieldWhereRedisReadsIt() {
    byte[] bytes = BusEncoder.encode(new BusMessage.AuthRequest(HEADER));
    assertEquals(2256, bytes.length);
    assertEquals(
        "52436d62" // signature
            + "000008d0" // total length
            + "0001" // version
            + "1b58" // port
            + "0005" // type
            + "0000" // count
            + "0102030405060708" // currentEpoch
            + "0000000000000009" // configEpoch
            + "1112131415161718", // offset
        HexFormat.of().formatHex(bytes, 0, 40));
    assertEquals(ME, text(bytes, 40, 40));
    assertEquals(1, bytes[80]);
    assertEquals(2, bytes[81]);
    assertEquals((byte) 0x80, bytes[2127]);
    assertEquals(PRIMARY, text(bytes, 2128, 40));
    assertEquals("10.1.2.3" + "\0".repeat(38), text(bytes, 2168, 46));
    assertEquals(
        "0000" // extensions
            + "00".repeat(30) // unused
            + "1bbc" // secondary port
            + "4268" // bus port
            + "0212" // flags
            + "01" // state: fail
            + "020000", // message flags
        HexFormat.of().formatHex(bytes, 2214, 2256));
  }

  @Test
  void putsGossipAndExtensionsWhereRedisReadsThem() {
    byte[] bytes =
        BusEncoder.encode(
            new BusMessage.Heartbeat(
                BusType.MEET,
                HEADER,
                List.of(new GossipEntry(OTHER, 5, 6, "10.9.9.9", 1, 4, 2, 3)),
                List.of(
                    new PingExtension.Hostname("seventh"),
                    new PingExtension.ForgottenNode(OTHER, 60),
                    new PingExtension.ShardId(PRIMARY))));
    assertEquals(2256 + 104 + 16 + 56 + 48, bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    assertEquals(2, in.getShort(12));
    assertEquals(1, in.getShort(14));
    assertEquals(3, in.getShort(2214));
    assertEquals(BusHeader.FORCE_ACK | 4, in.get(2253));
    assertEquals(OTHER, text(bytes, 2256, 40));
    assertEquals(5, in.getInt(2296));
    assertEquals(6, in.getInt(2300));
    assertEquals("10.9.9.9" + "\0".repeat(38), text(bytes, 2304, 46));
    assertEquals(
        "0001" + "0002" + "0003" + "0004" + "0000", HexFormat.of().formatHex(bytes, 2350, 2360));
    assertEquals(
        "00000010" + "0000" + "0000", HexFormat.of().formatHex(bytes, 2360, 2368), "hostname");
    assertEquals("seventh\0", text(bytes, 2368, 8));
    assertEquals("00000038" + "0002" + "0000", HexFormat.of().formatHex(bytes, 2376, 2384));
    assertEquals(OTHER, text(bytes, 2384, 40));
    assertEquals(60, in.getLong(2424));
    assertEquals("00000030" + "0003" + "0000", HexFormat.of().formatHex(bytes, 2432, 2440));
    assertEquals(PRIMARY, text(bytes, 2440, 40));
  }

  @Test
  void putsTheOtherBodiesWhereRedisReadsThem() {
    byte[] fail = BusEncoder.encode(new BusMessage.Fail(HEADER, OTHER));
    assertEquals(2296, fail.length);
    assertEquals(OTHER, text(fail, 2256, 40));
    byte[] update = BusEncoder.encode(new BusMessage.Update(HEADER, 77, OTHER, SlotSet.of(8)));
    assertEquals(2256 + 2096, update.length);
    assertEquals(77, ByteBuffer.wrap(update).getLong(2256));
    assertEquals(OTHER, text(update, 2264, 40));
    assertEquals(1, update[2305]);
    byte[] publish =
        BusEncoder.encode(
            new BusMessage.Publish(HEADER, true, new byte[] {'c', 'h'}, new byte[] {'m'}));
    assertEquals(10, ByteBuffer.wrap(publish).getShort(12));
    assertEquals(
        "00000002" + "00000001" + "63686d",
        HexFormat.of().formatHex(publish, 2256, publish.length));
  }

  @Test
  void readsBackWhatItWrites() {
    BusMessages messages = new BusMessages(1);
    for (int i = 0; i < 2000; i++) {
      BusMessage message = messages.draw();
      byte[] bytes = BusEncoder.encode(message);
      BusMessage read = BusDecoder.decode(bytes);
      assertEquals(message.header(), read.header());
      assertArrayEquals(bytes, BusEncoder.encode(read));
      if (message instanceof BusMessage.Heartbeat) {
        assertEquals(message, read);
      }
    }
  }

  @Test
  void readsAnyBytesToAMessageOrAClearError() {
    Random random = new Random(2);
    BusMessages messages = new BusMessages(3);
    int refused = 0;
    for (int i = 0; i < 30_000; i++) {
      byte[] bytes = BusEncoder.encode(messages.draw());
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextBoolean() ? random.nextInt(bytes.length) : 2200 + random.nextInt(56);
        bytes[at] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 200));
        if (bytes.length >= 8) {
          ByteBuffer.wrap(bytes).putInt(4, bytes.length);
        }
      }
      try {
        BusMessage message = BusDecoder.decode(bytes);
        assertTrue(NodeId.isValid(message.header().sender()));
      } catch (BusFormatException e) {
        assertFalse(String.valueOf(e.getMessage()).isEmpty());
        refused++;
      }
    }
    assertTrue(refused > 5000, "only " + refused + " were refused");
  }

  @Test
  void ignoresExtensionsItDoesNotKnow() {
    BusMessage.Heartbeat heartbeat =
        new BusMessage.Heartbeat(
            BusType.PING, HEADER, List.of(), List.of(new PingExtension.Unusable(900)));
    assertEquals(heartbeat, BusDecoder.decode(BusEncoder.encode(heartbeat)));
  }

  @Test
  void refusesIdsThatWouldBreakNodesConf() {
    byte[] bytes = BusEncoder.encode(new BusMessage.AuthAck(HEADER));
    bytes[45] = '\n';
    assertThrows(BusFormatException.class, () -> BusDecoder.decode(bytes));
  }

  @Test
  void cutsStreamsIntoFramesWhereverTheyAreBroken() {
    Random random = new Random(4);
    BusMessages messages = new BusMessages(5);
    for (int round = 0; round < 50; round++) {
      byte[][] sent = new byte[20][];
      ByteBuffer stream = ByteBuffer.allocate(1 << 20);
      for (int i = 0; i < sent.length; i++) {
        sent[i] = BusEncoder.encode(messages.draw());
        stream.put(sent[i]);
      }
      stream.flip();
      BusFrames frames = new BusFrames(1 << 20);
      int next = 0;
      while (stream.hasRemaining()) {
        byte[] piece = new byte[Math.min(stream.remaining(), 1 + random.nextInt(6000))];
        stream.get(piece);
        frames.add(piece);
        for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
          assertArrayEquals(sent[next++], frame);
        }
      }
      assertEquals(sent.length, next);
    }
  }

  @Test
  void refusesStreamsThatAreNotTheBus() {
    BusFrames frames = new BusFrames(1 << 20);
    frames.add("GET / HTTP/1.1\r\n".getBytes(ISO_8859_1));
    assertThrows(BusFormatException.class, frames::next);
    byte[] huge = BusEncoder.encode(new BusMessage.AuthAck(HEADER));
    ByteBuffer.wrap(huge).putInt(4, -1);
    BusFrames others = new BusFrames(1 << 20);
    others.add(huge);
    assertThrows(BusFormatException.class, others::next);
  }

  @Test
  void skipsModuleMessages() {
    byte[] bytes = BusEncoder.encode(new BusMessage.Module(HEADER, 5, 7, new byte[] {1, 2}));
    assertEquals(2256 + 13 + 2, bytes.length);
    assertInstanceOf(BusMessage.Module.class, BusDecoder.decode(bytes));
  }
}
