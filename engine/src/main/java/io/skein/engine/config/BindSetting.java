package io.skein.engine.config;

import java.util.List;

/// `bind ADDRESS ...`: at most 16; a leading `-` marks one that may be missing, `*` and `::*` mean
/// all.
final class BindSetting extends CompoundSetting<List<String>> {
  private static final int MAX_ADDRESSES = 16;

  BindSetting() {
    super("bind", null, MODIFIABLE, List.of("*", "-::*"));
  }

  @Override
  List<String> parse(List<String> words, List<String> current) throws ConfigError {
    if (words.size() > MAX_ADDRESSES) {
      throw new ConfigError("Too many bind addresses specified.");
    }
    List<String> addresses = List.copyOf(unlessEmpty(words));
    for (String address : addresses) {
      if (!ConfigText.isBare(address)) {
        throw new ConfigError("Failed to bind to specified addresses.");
      }
    }
    return addresses;
  }

  @Override
  String show(List<String> value) {
    return joined(value);
  }

  @Override
  void rewrite(List<String> value, ConfigRewrite out) {
    if (value.equals(initial())) {
      out.processed(name());
    } else {
      out.line(name(), name() + " " + (value.isEmpty() ? "\"\"" : joined(value)), true);
    }
  }
}
