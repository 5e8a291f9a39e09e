package io.skein.engine.node;

import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.command.Transaction;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The keys that a call is about to touch: its own, or, of an EXEC, those of the commands that were
/// queued. A call that is only being queued touches none yet.
final class CallKeys {
  private final Keyspace keyspace;
  private final KeyPositions positions = new KeyPositions();
  private final Arguments arguments = new Arguments();

  CallKeys(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /// Whether `call` is about to touch a key for which `test` holds by a command for which `by`
  /// holds.
  boolean any(Call call, Predicate<Command> by, BiPredicate<Database, Key> test) {
    if (call.session().transaction() != null) {
      Transaction executed = executed(call);
      return executed != null && anyQueued(executed, call.database(), by, test);
    }
    if (!by.test(call.command())) {
      return false;
    }
    Database database = call.database();
    for (int i = 0; i < call.keyCount(); i++) {
      if (test.test(database, call.keyAt(i))) {
        return true;
      }
    }
    return false;
  }

  /// The transaction that `call` executes, or null when it is no EXEC or there is none.
  static @Nullable Transaction executed(Call call) {
    return call.command().name().equals("exec") ? call.session().transaction() : null;
  }

  private boolean anyQueued(
      Transaction transaction,
      Database database,
      Predicate<Command> by,
      BiPredicate<Database, Key> test) {
    for (Transaction.Queued queued : transaction.commands()) {
      if (!by.test(queued.command())) {
        continue;
      }
      arguments.point(queued.arguments());
      positions.find(queued.command(), arguments);
      for (int i = 0; i < positions.size(); i++) {
        Key key = keyspace.key(queued.arguments()[positions.index(i)]);
        if (test.test(database, key)) {
          return true;
        }
      }
    }
    return false;
  }
}
