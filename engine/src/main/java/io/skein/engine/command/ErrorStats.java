package io.skein.engine.command;

import java.util.Map;
import java.util.TreeMap;

/// How many errors of each code were replied: INFO errorstats.
public final class ErrorStats {
  private static final int MOST_CODES = 128;

  /// What has no blank within as many characters has no code, and counts as `ERR`.
  private static final int MOST_CODE_LENGTH = 31;

  private final Map<String, Long> counts = new TreeMap<>();
  private long total;

  /// Counts an error reply with this text.
  public void count(String text) {
    int space = text.indexOf(' ');
    String code = space < 0 || space >= MOST_CODE_LENGTH ? "ERR" : text.substring(0, space);
    total++;
    if (counts.size() < MOST_CODES || counts.containsKey(code)) {
      counts.merge(code, 1L, Long::sum);
    }
  }

  /// The number of all error replies.
  public long total() {
    return total;
  }

  /// The number of replies by code.
  public Map<String, Long> counts() {
    return counts;
  }

  /// Starts anew.
  public void reset() {
    counts.clear();
    total = 0;
  }
}
