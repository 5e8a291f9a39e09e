package io.skein.engine.rdb;

import java.util.Arrays;

/// What a value or record of the file consists of, told as a small program that [ShapeScanner]
/// follows.
///
/// A positive number is that many bytes; the constants below are the items whose length stands in
/// the bytes themselves. With this the decoder finds where any value ends, at whatever byte the
/// stream is cut, without knowing what it means.
final class Shape {
  /// The program is through.
  static final int DONE = 0;

  /// A string in any of its encodings.
  static final int STRING = -1;

  /// A length-encoded unsigned number.
  static final int LENGTH = -2;

  /// A double as one length byte and text, as in sorted sets before version 8.
  static final int TEXT_DOUBLE = -3;

  /// A length-encoded count: what stands between here and [#AGAIN] comes so many times.
  static final int REPEAT = -4;

  /// The end of what [#REPEAT] repeats.
  static final int AGAIN = -5;

  /// The self-describing items of a module's value, up to its end mark.
  static final int MODULE_ITEMS = -6;

  static final Shape NOTHING = new Shape(new int[] {DONE});

  private final int[] program;

  private Shape(int[] program) {
    this.program = program;
  }

  /// Describes the items given, one after another; [#REPEAT] and [#AGAIN] bracket what is repeated.
  static Shape of(int... items) {
    return new Shape(Arrays.copyOf(items, items.length + 1));
  }

  /// Describes `this` and then `next`.
  Shape then(Shape next) {
    int[] both = Arrays.copyOf(program, program.length - 1 + next.program.length);
    System.arraycopy(next.program, 0, both, program.length - 1, next.program.length);
    return new Shape(both);
  }

  /// Returns the item at step `at` of the program.
  int item(int at) {
    return program[at];
  }
}
