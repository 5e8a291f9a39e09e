package io.skein.engine.config;

import java.util.ArrayList;
import java.util.List;

/// `oom-score-adj-values PRIMARY REPLICA CHILD`, each -2000 to 2000.
final class OomScoreSetting extends CompoundSetting<List<Long>> {
  private static final String INVALID =
      "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";

  OomScoreSetting() {
    super("oom-score-adj-values", null, MODIFIABLE, List.of(0L, 200L, 800L));
  }

  @Override
  List<Long> parse(List<String> words, List<Long> current) throws ConfigError {
    if (words.size() != initial().size()) {
      throw new ConfigError("wrong number of arguments");
    }
    List<Long> values = new ArrayList<>();
    for (String word : words) {
      values.add(number(word, -2000, 2000, INVALID));
    }
    return List.copyOf(values);
  }

  @Override
  String show(List<Long> value) {
    return joined(value);
  }
}
