package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void isUtf8WhereTheBytesAre() {
    String text = "plain, äöü, \uFFFD and \uD83D\uDE00";
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    assertEquals(text, Text.decode(utf8, 0, utf8.length));
    assertArrayEquals(utf8, Text.encode(text));
  }

  @Test
  void givesAnyBytesBack() {
    SplittableRandom random = new SplittableRandom(7);
    byte[] telling = {
      'a',
      0,
      (byte) 0xff,
      (byte) 0xc3,
      (byte) 0xa9,
      (byte) 0xed,
      (byte) 0xb2,
      (byte) 0x80,
      (byte) 0xf0
    };
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            random.nextBoolean()
                ? telling[random.nextInt(telling.length)]
                : (byte) random.nextInt(256);
      }
      assertArrayEquals(bytes, Text.encode(Text.decode(bytes, 0, bytes.length)), "round " + round);
    }
  }
}
