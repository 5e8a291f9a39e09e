package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directive that is any text: a name, a path, a password. Not set is the empty text.
public final class TextSetting extends Setting<String> {
  /// What else must hold of the text.
  enum Check {
    NONE,
    /// Even NUL bytes are welcome.
    SECRET,
    RDB_FILE_NAME,
    AOF_FILE_NAME,
    AOF_DIRECTORY_NAME,
    HOST_NAME,
    NODE_NAME,
    TITLE_TEMPLATE,
    LOCALE
  }

  private final Check check;
  private final boolean emptyIsUnset;

  /// `emptyIsUnset` tells a directive that has no default from one whose default, or value, is the
  /// empty text: the first is left out of a rewritten file when empty.
  TextSetting(
      String name,
      @Nullable String alias,
      int flags,
      String initial,
      boolean emptyIsUnset,
      Check check) {
    super(name, alias, flags, initial);
    this.check = check;
    this.emptyIsUnset = emptyIsUnset;
  }

  @Override
  String parse(List<String> words, String current) throws ConfigError {
    String text = words.getFirst();
    if (check != Check.SECRET && text.indexOf('\0') >= 0) {
      throw new ConfigError("argument must not contain a NUL byte");
    }
    TextChecks.check(check, text);
    return text;
  }

  @Override
  String show(String value) {
    return value;
  }

  @Override
  void rewrite(String value, ConfigRewrite out) {
    if (emptyIsUnset && value.isEmpty()) {
      out.processed(name());
    } else {
      out.line(
          name(),
          name() + ' ' + ConfigText.quoted(value),
          emptyIsUnset || !value.equals(initial()));
    }
  }
}
