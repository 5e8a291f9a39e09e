package io.skein.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ScaleTest {
  private static String run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ScaleCommand(new PrintStream(out, true, StandardCharsets.UTF_8)).run(args);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void sumsUpWhatTheBusCostsAndHowSoonAPrimaryIsReplaced() {
    Scale.Result ours = Scale.run(6, 2000, true, true, 3);
    Scale.Result redis = Scale.run(6, 2000, false, true, 3);
    assertTrue(ours.promotedMs() < 3000, "took " + ours.promotedMs());
    assertTrue(ours.promotedMs() < redis.promotedMs(), redis + " against " + ours);
    assertTrue(ours.messagesPerS() > 0 && ours.bytesPerS() > 2000 * ours.messagesPerS());
    assertTrue(Scale.run(6, 2000, true, false, 3).promotedMs() < 1000);
  }

  @Test
  void costsOfADeathGrowWithTheNodesNotWithTheirSquare() {
    long few = Scale.run(20, 2000, true, false, 4).deathMessages();
    long many = Scale.run(60, 2000, true, false, 4).deathMessages();
    assertTrue(many < 5 * few, few + " messages for 20 nodes, and " + many + " for 60");
  }

  @Test
  void electionsConvergeWhenHalfOfAHundredPrimariesDieAtOnce() {
    // One more, and those that are left would be no majority.
    long killedMs = Scale.dieTogether(200, 49, 2000, false, 5);
    assertTrue(killedMs < 8000, "took " + killedMs);
  }

  @Test
  void writesATable() {
    String table = run("--scale", "6", "1000", "kill");
    assertEquals(4, table.lines().count(), table);
    assertThrows(IllegalArgumentException.class, () -> run("--scale"));
    assertThrows(IllegalArgumentException.class, () -> run("--scale", "7"));
    assertThrows(IllegalArgumentException.class, () -> run("--scale", "6", "x"));
  }
}
