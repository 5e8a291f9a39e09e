package io.skein.engine.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DumpPayloadTest {
  @Test
  void sealsAsRedisDoes() {
    // DUMP of "10" and of "hello" by redis-server 7.0.15.
    assertEquals("00c00a0a006e9f57450eae63bb", sealed("10"));
    assertEquals("000568656c6c6f0a006372df766534200a", sealed("hello"));
  }

  private static String sealed(String value) {
    byte[] payload = DumpPayload.ofString(RdbFiles.bytes(value), 0, value.length(), true);
    return HexFormat.of().formatHex(payload);
  }

  @Test
  void opensWhatItSealed() {
    for (String text : new String[] {"", "10", "-70000", "hello", "ab".repeat(5000)}) {
      byte[] value = RdbFiles.bytes(text);
      byte[] payload = DumpPayload.ofString(value, 0, value.length, true);
      assertTrue(DumpPayload.verify(payload, false));
      RdbEntry entry = DumpPayload.open(payload);
      assertTrue(entry.isString());
      int from = entry.valueOffset();
      assertArrayEquals(
          value, Arrays.copyOfRange(entry.valueArray(), from, from + entry.valueLength()));
    }
  }

  @Test
  void handsOutOtherTypesRaw() {
    byte[] payload = DumpPayload.ofRaw(RdbType.SET_INTSET, new byte[] {2, 9, 9});
    assertTrue(DumpPayload.verify(payload, false));
    RdbEntry entry = DumpPayload.open(payload);
    assertEquals(RdbType.SET_INTSET, entry.type());
    assertArrayEquals(new byte[] {2, 9, 9}, entry.raw());
    assertEquals(11, DumpPayload.ofRaw(RdbType.SET_LISTPACK, new byte[] {0})[2]);
  }

  @Test
  void refusesAWrongFooter() {
    byte[] payload = DumpPayload.ofString(RdbFiles.bytes("hello"), 0, 5, true);
    for (int i = 0; i < payload.length; i++) {
      byte[] bad = payload.clone();
      bad[i] ^= 4;
      assertFalse(DumpPayload.verify(bad, false), "byte " + i);
    }
    assertFalse(DumpPayload.verify(new byte[9], true));
    byte[] future = payload.clone();
    future[payload.length - 10] = 13;
    assertFalse(DumpPayload.verify(future, true));
    byte[] unchecked = payload.clone();
    unchecked[payload.length - 1] ^= 1;
    assertTrue(DumpPayload.verify(unchecked, true));
  }

  @Test
  void refusesAValueThatCannotBeDecoded() {
    Random random = new Random(5);
    byte[] payload = DumpPayload.ofString(RdbFiles.bytes("x".repeat(200)), 0, 200, true);
    int opened = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = payload.clone();
      bad[random.nextInt(bad.length - 10)] = (byte) random.nextInt(256);
      try {
        opened += DumpPayload.open(bad).isString() ? 1 : 0;
      } catch (RdbException e) {
        assertFalse(e.reason().isEmpty());
      }
    }
    assertTrue(opened > 0 && opened < 20_000, opened + " opened");
    assertThrows(RdbException.class, () -> DumpPayload.open(new byte[10]));
    byte[] unknown = {8, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    assertThrows(RdbException.class, () -> DumpPayload.open(unknown));
  }
}
