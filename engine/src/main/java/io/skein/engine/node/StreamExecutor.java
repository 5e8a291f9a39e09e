package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Reply;
import io.skein.engine.resp.RequestBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Carries out the stream of commands that a primary sends, and tells how far it has come.
///
/// Replies go nowhere, and nothing is taken to have expired: the primary says what has. What counts
/// as carried out are whole commands outside of transactions and whole transactions, so that the
/// log ends where another link can go on.
final class StreamExecutor implements Outlet {
  /// Who is told how far the stream was carried out.
  interface Progress {
    /// `bytes` more are done; `db` is selected there.
    void applied(long bytes, int db);
  }

  private static final int BATCH = 96;
  private static final long NO_LIMIT = Integer.MAX_VALUE;

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Sessions sessions;
  private final Progress progress;
  private final Reply reply = new Reply(1024);
  private final Call call;
  private final RequestBatch batch = new RequestBatch();
  private Session session;
  private byte[] buffer = new byte[16 * 1024];
  private int size;

  /// How much of [#buffer] was carried out, and how much of that was told.
  private int done;

  private int told;

  StreamExecutor(Keyspace keyspace, Dispatcher dispatcher, Sessions sessions, Progress progress) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.sessions = sessions;
    this.progress = progress;
    this.call = new Call(keyspace, reply);
    this.session = newSession(0);
  }

  private Session newSession(int db) {
    Session fresh = new Session(0, this, "", "", false, keyspace.nowMs());
    fresh.kind(Session.Kind.PRIMARY);
    fresh.user("default", true);
    fresh.db(Math.min(db, keyspace.databaseCount() - 1));
    return fresh;
  }

  /// A stream begins, with database `db` selected.
  void begin(int db) {
    end();
    session = newSession(db);
  }

  /// The stream ended: forgets what is not complete.
  void end() {
    sessions.discardTransaction(session);
    size = 0;
    done = 0;
    told = 0;
  }

  /// The session that the stream's commands belong to.
  Session session() {
    return session;
  }

  /// Carries out what came, as far as it is complete.
  void apply(byte[] bytes, int offset, int length) {
    if (buffer.length - size < length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + length, size + size / 2));
    }
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
    session.countInput(length);
    Keyspace.ExpiryRule rule = keyspace.expiryRule();
    keyspace.expiryRule(Keyspace.ExpiryRule.IGNORE);
    try {
      execute();
    } finally {
      keyspace.expiryRule(rule);
    }
    report();
    System.arraycopy(buffer, done, buffer, 0, size - done);
    size -= done;
    told -= done;
    done = 0;
  }

  private void execute() {
    while (done < size && !session.isClosing()) {
      int end = session.parser().parse(buffer, done, size, batch, BATCH, true, NO_LIMIT);
      if (batch.size() == 0) {
        done = end;
        return;
      }
      for (int i = 0; i < batch.size(); i++) {
        run(i);
        done = i + 1 < batch.size() ? batch.start(i + 1) : end;
      }
      batch.clear();
      dispatcher.batchEnds();
    }
  }

  private void run(int i) {
    call.point(
        batch.buffer(i),
        batch.offsets(),
        batch.lengths(),
        batch.firstArgument(i),
        batch.argumentCount(i));
    Command command = dispatcher.table().find(call);
    call.begin(session, command);
    call.fromPrimary(true);
    if (command != null && command.accepts(call.count())) {
      call.findKeys();
    }
    dispatcher.dispatch(call);
    reply.reset(64 * 1024);
  }

  /// Tells how far the stream was carried out; not from within a transaction.
  void report() {
    if (session.transaction() == null && done > told) {
      int more = done - told;
      told = done;
      progress.applied(more, session.db());
    }
  }

  /// What is wrong with the stream's bytes, or null.
  @Nullable String error() {
    return session.parser().error();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    // A primary expects no replies.
  }

  @Override
  public void close(boolean afterWrites) {
    // Only the end of the stream ends it.
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
