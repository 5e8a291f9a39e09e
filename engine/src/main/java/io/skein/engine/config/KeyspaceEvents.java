package io.skein.engine.config;

import io.skein.engine.keyspace.EventClass;
import org.jspecify.annotations.Nullable;

/// The classes of keyspace events that are published, as a set of bits.
///
/// `K` and `E` say where (`__keyspace@N__`, `__keyevent@N__`), the other letters which; `A` is all
/// of them but `m` (missed keys) and `n` (new keys).
public record KeyspaceEvents(int bits) {
  private static final String LETTERS = "g$lshzxetdnKEm";
  private static final int ALL = (1 << LETTERS.indexOf('n')) - 1;

  static final KeyspaceEvents NONE = new KeyspaceEvents(0);

  /// Whether the class that `letter` stands for is published; `letter` is one of `g$lshzxetdnKEm`.
  public boolean has(char letter) {
    return (bits & 1 << LETTERS.indexOf(letter)) != 0;
  }

  /// The classes that are published anywhere, as the bits of [EventClass].
  public int classes() {
    int classes = 0;
    if (has('K') || has('E')) {
      for (EventClass each : EventClass.values()) {
        classes |= has(each.letter()) ? each.bit() : 0;
      }
    }
    return classes;
  }

  static @Nullable KeyspaceEvents of(String letters) {
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      int at = LETTERS.indexOf(letter);
      if (letter != 'A' && at < 0) {
        return null;
      }
      bits |= letter == 'A' ? ALL : 1 << at;
    }
    return new KeyspaceEvents(bits);
  }

  @Override
  public String toString() {
    boolean all = (bits & ALL) == ALL;
    StringBuilder text = new StringBuilder(all ? "A" : "");
    for (int i = all ? LETTERS.indexOf('n') : 0; i < LETTERS.length(); i++) {
      if ((bits & 1 << i) != 0) {
        text.append(LETTERS.charAt(i));
      }
    }
    return text.toString();
  }
}
