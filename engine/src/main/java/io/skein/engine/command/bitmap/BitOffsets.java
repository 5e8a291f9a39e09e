package io.skein.engine.command.bitmap;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;

/// Reads offsets of bits among the arguments, which may not lie beyond the longest string.
final class BitOffsets {
  private static final CommandError OUT_OF_RANGE =
      new CommandError("ERR bit offset is not an integer or out of range");

  /// What one entry can hold beside a key of the greatest length that leaves room for anything.
  private static final long LONGEST = Integer.MAX_VALUE - (1L << 20);

  private final Settings settings;

  BitOffsets(Settings settings) {
    this.settings = settings;
  }

  /// Argument `i` as the offset of a bit.
  long at(Call call, int i) {
    return checked(call, call.integer(i, OUT_OF_RANGE));
  }

  /// Argument `i` as the offset of a field of `bits` bits: in bits, or behind `#` in fields.
  long ofField(Call call, int i, int bits) {
    int offset = call.offset(i);
    int length = call.length(i);
    if (length == 0 || call.buffer()[offset] != '#') {
      return at(call, i);
    }
    long fields = Numbers.parseLong(call.buffer(), offset + 1, length - 1);
    if (Numbers.isInvalid(fields, call.buffer(), offset + 1, length - 1)) {
      throw OUT_OF_RANGE;
    }
    return checked(call, fields * bits);
  }

  private long checked(Call call, long bit) {
    long limit =
        call.isFromPrimary() ? LONGEST : settings.number(NetworkSettings.PROTO_MAX_BULK_LEN);
    if (bit < 0 || bit >> 3 >= Math.min(limit, LONGEST)) {
      throw OUT_OF_RANGE;
    }
    return bit;
  }
}
