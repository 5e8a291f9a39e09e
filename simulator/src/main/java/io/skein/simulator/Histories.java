package io.skein.simulator;

import io.skein.engine.machine.Invariant;
import java.util.Arrays;
import java.util.LinkedHashMap;

/// Every history of the run, byte for byte, as its nodes wrote it: who is at an offset of a history
/// wrote the same there as all others.
///
/// A replica's log is its primary's stream, so what it has is a prefix of its primary's history, or
/// the bytes differ.
final class Histories {
  private final LinkedHashMap<String, Recorded> byReplid = new LinkedHashMap<>();
  private long compared;

  /// The bytes of a history from `start` on.
  private static final class Recorded {
    long start;
    byte[] bytes = new byte[1024];
    int length;

    long end() {
      return start + length;
    }
  }

  /// How many bytes were written a second time, and were the same.
  long compared() {
    return compared;
  }

  /// A node has written `bytes` after `offset` bytes of a history.
  ///
  /// @throws Invariant.Broken when another has written others there
  void written(String who, String replid, long offset, byte[] bytes) {
    Recorded known = byReplid.computeIfAbsent(replid, id -> new Recorded());
    if (known.length == 0 || offset > known.end()) {
      // What lies between was written while nobody followed, and never sent.
      known.start = offset;
      known.length = 0;
    }
    int i = (int) Math.max(0, known.start - offset);
    for (; i < bytes.length && offset + i < known.end(); i++) {
      Invariant.check(
          known.bytes[(int) (offset + i - known.start)] == bytes[i],
          who + " has other writes than another node at " + replid + ':' + (offset + i));
      compared++;
    }
    int added = bytes.length - i;
    if (added > 0) {
      if (known.length + added > known.bytes.length) {
        known.bytes = Arrays.copyOf(known.bytes, 2 * (known.length + added));
      }
      System.arraycopy(bytes, i, known.bytes, known.length, added);
      known.length += added;
    }
  }
}
