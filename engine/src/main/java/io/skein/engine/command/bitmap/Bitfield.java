package io.skein.engine.command.bitmap;

/// An integer of 1 to 64 bits, and what happens to values that it has no room for.
///
/// @param signed whether it is in two's complement
/// @param bits its width: 1 to 64, if not signed to 63
record Bitfield(boolean signed, int bits) {
  enum Overflow {
    WRAP,
    SAT,
    FAIL
  }

  /// The value of the field's bits, which are the lowest of `raw`, the rest being zero.
  long value(long raw) {
    return signed ? raw << (Long.SIZE - bits) >> (Long.SIZE - bits) : raw;
  }

  private long most() {
    return signed ? Long.MAX_VALUE >> (Long.SIZE - bits) : (1L << bits) - 1;
  }

  /// Which way `value + increment` leaves the range: 1 upwards, -1 downwards, 0 if it does not.
  ///
  /// @param value of any size when `increment` is 0, otherwise a value of the field
  int overflows(long value, long increment) {
    return signed ? overflowsSigned(value, increment) : overflowsUnsigned(value, increment);
  }

  private int overflowsSigned(long value, long increment) {
    long most = most();
    long least = -most - 1;
    if (value > most) {
      return 1;
    }
    if (value < least) {
      return -1;
    }
    // The room upwards is to be taken for negative values, and that downwards for others, only
    // where the field is narrow enough for it to be a number.
    if (increment > 0 && (value >= 0 || bits < Long.SIZE) && increment > most - value) {
      return 1;
    }
    if (increment < 0 && (value < 0 || bits < Long.SIZE) && increment < least - value) {
      return -1;
    }
    return 0;
  }

  private int overflowsUnsigned(long value, long increment) {
    long most = most();
    if (Long.compareUnsigned(value, most) > 0 || increment > 0 && increment > most - value) {
      return 1;
    }
    return increment < 0 && increment < -value ? -1 : 0;
  }

  /// What is stored in place of `sum`, which left the range in direction `way`.
  long limited(long sum, int way, Overflow rule) {
    if (rule == Overflow.SAT) {
      if (way > 0) {
        return most();
      }
      return signed ? -most() - 1 : 0;
    }
    return value(bits == Long.SIZE ? sum : sum & ((1L << bits) - 1));
  }
}
