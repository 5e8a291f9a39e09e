package io.skein.engine.config;

import java.util.ArrayList;
import java.util.List;

/// `save SECONDS CHANGES [SECONDS CHANGES ...]`, or `save ""` for no snapshots.
///
/// In a file the lines add up, the first replacing the default and an empty one all before it; by
/// CONFIG SET the new list replaces the old. So the value parsed is `current` and then the words;
/// the caller clears `current`.
final class SaveSetting extends CompoundSetting<List<SavePoint>> {
  private static final String INVALID = "Invalid save parameters";

  SaveSetting() {
    super(
        "save",
        null,
        MODIFIABLE,
        List.of(new SavePoint(3600, 1), new SavePoint(300, 100), new SavePoint(60, 10000)));
  }

  @Override
  List<SavePoint> startOfSet(List<SavePoint> current) {
    return List.of();
  }

  @Override
  List<SavePoint> parse(List<String> words, List<SavePoint> current) throws ConfigError {
    List<String> numbers = unlessEmpty(words);
    if (numbers.isEmpty()) {
      return List.of();
    }
    if (numbers.size() % 2 != 0) {
      throw new ConfigError(INVALID);
    }
    List<SavePoint> points = new ArrayList<>(current);
    for (int i = 0; i < numbers.size(); i += 2) {
      long seconds = number(numbers.get(i), 1, Long.MAX_VALUE, INVALID);
      long changes = number(numbers.get(i + 1), 0, Integer.MAX_VALUE, INVALID);
      points.add(new SavePoint(seconds, (int) changes));
    }
    return List.copyOf(points);
  }

  @Override
  String show(List<SavePoint> value) {
    return joined(value);
  }

  @Override
  void rewrite(List<SavePoint> value, ConfigRewrite out) {
    if (value.isEmpty()) {
      out.line(name(), "save \"\"", true);
    }
    for (SavePoint point : value) {
      out.line(name(), "save " + point, true);
    }
  }
}
