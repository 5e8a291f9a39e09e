package io.skein.engine.command;

import java.util.Arrays;
import java.util.function.ToIntFunction;

/// Where the keys of one call are among its arguments, and what happens to each.
public final class KeyPositions {
  private int[] indexes = new int[8];
  private int[] flags = new int[8];
  private int size;

  /// Forgets all positions.
  public void clear() {
    size = 0;
  }

  /// Adds the key at argument `index`, with the [KeySpec] flags that apply to it.
  public void add(int index, int keyFlags) {
    if (size == indexes.length) {
      indexes = Arrays.copyOf(indexes, size * 2);
      flags = Arrays.copyOf(flags, size * 2);
    }
    indexes[size] = index;
    flags[size++] = keyFlags;
  }

  public int size() {
    return size;
  }

  /// The argument that holds key `i`.
  public int index(int i) {
    return indexes[i];
  }

  /// The [KeySpec] flags of key `i`.
  public int flags(int i) {
    return flags[i];
  }

  /// Finds the keys of `arguments`, which are a call of `command` that fits its arity.
  ///
  /// @return false when the arguments are wrong in a way that leaves the keys unknown
  public boolean find(Command command, Arguments arguments) {
    clear();
    KeyFinder finder = command.keyFinder();
    if (finder != null) {
      finder.find(arguments, this);
      return true;
    }
    for (KeySpec spec : command.keySpecs()) {
      if ((spec.flags() & KeySpec.NOT_KEY) == 0 && !find(spec, arguments)) {
        return false;
      }
    }
    ToIntFunction<Arguments> use = command.keyUse();
    if (use != null) {
      Arrays.fill(flags, 0, size, use.applyAsInt(arguments));
    }
    return true;
  }

  private boolean find(KeySpec spec, Arguments arguments) {
    int count = arguments.count();
    int first = spec.index();
    if (!spec.keyword().isEmpty()) {
      first = keyword(spec, arguments);
      if (first < 0) {
        return true;
      }
    }
    if (first >= count) {
      return false;
    }
    if (spec.numbered()) {
      long number = arguments.isInteger(first) ? arguments.integer(first) : -1;
      int begin = first + spec.last();
      if (number < 0 || number > count - begin) {
        return false;
      }
      for (int i = 0; i < number; i++) {
        add(begin + i * spec.step(), spec.flags());
      }
      return true;
    }
    int last = spec.last() >= 0 ? first + spec.last() : count + spec.last();
    if (spec.last() == -1 && spec.limit() > 1) {
      last = first + (count - first) / spec.limit() - 1;
    }
    if (last >= count) {
      return false;
    }
    for (int i = first; i <= last; i += spec.step()) {
      add(i, spec.flags());
    }
    return true;
  }

  private static int keyword(KeySpec spec, Arguments arguments) {
    int step = spec.index() < 0 ? -1 : 1;
    int i = spec.index() < 0 ? arguments.count() + spec.index() : spec.index();
    for (; i > 0 && i < arguments.count() - 1; i += step) {
      if (arguments.is(i, spec.keyword())) {
        return i + 1;
      }
    }
    return -1;
  }
}
