package io.skein.engine.sentinel;

import org.jspecify.annotations.Nullable;

/// What a Sentinel tells the others every two seconds: who it is, and where a primary is.
///
/// On the wire: eight fields with commas between them, in this order.
record Hello(
    String ip,
    int port,
    String runId,
    long currentEpoch,
    String primary,
    String primaryHost,
    int primaryPort,
    long configEpoch) {
  /// The channel on which it is published.
  static final String CHANNEL = "__sentinel__:hello";

  private static final int FIELDS = 8;
  private static final int LONGEST_WORD = 255;

  /// The message that `text` holds, or null when it is none.
  static @Nullable Hello parse(String text) {
    String[] fields = text.split(",", -1);
    if (fields.length != FIELDS
        || !isWord(fields[0])
        || !isWord(fields[2])
        || fields[4].isEmpty()
        || !isWord(fields[5])) {
      return null;
    }
    try {
      int port = port(fields[1]);
      int primaryPort = port(fields[6]);
      long currentEpoch = Long.parseLong(fields[3]);
      long configEpoch = Long.parseLong(fields[7]);
      if (port < 0 || primaryPort < 0 || currentEpoch < 0 || configEpoch < 0) {
        return null;
      }
      return new Hello(
          fields[0], port, fields[2], currentEpoch, fields[4], fields[5], primaryPort, configEpoch);
    } catch (NumberFormatException none) {
      return null;
    }
  }

  private static int port(String digits) {
    int port = Integer.parseInt(digits);
    return port > Address.MAX_PORT ? -1 : port;
  }

  /// What may stand in a line of a configuration file as it is.
  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_WORD
        && text.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\'');
  }

  String text() {
    return String.join(
        ",",
        ip,
        Integer.toString(port),
        runId,
        Long.toString(currentEpoch),
        primary,
        primaryHost,
        Integer.toString(primaryPort),
        Long.toString(configEpoch));
  }
}
