package io.skein.engine.node;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.migration.ExportEffect.Holding;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.command.Session;
import io.skein.engine.command.Transaction;
import java.util.List;

/// Who has to wait while slots are given away.
///
/// Scripts wait whatever keys they declare: they may touch others.
final class SlotHolds {
  private static final long WRITES = CommandFlag.WRITE.bit() | CommandFlag.MAY_REPLICATE.bit();

  private final List<SlotExport> exports;
  private final KeyPositions positions = new KeyPositions();
  private final Arguments arguments = new Arguments();

  SlotHolds(List<SlotExport> exports) {
    this.exports = exports;
  }

  /// Whether `call` has to wait: it is about keys of slots that are just being given away, or would
  /// write more than the target can keep up with.
  boolean holds(Call call) {
    if (exports.isEmpty() || !isClient(call.session().kind())) {
      return false;
    }
    for (SlotExport export : exports) {
      boolean behind = !export.isOver() && export.isBehind();
      if ((export.holding() != Holding.NOTHING || behind) && holds(export, call)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isClient(Session.Kind kind) {
    return kind == Session.Kind.NORMAL || kind == Session.Kind.PUBSUB;
  }

  private boolean holds(SlotExport export, Call call) {
    long wanted = export.holding() == Holding.ALL ? -1 : WRITES;
    Transaction transaction = call.session().transaction();
    if (transaction == null) {
      return isHeld(export, call.command(), call, wanted);
    }
    if (!call.command().name().equals("exec")) {
      return false;
    }
    for (Transaction.Queued queued : transaction.commands()) {
      arguments.point(queued.arguments());
      positions.find(queued.command(), arguments);
      if (isHeld(export, queued.command(), positions, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHeld(SlotExport export, Command command, Call call, long wanted) {
    if ((command.flagBits() & wanted) == 0) {
      return false;
    }
    for (int i = 0; i < call.keyCount(); i++) {
      if (export.has(call.keyAt(i).slot())) {
        return true;
      }
    }
    return isHeldWithoutKeys(export, command, call.keyCount());
  }

  private boolean isHeld(SlotExport export, Command command, KeyPositions keys, long wanted) {
    if ((command.flagBits() & wanted) == 0) {
      return false;
    }
    for (int i = 0; i < keys.size(); i++) {
      int at = keys.index(i);
      if (export.has(Slot.of(arguments.buffer(), arguments.offset(at), arguments.length(at)))) {
        return true;
      }
    }
    return isHeldWithoutKeys(export, command, keys.size());
  }

  /// Whether the command would empty the slots, or may touch keys that it does not name, while
  /// nothing may change.
  private static boolean isHeldWithoutKeys(SlotExport export, Command command, int keys) {
    if (export.holding() == Holding.NOTHING) {
      return false;
    }
    return command.has(CommandFlag.NO_MANDATORY_KEYS)
        || keys == 0 && command.has(CommandFlag.WRITE);
  }
}
