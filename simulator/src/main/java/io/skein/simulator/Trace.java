package io.skein.simulator;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What happened, as a hash of all of it and, if somebody reads it, as lines of text.
///
/// Two runs with one hash were the same run: every event's time and order, every byte that arrived
/// and every line that a node logged are folded in.
final class Trace {
  private static final int KEPT_LINES = 40;
  private static final int US_PER_MS = 1000;
  private static final int US_PER_S = 1_000_000;

  private final @Nullable Consumer<String> printer;
  private final ArrayDeque<Line> last = new ArrayDeque<>();
  private long hash = 0x9E3779B97F4A7C15L;

  /// @param printer takes the lines, or null when nobody reads them
  Trace(@Nullable Consumer<String> printer) {
    this.printer = printer;
  }

  long hash() {
    return hash;
  }

  void fold(long value) {
    long h = (hash ^ value) * 0xBF58476D1CE4E5B9L;
    hash = Long.rotateLeft(h ^ h >>> 29, 17);
  }

  void fold(byte[] bytes) {
    fold(Arrays.hashCode(bytes));
  }

  void line(long nowUs, String who, String text) {
    fold(text.hashCode());
    Line line = new Line(nowUs, who, text);
    if (printer != null) {
      printer.accept(line.toString());
    }
    if (last.size() == KEPT_LINES) {
      last.removeFirst();
    }
    last.addLast(line);
  }

  /// The newest lines.
  String tail() {
    return last.stream().map(Line::toString).collect(Collectors.joining("\n"));
  }

  private record Line(long atUs, String who, String text) {
    @Override
    public String toString() {
      long ms = atUs % US_PER_S / US_PER_MS;
      return String.format("%6d.%03d %-4s %s", atUs / US_PER_S, ms, who, text);
    }
  }
}
