package io.skein.engine.command.zset;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.ScanArguments;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;

/// ZSCAN: a walk over a sorted set in pieces.
final class SortedSetScan {
  /// How many buckets without a match are passed for each element that was asked for.
  private static final long PATIENCE = 10;

  private final ScanArguments arguments = new ScanArguments();
  private byte[] member = new byte[64];
  private int elements;
  private long seen;

  void run(Call call) {
    long cursor = ScanArguments.cursor(call, 2);
    SortedSetValue value = call.database().read(call.keyAt(0), SortedSetValue.TYPE);
    if (value == null) {
      ScanArguments.replyNothing(call.reply());
      return;
    }
    arguments.read(call, 3, false);
    elements = 0;
    Reply found = arguments.found(call);
    long next = value.isScannedAtOnce() ? all(value, found) : some(value, cursor, found);
    arguments.reply(call, next, elements);
  }

  private long all(SortedSetValue value, Reply found) {
    SortedSetCursor at = value.cursor();
    for (boolean there = at.toRank(0); there; there = at.next()) {
      int length;
      if (at.isInteger()) {
        length = Numbers.writeLong(at.integer(), member, 0);
      } else {
        length = copy(at.address(), at.length());
      }
      if (arguments.matches(member, 0, length)) {
        found.bulk(member, 0, length);
        found.bulk(Doubles.toBytes(at.score()));
        elements += 2;
      }
    }
    return 0;
  }

  private long some(SortedSetValue value, long cursor, Reply found) {
    long count = arguments.count();
    long patience = count > Long.MAX_VALUE / PATIENCE ? Long.MAX_VALUE : count * PATIENCE;
    long position = cursor;
    seen = 0;
    do {
      position =
          value.scan(
              position,
              (address, bytes, score) -> {
                seen++;
                int length = copy(address, bytes);
                if (arguments.matches(member, 0, length)) {
                  found.bulk(member, 0, length);
                  found.bulk(Doubles.toPreciseBytes(score));
                  elements += 2;
                }
              });
    } while (position != 0 && patience-- > 0 && seen < count);
    return position;
  }

  private int copy(long address, int length) {
    if (length > member.length) {
      member = new byte[Math.max(length, 2 * member.length)];
    }
    Memory.copy(address, member, 0, length);
    return length;
  }
}
