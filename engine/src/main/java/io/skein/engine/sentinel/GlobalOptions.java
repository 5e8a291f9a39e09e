package io.skein.engine.sentinel;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// SENTINEL CONFIG: what concerns the whole Sentinel.
final class GlobalOptions {
  private final SentinelState state;

  GlobalOptions(SentinelState state) {
    this.state = state;
  }

  Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("resolve-hostnames", yesNo(state.resolveHostnames));
    all.put("announce-hostnames", yesNo(state.announceHostnames));
    all.put("announce-ip", state.announceIp);
    all.put("announce-port", Integer.toString(state.announcePort));
    all.put("sentinel-user", state.sentinelUser == null ? "" : state.sentinelUser);
    all.put("sentinel-pass", state.sentinelPass == null ? "" : state.sentinelPass);
    return all;
  }

  private static String yesNo(boolean on) {
    return on ? "yes" : "no";
  }

  /// What is wrong with `value`, or null.
  @Nullable String objection(String option, String value) {
    boolean good =
        switch (option) {
          case "resolve-hostnames", "announce-hostnames" -> Parameters.isYesOrNo(value);
          case "announce-port" -> {
            long port = Parameters.notNegative(value);
            yield port >= 0 && port <= Address.MAX_PORT;
          }
          case "announce-ip" -> value.chars().noneMatch(c -> c <= ' ' || c == '"' || c == ',');
          default -> true;
        };
    return good ? null : "Invalid value '" + value + "' to SENTINEL CONFIG SET '" + option + "'";
  }

  /// Sets them; returns whether the other Sentinels have to be logged in to anew.
  boolean set(Map<String, String> values) {
    boolean reconnects = false;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      String value = entry.getValue();
      switch (entry.getKey()) {
        case "resolve-hostnames" -> state.resolveHostnames = value.equalsIgnoreCase("yes");
        case "announce-hostnames" -> state.announceHostnames = value.equalsIgnoreCase("yes");
        case "announce-ip" -> state.announceIp = value;
        case "announce-port" -> state.announcePort = (int) Parameters.notNegative(value);
        case "sentinel-user" -> {
          state.sentinelUser = value.isEmpty() ? null : value;
          reconnects = true;
        }
        case "sentinel-pass" -> {
          state.sentinelPass = value.isEmpty() ? null : value;
          reconnects = true;
        }
        default -> {}
      }
    }
    return reconnects;
  }
}
