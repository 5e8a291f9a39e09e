package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
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
final class StreamExecutor {
  /// Who is told how far the stream was carried out.
  interface Progress {
    /// `bytes` more are done; `db` is selected there.
    void applied(long bytes, int db);
  }

  private static final int BATCH = 96;
  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int MOST_KEPT_BYTES = 1024 * 1024;
  private static final long NO_LIMIT = Integer.MAX_VALUE;

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final Sessions sessions;
  private final PrimaryClient client;
  private final StreamWrites writes;
  private final Progress progress;
  private final Reply reply = new Reply(1024);
  private final Call call;
  private final RequestBatch batch = new RequestBatch();

  /// The session of the stream, or, without one, of the last.
  private @Nullable Session session;

  private byte[] buffer = new byte[BUFFER_BYTES];
  private int size;

  /// How much of [#buffer] was carried out, and how much of that was told.
  private int done;

  private int told;

  StreamExecutor(
      Keyspace keyspace,
      Dispatcher dispatcher,
      Sessions sessions,
      PrimaryClient client,
      StreamWrites writes,
      Progress progress) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.sessions = sessions;
    this.client = client;
    this.writes = writes;
    this.progress = progress;
    this.call = new Call(keyspace, reply);
  }

  /// A stream begins, with database `db` selected.
  void begin(int db) {
    end();
    session = client.open(Math.min(db, keyspace.allDatabases().length - 1));
  }

  /// The stream ended: forgets what is not complete.
  void end() {
    Session over = session;
    if (over != null) {
      session = null;
      sessions.discardTransaction(over);
      client.close(over);
    }
    size = 0;
    done = 0;
    told = 0;
  }

  /// Carries out what came, as far as it is complete.
  void apply(byte[] bytes, int offset, int length) {
    Session of = session;
    if (of == null) {
      return;
    }
    if (buffer.length - size < length) {
      buffer = Arrays.copyOf(buffer, Math.max(size + length, size + size / 2));
    }
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
    of.countInput(length);
    of.lastInteractionMs(keyspace.nowMs());
    Keyspace.ExpiryRule rule = keyspace.expiryRule();
    keyspace.expiryRule(Keyspace.ExpiryRule.IGNORE);
    try {
      execute(of);
    } finally {
      keyspace.expiryRule(rule);
    }
    report();
    System.arraycopy(buffer, done, buffer, 0, size - done);
    size -= done;
    told -= done;
    done = 0;
    if (size == 0 && buffer.length > MOST_KEPT_BYTES) {
      buffer = new byte[BUFFER_BYTES];
    }
    of.input(size == 0 ? null : buffer, size);
  }

  private void execute(Session of) {
    while (done < size && !of.isClosing()) {
      int end = of.parser().parse(buffer, done, size, batch, BATCH, true, NO_LIMIT);
      if (batch.size() == 0) {
        done = end;
        return;
      }
      for (int i = 0; i < batch.size(); i++) {
        if (!run(of, i)) {
          of.closeAfterReply();
          break;
        }
        done = i + 1 < batch.size() ? batch.start(i + 1) : end;
      }
      batch.clear();
      dispatcher.batchEnds();
    }
  }

  /// Carries out one command; false when that may not be.
  private boolean run(Session of, int i) {
    call.point(
        batch.buffer(i),
        batch.offsets(),
        batch.lengths(),
        batch.firstArgument(i),
        batch.argumentCount(i));
    Command command = dispatcher.table().find(call);
    if (command != null && command.has(CommandFlag.WRITE) && !writes.areAllowed()) {
      return false;
    }
    call.begin(of, command);
    call.fromPrimary(true);
    if (command != null && command.accepts(call.count())) {
      call.findKeys();
    }
    dispatcher.dispatch(call);
    reply.reset(64 * 1024);
    return true;
  }

  /// Tells how far the stream was carried out; not from within a transaction.
  void report() {
    Session of = session;
    if (of != null && of.transaction() == null && done > told) {
      int more = done - told;
      told = done;
      progress.applied(more, of.db());
    }
  }

  /// What is wrong with the stream's bytes, or null.
  @Nullable String error() {
    return session == null ? null : session.parser().error();
  }
}
