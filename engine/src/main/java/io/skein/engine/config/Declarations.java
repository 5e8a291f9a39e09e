package io.skein.engine.config;

import io.skein.engine.config.NumberSetting.Form;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the settings of one area and lists them in the order in which they are made.
final class Declarations {
  static final long INT_MAX = Integer.MAX_VALUE;
  static final long INT_MIN = Integer.MIN_VALUE;
  static final long LONG_MAX = Long.MAX_VALUE;
  static final long UINT_MAX = 0xFFFF_FFFFL;
  static final long ULONG_MAX = -1L;
  static final long KB = 1L << 10;
  static final long MB = 1L << 20;
  static final long GB = 1L << 30;

  private final List<Setting<?>> made = new ArrayList<>(40);

  <S extends Setting<?>> S add(S setting) {
    made.add(setting);
    return setting;
  }

  List<Setting<?>> all() {
    return made;
  }

  BoolSetting yesNo(String name, int flags, boolean initial) {
    return yesNo(name, null, flags, initial);
  }

  BoolSetting yesNo(String name, @Nullable String alias, int flags, boolean initial) {
    return add(new BoolSetting(name, alias, flags, initial));
  }

  NumberSetting number(String name, int flags, long min, long max, long initial) {
    return number(name, null, flags, min, max, initial);
  }

  NumberSetting number(
      String name, @Nullable String alias, int flags, long min, long max, long initial) {
    return add(new NumberSetting(name, alias, flags, Form.INTEGER, false, min, max, initial));
  }

  /// A number whose bounds are compared, and shown, as unsigned: -1 is above every maximum.
  NumberSetting unsigned(
      String name, @Nullable String alias, int flags, long min, long max, long initial) {
    return add(new NumberSetting(name, alias, flags, Form.INTEGER, true, min, max, initial));
  }

  NumberSetting memory(String name, int flags, long min, long max, long initial) {
    return add(new NumberSetting(name, null, flags, Form.MEMORY, false, min, max, initial));
  }

  NumberSetting unsignedMemory(
      String name, @Nullable String alias, int flags, long min, long max, long initial) {
    return add(new NumberSetting(name, alias, flags, Form.MEMORY, true, min, max, initial));
  }

  TextSetting text(String name, int flags, String initial) {
    return text(name, flags, initial, TextSetting.Check.NONE);
  }

  TextSetting text(String name, int flags, String initial, TextSetting.Check check) {
    return add(new TextSetting(name, null, flags, initial, false, check));
  }

  /// A text that is absent, which is the same as empty, unless somebody sets it.
  TextSetting optional(String name, int flags) {
    return optional(name, null, flags, TextSetting.Check.NONE);
  }

  TextSetting optional(String name, @Nullable String alias, int flags, TextSetting.Check check) {
    return add(new TextSetting(name, alias, flags, "", true, check));
  }

  ChoiceSetting<String> word(String name, int flags, String initial, String... words) {
    return add(new ChoiceSetting<>(name, null, flags, words, words, initial));
  }

  /// A choice between the constants of an enum, each spelled as [Token#token] says.
  <E extends Token> ChoiceSetting<E> choice(String name, int flags, E[] values, E initial) {
    String[] words = new String[values.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = values[i].token();
    }
    return add(new ChoiceSetting<>(name, null, flags, words, values, initial));
  }
}
