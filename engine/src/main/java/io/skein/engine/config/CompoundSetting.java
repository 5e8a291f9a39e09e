package io.skein.engine.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directive with a grammar of its own, as a rule of several words.
abstract non-sealed class CompoundSetting<T> extends Setting<T> {
  CompoundSetting(String name, @Nullable String alias, int flags, T initial) {
    super(name, alias, flags, initial);
  }

  @Override
  boolean takesSeveral() {
    return true;
  }

  /// `words`, or none if they are one empty word: `name ""` is how a file spells an empty list.
  static List<String> unlessEmpty(List<String> words) {
    return words.size() == 1 && words.getFirst().isEmpty() ? List.of() : words;
  }

  /// A number between `min` and `max`, or a refusal for `reason`.
  static long number(String word, long min, long max, String reason) throws ConfigError {
    Long value = NumberText.signed(word, 10);
    if (value == null || value < min || value > max) {
      throw new ConfigError(reason);
    }
    return value;
  }

  static String joined(List<?> parts) {
    List<String> texts = new ArrayList<>(parts.size());
    for (Object part : parts) {
      texts.add(part.toString());
    }
    return String.join(" ", texts);
  }
}
