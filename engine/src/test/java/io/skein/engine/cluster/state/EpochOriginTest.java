package io.skein.engine.cluster.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EpochOriginTest {
  @ParameterizedTest
  @EnumSource
  void epochsOfOneOriginAreNeverThoseOfAnother(EpochOrigin origin) {
    for (long here = 0; here < 50; here++) {
      long epoch = origin.after(here);
      for (EpochOrigin other : EpochOrigin.values()) {
        for (long there = 0; there < 50; there++) {
          assertTrue(other == origin || other.after(there) != epoch, other + " after " + there);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void isTheNextOne(EpochOrigin origin) {
    for (long epoch = 0; epoch < 50; epoch++) {
      long next = origin.after(epoch);
      assertTrue(next > epoch && next <= epoch + 4, epoch + " -> " + next);
      assertEquals(next, origin.after(next - 1));
      assertNotEquals(next, origin.after(next));
    }
  }
}
