package io.skein.engine.sentinel;

import java.util.random.RandomGenerator;

/// Ids: 40 hexadecimal digits.
final class Identity {
  private static final int CHARS = 40;

  private Identity() {}

  static String draw(RandomGenerator entropy) {
    StringBuilder id = new StringBuilder(CHARS);
    for (int i = 0; i < CHARS; i++) {
      id.append(Character.forDigit(entropy.nextInt(16), 16));
    }
    return id.toString();
  }
}
