package io.skein.engine.command.stream;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.value.StreamId;
import java.util.ArrayList;
import java.util.List;

/// The arguments of XCLAIM behind the consumer: the least idle time, ids, and options.
final class ClaimOptions {
  private static final CommandError INVALID_MIN_IDLE = invalid("min-idle-time argument");
  private static final CommandError INVALID_IDLE = invalid("IDLE option argument");
  private static final CommandError INVALID_TIME = invalid("TIME option argument");
  private static final CommandError INVALID_RETRYCOUNT = invalid("RETRYCOUNT option argument");

  private static final int MIN_IDLE = 4;
  private static final int FIRST_ID = 5;

  private final Call call;
  private final List<StreamId> ids = new ArrayList<>();
  private final long minIdleMs;
  private long deliveredMs = -1;
  private long deliveries = -1;
  private boolean force;
  private boolean justId;
  private StreamId lastId = StreamId.ZERO;

  ClaimOptions(Call call) {
    this.call = call;
    minIdleMs = Math.max(0, call.integer(MIN_IDLE, INVALID_MIN_IDLE));
    int i = FIRST_ID;
    for (; i < call.count(); i++) {
      StreamId id = Ids.exactOrNull(call, i);
      if (id == null) {
        break;
      }
      ids.add(id);
    }
    while (i < call.count()) {
      i = read(i, i + 1 < call.count());
    }
  }

  private static CommandError invalid(String what) {
    return new CommandError("ERR Invalid " + what + " for XCLAIM");
  }

  /// Reads the option at `i` and returns where the next one is.
  private int read(int i, boolean operand) {
    if (call.is(i, "force")) {
      force = true;
      return i + 1;
    }
    if (call.is(i, "justid")) {
      justId = true;
      return i + 1;
    }
    if (call.is(i, "idle") && operand) {
      deliveredMs = call.nowMs() - call.integer(i + 1, INVALID_IDLE);
    } else if (call.is(i, "time") && operand) {
      deliveredMs = call.integer(i + 1, INVALID_TIME);
    } else if (call.is(i, "retrycount") && operand) {
      deliveries = call.integer(i + 1, INVALID_RETRYCOUNT);
    } else if (call.is(i, "lastid") && operand) {
      lastId = Ids.exact(call, i + 1);
    } else {
      throw new CommandError("ERR Unrecognized XCLAIM option '" + call.string(i) + "'");
    }
    return i + 2;
  }

  List<StreamId> ids() {
    return ids;
  }

  /// How long an entry must have been pending.
  long minIdleMs() {
    return minIdleMs;
  }

  /// The time of delivery that claimed entries get: now, unless another one makes sense.
  long deliveredMs() {
    return deliveredMs < 0 || deliveredMs > call.nowMs() ? call.nowMs() : deliveredMs;
  }

  /// The number of deliveries that claimed entries get, negative for one more than before.
  long deliveries() {
    return deliveries;
  }

  /// Whether an entry that is not pending is made so.
  boolean force() {
    return force;
  }

  /// Whether the ids alone are wanted, which is no delivery.
  boolean justId() {
    return justId;
  }

  /// Up to where the group has read at least.
  StreamId lastId() {
    return lastId;
  }
}
