package io.skein.engine.command;

import java.util.ArrayList;
import java.util.List;

/// Where the keys of a command are among its arguments, and what happens to them.
///
/// *See* "Command key specifications" in the documentation of Redis.
///
/// @param flags what is done with the keys: a mask of this class's constants
/// @param index where the search begins: an argument's index, or, with a keyword, where the search
///   for it starts (negative: backwards from the end)
/// @param keyword the token behind which the keys are, or the empty string
/// @param numbered whether the first argument found is the number of keys
/// @param last the last key relative to the first; negative counts from the end (range); the index
///   of the first key relative to the number (numbered)
/// @param step the distance from one key to the next
/// @param limit with a `last` of -1: 0 or 1 for all arguments, 2 for half of them, ...
public record KeySpec(
    int flags, int index, String keyword, boolean numbered, int last, int step, int limit) {
  public static final int RO = 1;
  public static final int RW = 1 << 1;
  public static final int OW = 1 << 2;
  public static final int RM = 1 << 3;
  public static final int ACCESS = 1 << 4;
  public static final int UPDATE = 1 << 5;
  public static final int INSERT = 1 << 6;
  public static final int DELETE = 1 << 7;
  public static final int NOT_KEY = 1 << 8;
  public static final int INCOMPLETE = 1 << 9;
  public static final int VARIABLE_FLAGS = 1 << 10;

  private static final String[] NAMES = {
    "RO",
    "RW",
    "OW",
    "RM",
    "access",
    "update",
    "insert",
    "delete",
    "not_key",
    "incomplete",
    "variable_flags"
  };

  /// Keys at `first`, `first + step`, ... up to `first + last`, or to the end when `last` is
  /// negative.
  public static KeySpec range(int flags, int first, int last, int step) {
    return new KeySpec(flags, first, "", false, last, step, 0);
  }

  /// One key at argument `index`.
  public static KeySpec one(int flags, int index) {
    return range(flags, index, 0, 1);
  }

  /// The argument at `index` is the number of keys, which follow it.
  public static KeySpec counted(int flags, int index) {
    return new KeySpec(flags, index, "", true, 1, 1, 0);
  }

  /// Keys that only a [KeyFinder] can find, or nobody.
  public static KeySpec unknown(int flags) {
    return new KeySpec(flags, 0, "", false, 0, 0, 0);
  }

  /// Keys behind the token `keyword`, looked for from argument `from` on.
  public static KeySpec behind(int flags, String keyword, int from, int last, int step) {
    return new KeySpec(flags, from, keyword, false, last, step, 0);
  }

  /// The names of the flags in a mask, as COMMAND INFO lists them.
  public static List<String> flagNames(int flags) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < NAMES.length; i++) {
      if ((flags & 1 << i) != 0) {
        names.add(NAMES[i]);
      }
    }
    return names;
  }
}
