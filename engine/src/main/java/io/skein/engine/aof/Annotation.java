package io.skein.engine.aof;

import io.skein.engine.bytes.Numbers;
import java.nio.charset.StandardCharsets;

/// A line between the commands of an append only file; Redis passes over all of them but `#TS`.
public sealed interface Annotation {
  /// What follows was written at that time.
  ///
  /// @param seconds Unix time
  record Timestamp(long seconds) implements Annotation {}

  /// The bytes that follow are those of the log.
  ///
  /// @param replid the id of the history
  /// @param offset the number of bytes of it that lie before this place
  /// @param db the database that is selected here, or -1 for none
  record History(String replid, long offset, int db) implements Annotation {}

  /// The log goes on in another file, if this is the last item of the one it stands in.
  ///
  /// @param seq the number of that incremental file
  record Next(long seq) implements Annotation {}

  /// One that begins as ours do, but cannot be read: of what follows nothing is known but the
  /// commands.
  record Malformed() implements Annotation {}

  /// One that means nothing to us.
  record Other() implements Annotation {}

  private static String timestampPrefix() {
    return "#TS:";
  }

  private static String historyPrefix() {
    return "#HISTORY:";
  }

  private static String nextPrefix() {
    return "#NEXT:";
  }

  /// Reads a line, from its `#` up to its end.
  static Annotation of(byte[] b, int offset, int length) {
    String line = new String(b, offset, length, StandardCharsets.ISO_8859_1);
    if (line.startsWith(timestampPrefix())) {
      long seconds = number(line.substring(timestampPrefix().length()));
      return seconds < 0 ? new Malformed() : new Timestamp(seconds);
    }
    if (line.startsWith(historyPrefix())) {
      return history(line.substring(historyPrefix().length()));
    }
    if (line.startsWith(nextPrefix())) {
      long seq = number(line.substring(nextPrefix().length()));
      return seq < 1 ? new Malformed() : new Next(seq);
    }
    return new Other();
  }

  private static Annotation history(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 3 || !isId(parts[0])) {
      return new Malformed();
    }
    long offset = number(parts[1]);
    long db = parts[2].equals("-1") ? -1 : number(parts[2]);
    boolean bad = offset < 0 || db > Integer.MAX_VALUE || db < 0 && !parts[2].equals("-1");
    return bad ? new Malformed() : new History(parts[0], offset, (int) db);
  }

  private static boolean isId(String text) {
    boolean hex = text.length() == 40;
    for (int i = 0; i < text.length(); i++) {
      hex &= Character.digit(text.charAt(i), 16) >= 0;
    }
    return hex;
  }

  private static long number(String text) {
    byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
    long value = Numbers.parseLong(digits, 0, digits.length);
    return value < 0 ? -1 : value;
  }

  /// The line that says what time it is.
  static byte[] timestamp(long seconds) {
    return (timestampPrefix() + seconds + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The line that says in which file the log goes on.
  static byte[] next(long seq) {
    return (nextPrefix() + seq + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The line that says which bytes of the log follow.
  static byte[] history(String replid, long offset, int db) {
    return (historyPrefix() + replid + ":" + offset + ":" + db + "\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
