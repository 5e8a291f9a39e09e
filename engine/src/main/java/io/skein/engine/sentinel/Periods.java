package io.skein.engine.sentinel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often a Sentinel does things and how long it waits, in milliseconds: what SENTINEL DEBUG
/// shows and changes.
final class Periods {
  /// One of them, in the order in which SENTINEL DEBUG shows them.
  enum Name {
    INFO_PERIOD(10_000),
    PING_PERIOD(1000),
    ASK_PERIOD(1000),
    PUBLISH_PERIOD(2000),
    DEFAULT_DOWN_AFTER(30_000),
    DEFAULT_FAILOVER_TIMEOUT(180_000),
    TILT_TRIGGER(2000),
    TILT_PERIOD(30_000),
    SLAVE_RECONF_TIMEOUT(10_000),
    MIN_LINK_RECONNECT_PERIOD(15_000),
    ELECTION_TIMEOUT(10_000),
    SCRIPT_MAX_RUNTIME(60_000),
    SCRIPT_RETRY_DELAY(30_000);

    private final long usualMs;

    Name(long usualMs) {
      this.usualMs = usualMs;
    }

    String wireName() {
      return name().replace('_', '-');
    }
  }

  private final long[] ms = new long[Name.values().length];

  Periods() {
    for (Name name : Name.values()) {
      ms[name.ordinal()] = name.usualMs;
    }
  }

  long get(Name name) {
    return ms[name.ordinal()];
  }

  void set(Name name, long value) {
    ms[name.ordinal()] = value;
  }

  static @Nullable Name find(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    for (Name name : Name.values()) {
      if (name.wireName().equals(upper)) {
        return name;
      }
    }
    return null;
  }

  Map<String, Answer> fields() {
    Map<String, Answer> fields = new LinkedHashMap<>();
    for (Name name : List.of(Name.values())) {
      fields.put(name.wireName(), new Answer.Bulk(Long.toString(get(name))));
    }
    return fields;
  }

  /// Takes the words `NAME VALUE ...` in order; those before a mistake count.
  Answer set(List<String> words) {
    List<String> left = new ArrayList<>(words);
    while (!left.isEmpty()) {
      String option = left.removeFirst();
      Name name = left.isEmpty() ? null : find(option);
      if (name == null) {
        return new Answer.Failure(
            "ERR Unknown option or number of arguments for SENTINEL DEBUG '" + option + "'");
      }
      String value = left.removeFirst();
      long number = Parameters.positive(value);
      if (number <= 0) {
        return new Answer.Failure(
            "ERR Invalid argument '" + value + "' for SENTINEL DEBUG '" + option + "'");
      }
      set(name, number);
    }
    return Answer.OK;
  }
}
