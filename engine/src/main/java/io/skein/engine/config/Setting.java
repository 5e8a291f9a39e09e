package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One directive: its name, its default, and how its text becomes a value of type `T` and back.
///
/// Declarations are constants of the classes named after their area ([NetworkSettings] and its
/// like); a value lives in a [Settings]. Values are immutable.
public abstract sealed class Setting<T>
    permits BoolSetting, NumberSetting, ChoiceSetting, TextSetting, CompoundSetting {
  static final int MODIFIABLE = 0;

  /// Set at start only: by file or command line.
  static final int IMMUTABLE = 1;

  /// Its value is kept out of the slow log, MONITOR and error messages.
  static final int SENSITIVE = 2;

  /// CONFIG GET shows it only when asked by its full name.
  static final int HIDDEN = 4;

  /// CONFIG SET needs `enable-protected-configs`.
  static final int PROTECTED = 8;

  /// CONFIG SET is refused while the data set is being loaded.
  static final int NOT_WHILE_LOADING = 16;

  /// A file's name whose content may have changed: a SET to the same value is a change as well.
  static final int VOLATILE = 32;

  private final String name;
  private final @Nullable String alias;
  private final int flags;
  private final T initial;
  private int index = -1;

  Setting(String name, @Nullable String alias, int flags, T initial) {
    this.name = name;
    this.alias = alias;
    this.flags = flags;
    this.initial = initial;
  }

  /// The name as documented, in lower case.
  public final String name() {
    return name;
  }

  /// The other name under which Redis knows it, or null.
  public final @Nullable String alias() {
    return alias;
  }

  /// The value when nobody sets it.
  public final T initial() {
    return initial;
  }

  /// Whether its value must not be shown in logs.
  public final boolean isSensitive() {
    return has(SENSITIVE);
  }

  final boolean has(int flag) {
    return (flags & flag) != 0;
  }

  final int index() {
    return index;
  }

  /// Gives the place of the value in a [Settings]; only [SettingTable] does, once.
  final void numbered(int place) {
    index = place;
  }

  /// Whether a line may give several words; if not, exactly one.
  boolean takesSeveral() {
    return false;
  }

  /// The value that `words` spell, in the place of `current`; some directives change only part of
  /// it.
  abstract T parse(List<String> words, T current) throws ConfigError;

  /// What the words of a CONFIG SET add to, given the value before it.
  T startOfSet(T current) {
    return current;
  }

  /// The value as CONFIG GET shows it.
  abstract String show(T value);

  /// Puts the value's lines into a rewritten file.
  void rewrite(T value, ConfigRewrite out) {
    out.line(name, name + ' ' + show(value), !value.equals(initial));
  }
}
