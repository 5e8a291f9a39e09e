package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Group;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Snapshot;

/// Has clients wait that would change a large value which the snapshot in progress needs as it is:
/// the value is handed out in steps, and nobody else is held up.
final class SnapshotWaits {
  private final Keyspace keyspace;
  private final Sessions sessions;
  private final CallKeys keys;
  private boolean any;
  private long handedOut;

  SnapshotWaits(Keyspace keyspace, Sessions sessions) {
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.keys = new CallKeys(keyspace);
  }

  /// Whether `call` should come again a little later; [#lookAgain] says when.
  boolean holds(Call call) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot == null || call.session().kind() == Session.Kind.PRIMARY) {
      return false;
    }
    boolean needed = keys.any(call, SnapshotWaits::changes, Database::isNeededBySnapshot);
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
