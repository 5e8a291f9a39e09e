package io.skein.engine.node;

import java.util.SplittableRandom;

/// Identifiers drawn by chance.
final class RandomHex {
  private RandomHex() {}

  /// So many hexadecimal digits.
  static String of(SplittableRandom entropy, int digits) {
    StringBuilder s = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      s.append(Character.forDigit(entropy.nextInt(16), 16));
    }
    return s.toString();
  }
}
