package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A directive that is a whole number within bounds: a count, a time, a size in bytes or permission
/// bits.
///
/// A percentage, where the form allows one, is held as a negative value: `50%` is -50. Read it by
/// [Settings#number].
public final class NumberSetting extends Setting<Long> {
  /// How the number is spelled.
  enum Form {
    INTEGER,
    MEMORY,
    MEMORY_OR_PERCENT,
    OCTAL,
    /// An integer of which what is out of range is taken as the nearest that makes sense.
    HERTZ
  }

  private static final long MIN_HERTZ = 1;
  private static final long MAX_HERTZ = 500;

  private final Form form;
  private final boolean unsigned;
  private final long min;
  private final long max;

  NumberSetting(
      String name,
      @Nullable String alias,
      int flags,
      Form form,
      boolean unsigned,
      long min,
      long max,
      long initial) {
    super(name, alias, flags, initial);
    this.form = form;
    this.unsigned = unsigned;
    this.min = min;
    this.max = max;
  }

  @Override
  Long parse(List<String> words, Long current) throws ConfigError {
    long value = number(words.getFirst());
    boolean percent = form == Form.MEMORY_OR_PERCENT && value < 0;
    if (percent && value < min) {
      throw new ConfigError("percentage argument must be less or equal to " + -min);
    }
    if (!percent && isOutside(value)) {
      throw new ConfigError(
          "argument must be between " + bound(min) + " and " + bound(max) + " inclusive");
    }
    return form == Form.HERTZ ? Math.clamp(value, MIN_HERTZ, MAX_HERTZ) : value;
  }

  private boolean isOutside(long value) {
    return unsigned
        ? Long.compareUnsigned(value, min) < 0 || Long.compareUnsigned(value, max) > 0
        : value < min || value > max;
  }

  /// `value` as a signed number: one above [Long#MAX_VALUE], which no machine reaches, counts as
  /// that.
  long signed(long value) {
    return unsigned && value < 0 ? Long.MAX_VALUE : value;
  }

  private String bound(long value) {
    return form == Form.OCTAL
        ? Long.toOctalString(value)
        : unsigned ? Long.toUnsignedString(value) : Long.toString(value);
  }

  private long number(String word) throws ConfigError {
    Long value =
        switch (form) {
          case INTEGER, HERTZ -> NumberText.canonical(word);
          case MEMORY -> NumberText.memory(word);
          case MEMORY_OR_PERCENT -> word.endsWith("%") ? percent(word) : NumberText.memory(word);
          case OCTAL -> NumberText.signed(word, 8);
        };
    if (value == null) {
      throw new ConfigError(
          switch (form) {
            case INTEGER, HERTZ -> "argument couldn't be parsed into an integer";
            case MEMORY -> "argument must be a memory value";
            case MEMORY_OR_PERCENT -> "argument must be a memory or percent value";
            case OCTAL -> "argument couldn't be parsed as an octal number";
          });
    }
    return value;
  }

  private static @Nullable Long percent(String word) {
    Long value = NumberText.canonical(word.substring(0, word.length() - 1));
    return value == null || value < 0 ? null : -value;
  }

  @Override
  String show(Long value) {
    return switch (form) {
      case INTEGER, HERTZ -> Long.toString(value);
      case MEMORY -> Long.toUnsignedString(value);
      case MEMORY_OR_PERCENT -> value < 0 ? -value + "%" : Long.toString(value);
      case OCTAL -> Long.toOctalString(value);
    };
  }

  @Override
  void rewrite(Long value, ConfigRewrite out) {
    boolean inUnits = form == Form.MEMORY || form == Form.MEMORY_OR_PERCENT && value >= 0;
    String text = inUnits ? NumberText.memoryText(value) : show(value);
    out.line(name(), name() + ' ' + text, value.longValue() != initial());
  }
}
