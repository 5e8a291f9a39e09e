package io.skein.engine.command;

import io.skein.engine.bytes.LongDouble;
import io.skein.engine.resp.CommandError;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// How long a command may block, read from one of its arguments.
public final class BlockingTimeout {
  /// Blocks until something happens.
  public static final long NEVER = Long.MAX_VALUE;

  private static final CommandError NOT_A_FLOAT =
      new CommandError("ERR timeout is not a float or out of range");
  private static final CommandError NOT_AN_INTEGER =
      new CommandError("ERR timeout is not an integer or out of range");
  private static final CommandError OUT_OF_RANGE = new CommandError("ERR timeout is out of range");
  private static final CommandError NEGATIVE = new CommandError("ERR timeout is negative");
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private BlockingTimeout() {}

  /// The deadline in Unix milliseconds of a wait of as many seconds, with a fraction, as argument
  /// `i` says, rounded up to a millisecond; [#NEVER] for 0.
  public static long seconds(Call call, int i) {
    LongDouble seconds = LongDouble.parse(call.buffer(), call.offset(i), call.length(i));
    if (seconds == null) {
      throw NOT_A_FLOAT;
    }
    if (seconds.signum() < 0) {
      throw NEGATIVE;
    }
    if (seconds.isInfinite()) {
      throw OUT_OF_RANGE;
    }
    BigDecimal ms = seconds.exact().movePointRight(3).setScale(0, RoundingMode.CEILING);
    if (ms.compareTo(MOST) > 0) {
      throw OUT_OF_RANGE;
    }
    return deadline(call, ms.longValue());
  }

  /// The deadline in Unix milliseconds of a wait of as many milliseconds as argument `i` says;
  /// [#NEVER] for 0.
  public static long milliseconds(Call call, int i) {
    return deadline(call, call.integer(i, NOT_AN_INTEGER));
  }

  private static long deadline(Call call, long ms) {
    if (ms < 0) {
      throw NEGATIVE;
    }
    if (ms > Long.MAX_VALUE - call.nowMs()) {
      throw OUT_OF_RANGE;
    }
    return ms == 0 ? NEVER : call.nowMs() + ms;
  }
}
