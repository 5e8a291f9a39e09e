package io.skein.engine.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RdbRoundTripTest {
  private static final List<String> PLAIN =
      List.of(
          "start 10",
          "aux redis-ver=7.2.6",
          "aux redis-bits=64",
          "aux ctime=1700000000",
          "aux used-mem=123456",
          "aux repl-stream-db=0",
          "aux repl-id=" + "a".repeat(40),
          "aux repl-offset=777",
          "aux aof-base=0",
          "function #!lua name=lib\nreturn 1",
          "db 0",
          "resize 0 9 1",
          "key 0 zero at -1 idle -1 freq -1 = 0",
          "key 0 int8 at -1 idle -1 freq -1 = -128",
          "key 0 int16 at -1 idle -1 freq -1 = 32767",
          "key 0 int32 at -1 idle -1 freq -1 = -2147483648",
          "key 0 long at -1 idle -1 freq -1 = 2147483648",
          "key 0 not-a-number at -1 idle -1 freq -1 = -0",
          "key 0  at -1 idle -1 freq -1 = ",
          "key 0 12345 at -1 idle -1 freq -1 = " + "x".repeat(300) + "y".repeat(70),
          "key 0 expiring at 1900000000123 idle -1 freq 200 = soon",
          "db 700",
          "key 700 n at -1 idle 20000 freq -1 = -9000000000",
          "key 700 m at -1 idle -1 freq -1 = 5",
          "end VERIFIED");

  @Test
  void decodesWhatWasEncoded() {
    byte[] file = RdbFiles.plain(RdbOptions.DEFAULT);
    assertEquals(PLAIN, decode(file, file.length));
  }

  @Test
  void decodesTheSameWhereverTheStreamIsCut() {
    byte[] file = RdbFiles.plain(RdbOptions.DEFAULT);
    for (int step : new int[] {1, 2, 3, 7, 64}) {
      assertEquals(PLAIN, decode(file, step), "pieces of " + step);
    }
  }

  @Test
  void givesTheSameBytesHoweverOftenChunksAreTaken() {
    RdbEncoder out = new RdbEncoder(RdbOptions.DEFAULT);
    ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    out.header();
    pieces.writeBytes(out.take());
    out.selectDb(3);
    RdbFiles.string(out, "a", "b".repeat(100));
    pieces.writeBytes(out.take());
    out.end();
    pieces.writeBytes(out.take());

    RdbEncoder whole = new RdbEncoder(RdbOptions.DEFAULT);
    whole.header();
    whole.selectDb(3);
    RdbFiles.string(whole, "a", "b".repeat(100));
    whole.end();
    assertEquals(whole.size(), out.bytesWritten());
    assertArrayEquals(whole.take(), pieces.toByteArray());
  }

  @Test
  void compressesOnlyWhenAsked() {
    int packed = RdbFiles.plain(RdbOptions.DEFAULT).length;
    int loose = RdbFiles.plain(new RdbOptions(10, false, true)).length;
    assertTrue(loose - packed > 300, packed + " against " + loose);
  }

  @Test
  void endsInZerosWithoutChecksum() {
    byte[] file = RdbFiles.plain(new RdbOptions(10, true, false));
    assertArrayEquals(new byte[8], Arrays.copyOfRange(file, file.length - 8, file.length));
    List<String> seen = decode(file, 100);
    assertEquals("end ABSENT", seen.getLast());
  }

  @Test
  void takesNothingBeyondTheEnd() {
    byte[] file = RdbFiles.plain(RdbOptions.DEFAULT);
    byte[] more = Arrays.copyOf(file, file.length + 50);
    RdbDecoder decoder = new RdbDecoder(new RecordingVisitor(), true);
    assertEquals(100, decoder.feed(more, 0, 100));
    assertFalse(decoder.isComplete());
    assertEquals(file.length - 100, decoder.feed(more, 100, more.length - 100));
    assertTrue(decoder.isComplete());
    assertEquals(file.length, decoder.bytesRead());
    assertEquals(0, decoder.feed(more, 0, 10));
  }

  @Test
  void roundTripsRandomStrings() {
    Random random = new Random(42);
    for (int round = 0; round < 300; round++) {
      byte[] value = randomText(random);
      RdbEncoder out = new RdbEncoder(RdbOptions.DEFAULT);
      out.header();
      out.string(value, 0, value.length, value, 0, value.length);
      out.end();
      byte[][] got = new byte[1][];
      RdbVisitor visitor =
          entry -> {
            assertArrayEquals(value, entry.key());
            int from = entry.valueOffset();
            got[0] = Arrays.copyOfRange(entry.valueArray(), from, from + entry.valueLength());
          };
      RdbDecoder decoder = new RdbDecoder(visitor, true);
      byte[] file = out.take();
      decoder.feed(file, 0, file.length);
      decoder.end();
      assertArrayEquals(value, got[0]);
    }
  }

  private static byte[] randomText(Random random) {
    byte[] text = new byte[random.nextInt(1 << random.nextInt(16))];
    int alphabet = 1 + random.nextInt(1 << random.nextInt(8));
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ('0' + random.nextInt(alphabet));
    }
    return text;
  }

  private static List<String> decode(byte[] file, int step) {
    RecordingVisitor visitor = new RecordingVisitor();
    RdbDecoder decoder = new RdbDecoder(visitor, true);
    for (int i = 0; i < file.length; i += step) {
      int n = Math.min(step, file.length - i);
      assertEquals(n, decoder.feed(file, i, n));
    }
    decoder.end();
    return visitor.seen;
  }
}
