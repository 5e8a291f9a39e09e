package io.skein.engine.config;

import java.util.List;

/// `dir PATH`: the directory in which relative file names are looked up, always an absolute path.
///
/// What a path means is for the machine to say; [Settings] asks its [WorkingDirectory] before the
/// value gets here.
final class DirectorySetting extends CompoundSetting<String> {
  DirectorySetting() {
    super("dir", null, PROTECTED | NOT_WHILE_LOADING, ".");
  }

  @Override
  boolean takesSeveral() {
    return false;
  }

  @Override
  String parse(List<String> words, String current) throws ConfigError {
    return words.getFirst();
  }

  @Override
  String show(String value) {
    return value;
  }

  @Override
  void rewrite(String value, ConfigRewrite out) {
    out.line(name(), name() + " " + ConfigText.quoted(value), true);
  }
}
