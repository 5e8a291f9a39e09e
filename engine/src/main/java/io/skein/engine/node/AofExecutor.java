package io.skein.engine.node;

import io.skein.engine.acl.User;
import io.skein.engine.aof.AofScanner;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.Handler;
import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Transaction;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;

/// Carries out the commands of an append only file.
///
/// They pass no gates, count in no statistics and are not logged: they were all of that when they
/// were written. Nothing is taken to have expired, since the file says what has.
final class AofExecutor implements Outlet {
  private static final int MOST_REPLY = 64 * 1024;

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Sessions sessions;
  private final Reply reply = new Reply(1024);
  private final Call call;
  private Session session;

  AofExecutor(Keyspace keyspace, Dispatcher dispatcher, Sessions sessions) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.sessions = sessions;
    this.call = new Call(keyspace, reply);
    this.session = newSession();
  }

  private Session newSession() {
    Session fresh = new Session(0, this, "", "", false, keyspace.nowMs());
    fresh.kind(Session.Kind.FILE);
    fresh.user(User.superuser(), true);
    return fresh;
  }

  /// A file begins, with database 0 selected.
  void begin() {
    end();
    session = newSession();
  }

  /// The file ended: forgets what is not complete.
  void end() {
    sessions.discardTransaction(session);
  }

  /// The database that is selected.
  int db() {
    return session.db();
  }

  /// Carries out the command that `scanner` has found; false when there is no such command.
  boolean run(AofScanner scanner) {
    call.point(scanner.buffer(), scanner.offsets(), scanner.lengths(), 0, scanner.count());
    Command command = dispatcher.table().find(call);
    if (command == null) {
      return false;
    }
    if (command.name().equals("replconf")) {
      // It stands in the log for replicas.
      return true;
    }
    call.begin(session, command);
    call.fromPrimary(true);
    if (command.accepts(call.count())) {
      call.findKeys();
    }
    boolean known = run(command);
    reply.reset(MOST_REPLY);
    return known;
  }

  private boolean run(Command found) {
    CommandError error = Dispatcher.resolve(call, found);
    Transaction transaction = session.transaction();
    if (error != null) {
      dispatcher.conduct().failed(call, error);
      boolean missing = found.isContainer() && call.count() > 1 && call.command().equals(found);
      return !missing;
    }
    if (transaction != null && !found.name().equals("exec")) {
      transaction.add(call.command(), call.command().flagBits(call), call.copyArguments());
      return true;
    }
    Handler handler = call.command().handler();
    call.followed(false);
    try {
      if (handler == null) {
        throw Errors.wrongArity(call.command().fullName());
      }
      handler.run(call);
    } catch (CommandError e) {
      dispatcher.conduct().failed(call, e);
    }
    keyspace.countChanges(call.dirty());
    return true;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    // A file expects no replies.
  }

  @Override
  public void close(boolean afterWrites) {
    // Only the end of the file ends it.
  }

  @Override
  public long pendingBytes() {
    return 0;
  }

  @Override
  public void resume() {
    // Never held back.
  }
}
