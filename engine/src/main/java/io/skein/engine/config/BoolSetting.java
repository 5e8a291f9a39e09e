package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directive that is `yes` or `no`.
public final class BoolSetting extends Setting<Boolean> {
  BoolSetting(String name, @Nullable String alias, int flags, boolean initial) {
    super(name, alias, flags, initial);
  }

  @Override
  Boolean parse(List<String> words, Boolean current) throws ConfigError {
    String word = words.getFirst();
    if (word.equalsIgnoreCase("yes")) {
      return true;
    }
    if (word.equalsIgnoreCase("no")) {
      return false;
    }
    throw new ConfigError("argument must be 'yes' or 'no'");
  }

  @Override
  String show(Boolean value) {
    return value ? "yes" : "no";
  }
}
