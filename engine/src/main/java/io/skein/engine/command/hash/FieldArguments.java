package io.skein.engine.command.hash;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;

/// How commands on the expiry times of fields name the fields, and say the times.
final class FieldArguments {
  static final CommandError NO_COUNT =
      new CommandError("ERR Number of fields must be a positive integer");
  private static final CommandError NO_FIELDS =
      new CommandError("ERR Mandatory argument FIELDS is missing or not at the right position");
  private static final CommandError OTHER_COUNT =
      new CommandError("ERR The `numfields` parameter must match the number of arguments");

  /// The latest time at which a field can expire.
  private static final long MAX_EXPIRY_MS = (1L << 46) - 1;

  private FieldArguments() {}

  /// The argument that the first field is, the token FIELDS being argument `at`; all the arguments
  /// from there on are fields.
  static int first(Call call, int at, CommandError noCount) {
    if (at >= call.count() || !call.is(at, "FIELDS")) {
      throw NO_FIELDS;
    }
    if (at + 1 >= call.count()) {
      throw Errors.wrongArity(call.command().fullName());
    }
    long count = call.integer(at + 1, 1, Long.MAX_VALUE, noCount);
    if (count != call.count() - at - 2) {
      throw OTHER_COUNT;
    }
    return at + 2;
  }

  /// The absolute time in milliseconds that a number stands for, which is not negative.
  static long expiryMs(Call call, long value, boolean relative, int unitMs) {
    long base = relative ? call.nowMs() : 0;
    if (value > MAX_EXPIRY_MS / unitMs || value * unitMs > MAX_EXPIRY_MS - base) {
      throw Errors.invalidExpire(call.command().fullName());
    }
    return value * unitMs + base;
  }
}
