package io.skein.engine.rdb;

import static io.skein.engine.rdb.RdbFiles.file;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.rdb.RdbException.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RdbDecoderTest {
  @Test
  void reportsATornFileAtEveryLength() {
    byte[] whole = RdbFiles.plain(RdbOptions.DEFAULT);
    int keysBefore = 0;
    for (int length = 0; length < whole.length; length++) {
      RecordingVisitor visitor = new RecordingVisitor();
      RdbDecoder decoder = new RdbDecoder(visitor, true);
      decoder.feed(whole, 0, length);
      RdbException e = assertThrows(RdbException.class, decoder::end);
      assertEquals(Fault.TORN, e.fault());
      assertEquals(length, e.offset());
      assertTrue(visitor.keys >= keysBefore, "keys before the fault are delivered");
      keysBefore = visitor.keys;
    }
    assertEquals(11, keysBefore);
  }

  @Test
  void detectsEveryFlippedBitOfASmallFile() {
    byte[] whole = RdbFiles.plain(RdbOptions.DEFAULT);
    for (int bit = 0; bit < whole.length * 8; bit++) {
      byte[] bad = whole.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));
      RdbDecoder decoder = new RdbDecoder(new RecordingVisitor(), true);
      assertThrows(
          RdbException.class,
          () -> {
            decoder.feed(bad, 0, bad.length);
            decoder.end();
          },
          "bit " + bit);
    }
  }

  @Test
  void survivesRandomMutationsWithBoundedMemory() {
    Random random = new Random(7);
    byte[] whole = RdbFiles.plain(new RdbOptions(10, true, false));
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = Arrays.copyOf(whole, whole.length);
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bad[9 + random.nextInt(bad.length - 9)] = (byte) random.nextInt(256);
      }
      RdbDecoder decoder = new RdbDecoder(new RecordingVisitor(), false);
      try {
        int step = 1 + random.nextInt(bad.length);
        for (int i = 0; i < bad.length && !decoder.isComplete(); i += step) {
          decoder.feed(bad, i, Math.min(step, bad.length - i));
        }
        decoder.end();
      } catch (RdbException e) {
        assertTrue(e.offset() >= 0 && e.offset() <= bad.length, e.getMessage());
      }
    }
  }

  @Test
  void refusesWhatIsNoRdbFile() {
    assertFault(Fault.NOT_RDB, 0, file("HELLO0010"));
    assertFault(Fault.NOT_RDB, 0, file("RX"));
    assertFault(Fault.NOT_RDB, 5, file("REDIS0013"));
    assertFault(Fault.NOT_RDB, 5, file("REDIS0000"));
    assertFault(Fault.NOT_RDB, 5, file("REDIS0080"));
    assertFault(Fault.NOT_RDB, 5, file("REDIS00x1"));
    assertFault(Fault.NOT_RDB, 6, file("VALKEY011"));
  }

  @Test
  void namesAnUnknownOpcodeAndItsOffset() {
    RdbException e = assertFault(Fault.CORRUPT, 11, file("REDIS0010", 0xfe, 0, 0xf0));
    assertEquals("RDB at byte 11: unknown opcode 0xf0", e.getMessage());
  }

  @Test
  void namesABadChecksum() {
    byte[] bad = RdbFiles.plain(RdbOptions.DEFAULT);
    bad[bad.length - 1] ^= 1;
    RdbException e = assertFault(Fault.CHECKSUM, bad.length - 8, bad);
    assertTrue(e.getMessage().contains("bad checksum"), e.getMessage());
    RecordingVisitor visitor = new RecordingVisitor();
    new RdbDecoder(visitor, false).feed(bad, 0, bad.length);
    assertEquals("end ABSENT", visitor.seen.getLast(), "not looked at when switched off");
  }

  @Test
  void refusesLengthsThatCannotBe() {
    assertFault(Fault.CORRUPT, 10, file("REDIS0010", 0, 0x82));
    assertFault(Fault.CORRUPT, 10, file("REDIS0010", 0, 0x81, 0xff, 0, 0, 0, 0, 0, 0, 0));
    assertFault(Fault.UNSUPPORTED, 9, file("REDIS0010", 0, 0x81, 0x7f, 0, 0, 0, 0, 0, 0, 0));
    assertFault(Fault.CORRUPT, 10, file("REDIS0010", 0, 0xc4));
    assertFault(Fault.CORRUPT, 10, file("REDIS0010", 0, 0xc3, 1, 0x7f, 0xff, 0));
    assertFault(Fault.CORRUPT, 10, file("REDIS0010", 0, 0xc3, 2, 3, 0x20, 0, 0, 0));
  }

  @Test
  void keepsMemoryToWhatArrivesNotToWhatIsAnnounced() {
    byte[] start = file("REDIS0010", 0, 1, 'k', 0x80, 0x7f, 0, 0, 0);
    RdbDecoder decoder = new RdbDecoder(new RecordingVisitor(), true);
    decoder.feed(start, 0, start.length);
    for (int i = 0; i < 100; i++) {
      decoder.feed(new byte[1000], 0, 1000);
    }
    assertFalse(decoder.isComplete());
    assertEquals(start.length + 100_000, decoder.bytesRead());
  }

  @Test
  void refusesARecordBeyondTheLimit() {
    byte[] start = file("REDIS0010", 0, 1, 'k', 0x80, 0, 1, 0, 0);
    RdbDecoder decoder = new RdbDecoder(new RecordingVisitor(), true, 1000);
    RdbException e = assertThrows(RdbException.class, () -> decoder.feed(start, 0, start.length));
    assertEquals(Fault.UNSUPPORTED, e.fault());
  }

  @Test
  void readsOldFilesWithoutChecksumAndWithExpirySeconds() {
    RecordingVisitor visitor = new RecordingVisitor();
    byte[] old = file("REDIS0002", 0xfd, 0x10, 0, 0, 0, 0, 1, 'k', 1, 'v', 0xff);
    assertEquals(old.length, new RdbDecoder(visitor, true).feed(old, 0, old.length));
    assertEquals(
        List.of("start 2", "key 0 k at 16000 idle -1 freq -1 = v", "end ABSENT"), visitor.seen);
  }

  @Test
  void passesOverTheHintsOfOtherServers() {
    RecordingVisitor visitor = new RecordingVisitor();
    byte[] hints = file("REDIS0012", 0xf4, 5, 1, 0, 0xff, 0, 0, 0, 0, 0, 0, 0, 0);
    new RdbDecoder(visitor, true).feed(hints, 0, hints.length);
    assertEquals(List.of("start 12", "end ABSENT"), visitor.seen);
  }

  @Test
  void refusesModuleDataAndSlotImports() {
    assertFault(
        Fault.UNSUPPORTED,
        9,
        file("REDIS0010", 0xf7, 9, 2, 1, 5, 1, 'x', 4, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    assertFault(Fault.UNSUPPORTED, 9, file("VALKEY080", 0xf3, 1, 'j', 1, 0, 9));
    assertFault(Fault.CORRUPT, 9, file("REDIS0012", 0xf3, 1, 'j', 1, 0, 9));
    assertFault(Fault.UNSUPPORTED, 9, file("REDIS0010", 0xf6));
  }

  private static RdbException assertFault(Fault fault, long offset, byte[] bad) {
    RdbDecoder decoder = new RdbDecoder(new RecordingVisitor(), true);
    RdbException e =
        assertThrows(
            RdbException.class,
            () -> {
              decoder.feed(bad, 0, bad.length);
              decoder.end();
            });
    assertEquals(fault, e.fault(), e.getMessage());
    assertEquals(offset, e.offset(), e.getMessage());
    return e;
  }
}
