package io.skein.engine.replication;

import io.skein.engine.bytes.Numbers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where a server stood when it answered INFO, as far as a replica of it needs to know.
///
/// @param replid the id of its history
/// @param offset how much of it the server had
/// @param lagMs how stale its own data were: 0 for a primary, else what it has measured
/// @param lagBytes how many bytes it lacked itself
record UpstreamPosition(String replid, long offset, long lagMs, long lagBytes) {
  /// Reads the section `replication`; null when it does not say, as a replica does not that
  /// measures nothing.
  static @Nullable UpstreamPosition parse(String info) {
    String role = "";
    String replid = "";
    long offset = -1;
    long lagMs = -1;
    long lagBytes = -1;
    for (String line : info.split("\r?\n")) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1);
      switch (colon < 0 ? "" : line.substring(0, colon)) {
        case "role" -> role = value;
        case "master_replid" -> replid = value;
        case "master_repl_offset" -> offset = number(value);
        case "slave_read_lag_ms" -> lagMs = number(value);
        case "slave_read_lag_bytes" -> lagBytes = number(value);
        default -> {}
      }
    }
    boolean primary = role.equals("master");
    boolean told = primary || role.equals("slave") && lagMs >= 0 && lagBytes >= 0;
    if (!told || replid.isEmpty() || offset < 0) {
      return null;
    }
    return new UpstreamPosition(replid, offset, primary ? 0 : lagMs, primary ? 0 : lagBytes);
  }

  private static long number(String text) {
    byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
    return Numbers.isLong(digits, 0, digits.length)
        ? Numbers.parseLong(digits, 0, digits.length)
        : -1;
  }
}
