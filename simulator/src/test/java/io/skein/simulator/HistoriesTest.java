package io.skein.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.machine.Invariant;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HistoriesTest {
  private final Histories histories = new Histories();

  private void written(String who, long offset, String text) {
    histories.written(who, "id", offset, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void takesAPrefixInPiecesOfAnySize() {
    written("primary", 10, "abcdefgh");
    written("replica", 10, "abc");
    written("replica", 13, "defghij");
    written("primary", 18, "ijk");
    assertEquals(10, histories.compared());
  }

  @Test
  void noticesAByteThatDiffers() {
    written("primary", 10, "abcdefgh");
    Invariant.Broken broken =
        assertThrows(Invariant.Broken.class, () -> written("replica", 8, "xxabcD"));
    assertTrue(broken.getMessage().endsWith("at id:13"), broken.getMessage());
  }

  @Test
  void knowsNothingOfWhatWasNotKept() {
    written("primary", 0, "abc");
    written("primary", 10, "xyz");
    written("replica", 0, "ABC");
    assertEquals(0, histories.compared());
    assertThrows(Invariant.Broken.class, () -> written("replica", 9, "wxx"));
  }

  @Test
  void wholeNodesAreCompared() {
    World world =
        new World(
            Options.of(5)
                .withProfile(Profile.FAILOVERS)
                .withData(Options.Data.NODE)
                .withFaultMinutes(0.3),
            null);
    world.run();
    assertTrue(world.checks.logs.compared() > 1000, "" + world.checks.logs.compared());
    assertTrue(world.network.torn() > 10, "" + world.network.torn());
  }
}
