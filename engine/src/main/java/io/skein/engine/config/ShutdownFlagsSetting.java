package io.skein.engine.config;

import java.util.ArrayList;
import java.util.List;

/// `shutdown-on-sigint FLAG ...`: default, save, nosave, now, force.
final class ShutdownFlagsSetting extends CompoundSetting<ShutdownFlags> {
  private static final String[] WORDS = {"default", "save", "nosave", "now", "force"};

  ShutdownFlagsSetting(String name) {
    super(name, null, MODIFIABLE, ShutdownFlags.DEFAULT);
  }

  @Override
  ShutdownFlags parse(List<String> words, ShutdownFlags current) throws ConfigError {
    List<String> lower = new ArrayList<>(words.size());
    for (String word : words) {
      lower.add(ConfigText.lower(word));
    }
    if (lower.isEmpty() || !List.of(WORDS).containsAll(lower)) {
      throw ChoiceSetting.unknownWord(WORDS);
    }
    ShutdownFlags flags =
        new ShutdownFlags(
            lower.contains("save"),
            lower.contains("nosave"),
            lower.contains("now"),
            lower.contains("force"));
    if (flags.save() && flags.nosave()) {
      throw new ConfigError("shutdown options SAVE and NOSAVE can't be used simultaneously");
    }
    return flags;
  }

  @Override
  String show(ShutdownFlags value) {
    boolean[] set = {
      value.equals(initial()), value.save(), value.nosave(), value.now(), value.force()
    };
    List<String> words = new ArrayList<>();
    for (int i = 0; i < set.length; i++) {
      if (set[i]) {
        words.add(WORDS[i]);
      }
    }
    return String.join(" ", words);
  }
}
