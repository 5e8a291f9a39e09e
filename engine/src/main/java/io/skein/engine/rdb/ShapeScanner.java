package io.skein.engine.rdb;

import io.skein.engine.bytes.Lzf;
import io.skein.engine.rdb.RdbException.Fault;

/// Finds where a value ends by walking over its bytes as its [Shape] says, and can be interrupted
/// at any byte.
///
/// The bytes of the value lie in one array that grows as more arrive; the scanner keeps only its
/// place. A length that is cut in the middle is read again when there is more, so nothing is half
/// taken.
final class ShapeScanner {
  private static final int MAX_NESTING = 4;

  private final long[] remaining = new long[MAX_NESTING];
  private final int[] loopStart = new int[MAX_NESTING];
  private Shape shape = Shape.NOTHING;
  private int step;
  private int depth;
  private long skip;
  private int moduleItem;

  // What readLength found: the number, and how many bytes it took (0: not all there yet).
  private long number;
  private int numberBytes;

  /// Starts on a value of this shape.
  void begin(Shape next) {
    shape = next;
    step = 0;
    depth = 0;
    skip = 0;
    moduleItem = 0;
  }

  /// Whether the value has been walked through.
  boolean done() {
    return skip == 0 && moduleItem == 0 && shape.item(step) == Shape.DONE;
  }

  /// Returns how many bytes more are known to belong to the item in hand.
  long missing() {
    return skip;
  }

  /// Walks from `from` towards `end`; returns how far it came, which is the end of the value if
  /// [#done].
  ///
  /// `base` is the file's offset of index 0 of the array, for what an error says.
  int scan(byte[] b, int from, int end, long base) {
    int at = from;
    while (true) {
      if (skip > 0) {
        int n = (int) Math.min(skip, end - at);
        skip -= n;
        at += n;
        if (skip > 0) {
          return at;
        }
      }
      int item = moduleItem != 0 ? moduleItem : shape.item(step);
      if (item > 0) {
        skip = item;
        advance();
        continue;
      }
      if (item == Shape.DONE) {
        return at;
      }
      if (item == Shape.AGAIN) {
        again();
        continue;
      }
      int taken = take(item, b, at, end, base);
      if (taken == 0) {
        return at;
      }
      at += taken;
    }
  }

  private int take(int item, byte[] b, int at, int end, long base) {
    return switch (item) {
      case Shape.STRING -> string(b, at, end, base);
      case Shape.LENGTH -> length(b, at, end, base);
      case Shape.TEXT_DOUBLE -> textDouble(b, at, end);
      case Shape.REPEAT -> repeat(b, at, end, base);
      case Shape.MODULE_ITEMS -> module(b, at, end, base);
      default -> throw new IllegalStateException("shape item " + item);
    };
  }

  private void advance() {
    if (moduleItem != 0) {
      moduleItem = 0;
    } else {
      step++;
    }
  }

  private int length(byte[] b, int at, int end, long base) {
    readLength(b, at, end, base);
    if (numberBytes > 0) {
      advance();
    }
    return numberBytes;
  }

  private int string(byte[] b, int at, int end, long base) {
    if (at >= end) {
      return 0;
    }
    int first = b[at] & 0xff;
    if (first >= RdbFormat.ENCODED) {
      int width = encodedWidth(first, base + at);
      if (width > 0) {
        skip = width;
        advance();
        return 1;
      }
      return compressed(b, at, end, base);
    }
    readLength(b, at, end, base);
    if (numberBytes > 0) {
      skip = number;
      advance();
    }
    return numberBytes;
  }

  private static int encodedWidth(int first, long offset) {
    return switch (first) {
      case RdbFormat.ENCODED_INT8 -> 1;
      case RdbFormat.ENCODED_INT16 -> 2;
      case RdbFormat.ENCODED_INT32 -> 4;
      case RdbFormat.ENCODED_LZF -> 0;
      default ->
          throw new RdbException(
              Fault.CORRUPT, offset, "unknown string encoding " + (first & 0x3f));
    };
  }

  private int compressed(byte[] b, int at, int end, long base) {
    readLength(b, at + 1, end, base);
    int first = numberBytes;
    long packed = number;
    if (first == 0) {
      return 0;
    }
    readLength(b, at + 1 + first, end, base);
    if (numberBytes == 0) {
      return 0;
    }
    if (!Lzf.canExpandTo(packed, number)) {
      throw new RdbException(Fault.CORRUPT, base + at, "impossible length of a compressed string");
    }
    skip = packed;
    advance();
    return 1 + first + numberBytes;
  }

  private int textDouble(byte[] b, int at, int end) {
    if (at >= end) {
      return 0;
    }
    int length = b[at] & 0xff;
    skip = length >= 253 ? 0 : length;
    advance();
    return 1;
  }

  private int repeat(byte[] b, int at, int end, long base) {
    readLength(b, at, end, base);
    if (numberBytes == 0) {
      return 0;
    }
    if (number == 0) {
      step = afterLoop(step);
    } else {
      step++;
      remaining[depth] = number;
      loopStart[depth++] = step;
    }
    return numberBytes;
  }

  private void again() {
    if (--remaining[depth - 1] > 0) {
      step = loopStart[depth - 1];
    } else {
      depth--;
      step++;
    }
  }

  private int afterLoop(int repeat) {
    int open = 1;
    int at = repeat + 1;
    for (; open > 0; at++) {
      int item = shape.item(at);
      open += item == Shape.REPEAT ? 1 : item == Shape.AGAIN ? -1 : 0;
    }
    return at;
  }

  private int module(byte[] b, int at, int end, long base) {
    readLength(b, at, end, base);
    if (numberBytes == 0) {
      return 0;
    }
    switch ((int) Math.min(number, Integer.MAX_VALUE)) {
      case 0 -> step++;
      case 1, 2 -> moduleItem = Shape.LENGTH;
      case 3 -> moduleItem = 4;
      case 4 -> moduleItem = 8;
      case 5 -> moduleItem = Shape.STRING;
      default -> throw new RdbException(Fault.CORRUPT, base + at, "unknown item of a module value");
    }
    return numberBytes;
  }

  private void readLength(byte[] b, int at, int end, long base) {
    numberBytes = 0;
    if (at >= end) {
      return;
    }
    int first = b[at] & 0xff;
    int width = RdbReader.lengthWidth(first);
    if (width == 0) {
      throw new RdbException(
          Fault.CORRUPT, base + at, String.format("unknown length encoding 0x%02x", first));
    }
    if (end - at < width) {
      return;
    }
    number = RdbReader.lengthAt(b, at, width);
    // Numbers such as a stream's ids use all 64 bits; as a size or a count, more than 63 bits is
    // simply too much.
    if (number < 0 && shapeItemIsSize()) {
      throw new RdbException(Fault.CORRUPT, base + at, "impossible length");
    }
    numberBytes = width;
  }

  private boolean shapeItemIsSize() {
    int item = moduleItem != 0 ? moduleItem : shape.item(step);
    return item != Shape.LENGTH;
  }
}
