package io.skein.engine.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfigTextTest {
  @Test
  void decodesUtf8() {
    String text = "naïve 葛 \uD83E\uDEBF";
    assertEquals(text, ConfigText.of(text.getBytes(StandardCharsets.UTF_8)));
    assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), ConfigText.bytes(text));
  }

  @Test
  void keepsBytesThatAreNoUtf8() {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      if (random.nextBoolean() && bytes.length > 3) {
        bytes[0] = (byte) 0xE2;
        bytes[1] = (byte) 0x82;
      }
      assertArrayEquals(bytes, ConfigText.bytes(ConfigText.of(bytes)));
    }
  }

  @Test
  void quotesSoThatTheGrammarReadsItBack() {
    Random random = new Random(6);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(12)];
      random.nextBytes(bytes);
      String quoted = ConfigText.quoted(ConfigText.of(bytes));
      assertEquals(
          List.of(new String(bytes, StandardCharsets.ISO_8859_1)), LineGrammar.split(quoted));
    }
  }

  @Test
  void quotesAsRedisDoes() {
    assertEquals("\"a\\\"\\\\\\n\\x00\\xc3\\xa9\"", ConfigText.quoted("a\"\\\n\0é"));
  }
}
