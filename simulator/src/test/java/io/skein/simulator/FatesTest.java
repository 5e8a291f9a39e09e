package io.skein.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FatesTest {
  @ParameterizedTest
  @EnumSource
  void everyConfirmedWriteThatIsLostIsExplained(Options.Data data) {
    EnumMap<Fates.Fate, Integer> lost = new EnumMap<>(Fates.Fate.class);
    for (int seed = 1; seed <= 3; seed++) {
      Options options =
          Options.of(seed).withProfile(Profile.TWO_PRIMARIES).withData(data).withFaultMinutes(0.7);
      new World(options, null)
          .run()
          .replicatedLost()
          .forEach((fate, count) -> lost.merge(fate, count, Integer::sum));
    }
    assertTrue(!lost.isEmpty(), "nothing was lost");
    assertNull(lost.get(Fates.Fate.UNEXPLAINED), lost.toString());
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodySawIsNotExplained(Options.Data data) {
    World world = new World(Options.of(1).withData(data), null);
    world.fates.confirmed("known");
    assertEquals(Fates.Fate.UNDERWAY, world.fates.of("known"));
    assertEquals(Fates.Fate.UNEXPLAINED, world.fates.of("unknown"));
  }
}
