package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void comparesAsUnsignedBytes() {
    assertTrue(Bytes.of(new byte[] {(byte) 0x80}).compareTo(Bytes.of(new byte[] {0x7f})) > 0);
    assertTrue(Bytes.of("a").compareTo(Bytes.of("ab")) < 0);
    assertEquals(Bytes.of("same"), Bytes.of("not same").slice(4, 8));
    assertEquals(Bytes.of("same").hashCode(), Bytes.of("not same").slice(4, 8).hashCode());
    assertNotEquals(Bytes.of("a"), Bytes.of("b"));
  }

  @Test
  void staysTheSameWhenItsSourceChanges() {
    byte[] source = {1, 2, 3};
    Bytes bytes = Bytes.of(source);
    source[0] = 9;
    bytes.toByteArray()[1] = 9;
    assertEquals(Bytes.of(new byte[] {1, 2, 3}), bytes);
  }

  @Test
  void foldsAsciiOnly() {
    assertEquals(Bytes.of("get-äß"), Bytes.of("GeT-äß").toLowerCase());
    assertEquals(Bytes.of("GET-äß"), Bytes.of("GeT-äß").toUpperCase());
    assertTrue(Bytes.of("GeT").equalsIgnoreCase("gEt"));
    assertFalse(Bytes.of("GeT").equalsIgnoreCase("gEx"));
    assertFalse(Bytes.of("@").equalsIgnoreCase("`"));
  }

  @Test
  void memoryAgreesWithArrays() {
    SplittableRandom random = new SplittableRandom(12);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(2048).address();
      for (int i = 0; i < 5000; i++) {
        int length = random.nextInt(200);
        byte[] b = new byte[length + 3];
        random.nextBytes(b);
        byte[] plain = Arrays.copyOfRange(b, 3, 3 + length);
        long a = address + random.nextInt(8);
        Memory.copy(b, 3, a, length);
        byte[] back = new byte[length];
        Memory.copy(a, back, 0, length);
        assertTrue(Arrays.equals(plain, back));
        assertTrue(Memory.equal(a, b, 3, length));
        Memory.copy(a, address + 1024, length);
        assertEquals(-1, Memory.mismatch(a, address + 1024, length));
        assertEquals(0, Memory.compare(a, length, b, 3, length));
        if (length > 0) {
          int flip = random.nextInt(length);
          b[3 + flip] ^= (byte) (1 + random.nextInt(255));
          Memory.putByte(address + 1024 + flip, b[3 + flip]);
          byte[] changed = Arrays.copyOfRange(b, 3, 3 + length);
          assertFalse(Memory.equal(a, b, 3, length));
          assertEquals(flip, Memory.mismatch(a, address + 1024, length));
          assertEquals(
              Integer.signum(Arrays.compareUnsigned(plain, changed)),
              Integer.signum(Memory.compare(a, length, b, 3, length)));
        }
      }
    }
  }
}
