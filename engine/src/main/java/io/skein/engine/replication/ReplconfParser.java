package io.skein.engine.replication;

import io.skein.engine.bytes.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the arguments of REPLCONF into what is known of the link, with Redis's error texts.
final class ReplconfParser {
  /// The command was understood and gets no answer.
  static final String NO_ANSWER = "";

  /// It was an acknowledgement that could be read, which gets no answer either.
  static final String ACKNOWLEDGED = " ";

  /// What only our servers are capable of; others pass over what they do not know.
  static final String STAGED_SLOTS = "staged-slots";

  private static final int MAX_HOST_CHARS = 255;

  private ReplconfParser() {}

  /// Applies the arguments to `link`; returns the line to answer with, [#NO_ANSWER] or
  /// [#ACKNOWLEDGED].
  static String apply(ReplicaLink link, List<byte[]> arguments, long nowMs) {
    if (arguments.size() % 2 != 0) {
      return "-ERR syntax error";
    }
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = text(arguments.get(i));
      byte[] value = arguments.get(i + 1);
      String lower = option.toLowerCase(Locale.ROOT);
      if (lower.equals("ack")) {
        return acknowledge(link, arguments, i, nowMs);
      }
      if (lower.equals("getack")) {
        return NO_ANSWER;
      }
      String error = option(link, lower, option, value);
      if (error != null) {
        return error;
      }
    }
    return "+OK";
  }

  private static @Nullable String option(
      ReplicaLink link, String lower, String option, byte[] value) {
    return switch (lower) {
      case "listening-port" -> {
        if (!Numbers.isLong(value, 0, value.length)) {
          yield "-ERR value is not an integer or out of range";
        }
        link.listeningPort = (int) Numbers.parseLong(value, 0, value.length);
        yield null;
      }
      case "ip-address" -> {
        if (value.length >= MAX_HOST_CHARS) {
          yield "-ERR REPLCONF ip-address provided by replica instance is too long: "
              + value.length
              + " bytes";
        }
        link.announcedIp = text(value);
        yield null;
      }
      case "capa" -> {
        link.capableOfEof |= text(value).equalsIgnoreCase("eof");
        link.capableOfPsync2 |= text(value).equalsIgnoreCase("psync2");
        link.capableOfStaging |= text(value).equalsIgnoreCase(STAGED_SLOTS);
        yield null;
      }
      case "rdb-only" -> rdbOnly(link, value);
      case "rdb-filter-only" -> rdbFilter(link, text(value));
      default -> "-ERR Unrecognized REPLCONF option: " + option;
    };
  }

  private static @Nullable String rdbOnly(ReplicaLink link, byte[] value) {
    if (!Numbers.isLong(value, 0, value.length)) {
      return "-ERR value is not an integer or out of range";
    }
    long flag = Numbers.parseLong(value, 0, value.length);
    if (flag < 0 || flag > 1) {
      return "-ERR value is out of range, value must between 0 and 1";
    }
    link.rdbOnly = flag == 1;
    return null;
  }

  private static @Nullable String rdbFilter(ReplicaLink link, String value) {
    link.wantsData = false;
    link.wantsFunctions = false;
    for (String filter : value.trim().split("\\s+")) {
      if (filter.equalsIgnoreCase("functions")) {
        link.wantsFunctions = true;
      } else if (!filter.isEmpty()) {
        return "-ERR Unsupported rdb-filter-only option: " + filter;
      }
    }
    return null;
  }

  private static String acknowledge(ReplicaLink link, List<byte[]> arguments, int at, long nowMs) {
    byte[] offset = arguments.get(at + 1);
    if (!link.isReplica() || !Numbers.isLong(offset, 0, offset.length)) {
      return NO_ANSWER;
    }
    link.ackOffset = Math.max(link.ackOffset, Numbers.parseLong(offset, 0, offset.length));
    if (arguments.size() > at + 3 && text(arguments.get(at + 2)).equalsIgnoreCase("fack")) {
      byte[] fsynced = arguments.get(at + 3);
      if (!Numbers.isLong(fsynced, 0, fsynced.length)) {
        return NO_ANSWER;
      }
      link.fsyncedOffset =
          Math.max(link.fsyncedOffset, Numbers.parseLong(fsynced, 0, fsynced.length));
    }
    link.ackedAtMs = nowMs;
    return ACKNOWLEDGED;
  }

  private static String text(byte[] b) {
    return new String(b, StandardCharsets.UTF_8);
  }
}
