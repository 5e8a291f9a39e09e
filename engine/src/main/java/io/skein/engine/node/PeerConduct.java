package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What is not to be expected of a primary's stream, of a file, or of a replica: errors, and
/// commands that are answered.
final class PeerConduct {
  private final Sessions sessions;
  private Consumer<String> warnings = text -> {};
  private long errors;

  PeerConduct(Sessions sessions) {
    this.sessions = sessions;
  }

  /// Whom to tell.
  void warns(Consumer<String> sink) {
    warnings = sink;
  }

  /// The number of errors.
  long errors() {
    return errors;
  }

  void reset() {
    errors = 0;
  }

  /// What our primary sends should not fail here, nor what a file holds: it did not fail there.
  void failed(Call call, CommandError e) {
    String from =
        switch (call.session().kind()) {
          case PRIMARY -> "replica is sending an error to its master";
          case REPLICA -> "master is sending an error to its replica";
          case FILE -> "server is sending an error to its AOF-loading-client";
          case NORMAL, PUBSUB, IMPORT -> "";
        };
    if (!from.isEmpty()) {
      errors++;
      warnings.accept(
          "== CRITICAL == This "
              + from
              + ": '-"
              + e.text()
              + "' after processing the command '"
              + name(call.commandOrNull())
              + "'");
    }
  }

  /// A replica has sent something that is answered from `mark` of `reply` on. The answer would be
  /// taken for a part of the log: the replica is sent away instead.
  void answered(Session replica, @Nullable Command command, Reply reply, int mark) {
    reply.truncate(mark);
    warnings.accept(
        "Replica generated a reply to command '"
            + name(command)
            + "', disconnecting it: id="
            + replica.id()
            + " addr="
            + replica.peerAddress());
    sessions.closeNow(replica, "it is a replica and asks for replies");
  }

  private static String name(@Nullable Command command) {
    return command == null ? "<unknown>" : command.fullName();
  }
}
