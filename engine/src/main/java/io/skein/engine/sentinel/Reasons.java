package io.skein.engine.sentinel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The latest decisions about a primary, for SENTINEL WHY.
final class Reasons {
  private static final int KEPT = 32;

  /// What was decided or happened, and when.
  private record Entry(long ms, String text) {}

  private final Deque<Entry> latest = new ArrayDeque<>();

  void add(long nowMs, String text) {
    latest.addLast(new Entry(nowMs, text));
    if (latest.size() > KEPT) {
      latest.removeFirst();
    }
  }

  /// The entries, oldest first, each with its age.
  List<String> lines(long nowMs) {
    List<String> lines = new ArrayList<>();
    for (Entry entry : latest) {
      lines.add((nowMs - entry.ms) / 1000 + " s ago: " + entry.text);
    }
    return lines;
  }
}
