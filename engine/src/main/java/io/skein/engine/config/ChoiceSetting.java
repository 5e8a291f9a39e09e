package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directive that is one word of a fixed list; several words may mean the same.
public final class ChoiceSetting<T> extends Setting<T> {
  private final String[] words;
  private final T[] values;

  /// `words[i]` means `values[i]`.
  ChoiceSetting(
      String name, @Nullable String alias, int flags, String[] words, T[] values, T initial) {
    super(name, alias, flags, initial);
    this.words = words;
    this.values = values;
  }

  @Override
  T parse(List<String> arguments, T current) throws ConfigError {
    for (int i = 0; i < words.length; i++) {
      if (words[i].equalsIgnoreCase(arguments.getFirst())) {
        return values[i];
      }
    }
    throw unknownWord(words);
  }

  static ConfigError unknownWord(String[] words) {
    return new ConfigError("argument(s) must be one of the following: " + String.join(", ", words));
  }

  @Override
  String show(T value) {
    for (int i = 0; i < words.length; i++) {
      if (values[i].equals(value)) {
        return words[i];
      }
    }
    throw new IllegalArgumentException(name() + " has no word for " + value);
  }
}
