package io.skein.simulator.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SentinelSimulationTest {
  private static int failovers(int sentinels, long firstSeed, int runs) {
    int failovers = 0;
    for (long seed = firstSeed; seed < firstSeed + runs; seed++) {
      SentinelWorld world = new SentinelWorld(seed, sentinels, 3, null);
      assertNull(world.run(4), "seed " + seed + " with " + sentinels + " Sentinels");
      failovers += world.failovers();
    }
    return failovers;
  }

  @Test
  void threeSentinelsAgreeUnderFaults() {
    assertTrue(failovers(3, 1, 12) > 12);
  }

  @Test
  void fiveSentinelsAgreeUnderFaults() {
    assertTrue(failovers(5, 1000, 8) > 8);
  }

  @Test
  void sameSeedGivesTheSameRun() {
    SentinelWorld first = new SentinelWorld(7, 3, 3, null);
    SentinelWorld second = new SentinelWorld(7, 3, 3, null);
    assertNull(first.run(1));
    assertNull(second.run(1));
    assertEquals(first.hash(), second.hash());
  }
}
