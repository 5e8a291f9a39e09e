package io.skein.server.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// What all sources of random commands draw from.
abstract class RandomFamily implements CommandFamily {
  final SplittableRandom random;

  /// What DUMP has returned last, by either server.
  String payload = "nonsense";

  RandomFamily(long seed) {
    random = new SplittableRandom(seed);
  }

  @Override
  public void payload(String dumped) {
    payload = dumped;
  }

  final String one(String... of) {
    return of[random.nextInt(of.length)];
  }

  static String[] command(List<String> rest, String... first) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all.toArray(new String[0]);
  }

  final boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
