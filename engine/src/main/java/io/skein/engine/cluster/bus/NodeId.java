package io.skein.engine.cluster.bus;

import java.util.random.RandomGenerator;

/// The form of node and shard ids: 40 characters of `0-9a-z`, of which we draw hexadecimal ones.
public final class NodeId {
  /// The length of an id, in characters and on the wire.
  public static final int LENGTH = 40;

  private NodeId() {}

  /// Whether `text` has the form of an id.
  public static boolean isValid(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'z')) {
        return false;
      }
    }
    return true;
  }

  /// Draws a new id.
  public static String draw(RandomGenerator entropy) {
    StringBuilder id = new StringBuilder(LENGTH);
    while (id.length() < LENGTH) {
      String word = Long.toHexString(entropy.nextLong());
      id.repeat('0', 16 - word.length()).append(word);
    }
    return id.substring(0, LENGTH);
  }
}
