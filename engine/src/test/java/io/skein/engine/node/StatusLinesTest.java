package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StatusLinesTest {
  private final StatusLines lines = new StatusLines();
  private final List<String> seen = new ArrayList<>();

  private boolean feed(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return lines.feed(bytes, 0, bytes.length, seen::add);
  }

  @Test
  void joinsWhatComesInPieces() {
    assertTrue(feed("+O"));
    assertTrue(feed("K\r"));
    assertTrue(feed("\n-ERR no\r\n+"));
    assertEquals(List.of("+OK", "-ERR no"), seen);
  }

  @Test
  void refusesWhatIsNoStatus() {
    assertFalse(feed("+OK\r\n$3\r\nabc\r\n"));
    assertEquals(List.of("+OK"), seen);
    assertFalse(feed("+OK\r\n"));
    assertEquals(1, seen.size());
  }

  @Test
  void refusesALineWithoutEnd() {
    assertFalse(feed("+" + "x".repeat(20_000)));
  }

  @Test
  void whateverComesGivesSoundLinesOrAnEnd() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      StatusLines each = new StatusLines();
      List<String> all = new ArrayList<>();
      boolean sound = true;
      for (int i = 0; i < 50; i++) {
        byte[] bytes = new byte[random.nextInt(8)];
        for (int b = 0; b < bytes.length; b++) {
          bytes[b] = (byte) "+-OK\r\n$ ".charAt(random.nextInt(8));
        }
        int before = all.size();
        boolean now = each.feed(bytes, 0, bytes.length, all::add);
        assertTrue(sound || !now && all.size() == before, "seed " + seed);
        sound = now;
      }
      for (String line : all) {
        assertTrue(line.startsWith("+") || line.startsWith("-"), "seed " + seed);
        assertFalse(line.contains("\n"), "seed " + seed);
      }
    }
  }
}
