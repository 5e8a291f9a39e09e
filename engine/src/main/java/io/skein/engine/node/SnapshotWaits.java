package io.skein.engine.node;

import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Transaction;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Snapshot;

/// Has clients wait that would change a large value which the snapshot in progress needs as it is:
/// the value is handed out in steps, and nobody else is held up.
final class SnapshotWaits {
  private final Keyspace keyspace;
  private final Sessions sessions;
  private final KeyPositions positions = new KeyPositions();
  private final Arguments arguments = new Arguments();
  private boolean any;
  private long handedOut;

  SnapshotWaits(Keyspace keyspace, Sessions sessions) {
    this.keyspace = keyspace;
    this.sessions = sessions;
  }

  /// Whether `call` should come again a little later; [#lookAgain] says when.
  boolean holds(Call call) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot == null || call.session().kind() == Session.Kind.PRIMARY) {
      return false;
    }
    Transaction transaction = call.session().transaction();
    boolean needed;
    if (transaction == null) {
      needed = changes(call.command()) && needsAny(call);
    } else {
      needed = call.command().name().equals("exec") && needsAny(call.session(), transaction);
    }
    if (needed && !any) {
      any = true;
      handedOut = snapshot.largeHandedOut();
    }
    return needed;
  }

  /// Commands for all types deal with keys, and leave the elements of values alone.
  private static boolean changes(Command command) {
    return command.has(CommandFlag.WRITE) && command.group() != Group.GENERIC;
  }

  private boolean needsAny(Call call) {
    Database database = keyspace.database(call.session().db());
    for (int i = 0; i < call.keyCount(); i++) {
      if (database.isNeededBySnapshot(call.keyAt(i))) {
        return true;
      }
    }
    return false;
  }

  private boolean needsAny(Session session, Transaction transaction) {
    Database database = keyspace.database(session.db());
    for (Transaction.Queued queued : transaction.commands()) {
      if (!changes(queued.command())) {
        continue;
      }
      arguments.point(queued.arguments());
      positions.find(queued.command(), arguments);
      for (int i = 0; i < positions.size(); i++) {
        if (database.isNeededBySnapshot(keyspace.key(queued.arguments()[positions.index(i)]))) {
          return true;
        }
      }
    }
    return false;
  }

  /// Some of the snapshot's work was done: lets those who wait try again, if that may help.
  void worked() {
    Snapshot snapshot = keyspace.snapshot();
    if (any && (snapshot == null || snapshot.largeHandedOut() != handedOut)) {
      lookAgain();
    }
  }

  /// Lets those who wait try again.
  void lookAgain() {
    if (any) {
      any = false;
      sessions.release();
    }
  }
}
