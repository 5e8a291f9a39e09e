package io.skein.engine.node;

import static io.skein.engine.node.RestoreRequests.ascii;

import io.skein.engine.command.Command;
import io.skein.engine.command.Session;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.rdb.RdbValues;
import io.skein.engine.structure.Entry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// One MIGRATE in progress: keys are sent, and deleted here as the target confirms each.
///
/// A value is taken from the keyspace when its turn comes, not before: at most a few megabytes wait
/// for an answer, or one value if it is larger. The keys cannot be written to meanwhile
/// ([Transfers#holds]), so that what arrives is what there was.
///
/// *States*: connecting; greeting (AUTH and SELECT wait for their answers, for a target that
/// refuses them must not get anything); sending; settling (all was answered, but nothing may be
/// deleted while a pause lasts); over.
final class Transfer implements TargetLink.User {
  private enum State {
    CONNECTING,
    GREETING,
    SENDING,
    SETTLING,
    OVER
  }

  static final String NOT_CONNECTED = "IOERR error or timeout connecting to the client";

  private static final String CHANGED =
      "ERR A key was replaced while it was being moved: it is kept here, and its old value may have"
          + " arrived at the target";
  private static final String ROLE_CHANGED =
      "UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
          + " replica?)";

  /// How many bytes of values may be on their way without an answer.
  private static final long WINDOW_BYTES = 4 * 1024 * 1024;

  private record Sent(Moving key, long bytes) {}

  private final Transfers transfers;
  private final MigrateRequest request;
  private final Database database;
  private final List<Moving> keys;
  private final Command command;
  private final boolean asReplica;
  private @Nullable Session session;
  private State state = State.CONNECTING;
  private @Nullable TargetLink link;
  private RestoreRequests requests;
  private final Queue<Sent> unanswered = new ArrayDeque<>();
  private long unansweredBytes;
  private int next;
  private int greetings;
  private boolean anyAnswered;
  private boolean mayRetry = true;
  private boolean allWritten = true;
  private @Nullable String error;
  private long progressMs;

  Transfer(
      Transfers transfers,
      MigrateRequest request,
      Database database,
      List<Moving> keys,
      Session session,
      Command command,
      boolean asReplica) {
    this.transfers = transfers;
    this.request = request;
    this.database = database;
    this.keys = keys;
    this.session = session;
    this.command = command;
    this.asReplica = asReplica;
    this.requests = transfers.newRequests(request);
  }

  MigrateRequest request() {
    return request;
  }

  List<Moving> keys() {
    return keys;
  }

  Database database() {
    return database;
  }

  /// MIGRATE, whatever it is called here.
  Command command() {
    return command;
  }

  @Nullable Session session() {
    return session;
  }

  /// The client is gone; the keys go their way.
  void orphaned() {
    session = null;
  }

  /// Begins, or begins anew after a connection that was not sound any more.
  void connect() {
    state = State.CONNECTING;
    requests = transfers.newRequests(request);
    unanswered.clear();
    unansweredBytes = 0;
    next = 0;
    progressed();
    TargetLink obtained =
        transfers.links().obtain(request.host(), (int) request.port(), this, progressMs);
    link = obtained;
    if (obtained.isOpen()) {
      greet(obtained);
    }
  }

  private void progressed() {
    progressMs = transfers.nowMs();
  }

  private TargetLink link() {
    return Objects.requireNonNull(link);
  }

  @Override
  public void opened() {
    progressed();
    greet(link());
  }

  private void greet(TargetLink to) {
    state = State.GREETING;
    greetings = 0;
    List<byte[]> login = request.login();
    if (login != null) {
      List<byte[]> words = new ArrayList<>(login);
      words.addFirst(ascii("AUTH"));
      requests.add(words);
      greetings++;
    }
    if (to.database() != request.database()) {
      requests.add(List.of(ascii("SELECT"), ascii("" + request.database())));
      greetings++;
    }
    if (greetings == 0) {
      state = State.SENDING;
    }
    pump();
  }

  @Override
  public void drained() {
    progressed();
    pump();
  }

  /// Sends what there is room for.
  private void pump() {
    do {
      while (state == State.SENDING && next < keys.size() && unansweredBytes < WINDOW_BYTES) {
        take(keys.get(next++));
      }
      allWritten = requests.send(link());
    } while (allWritten
        && state == State.SENDING
        && next < keys.size()
        && unansweredBytes < WINDOW_BYTES);
    if (state == State.SENDING && next == keys.size() && unanswered.isEmpty()) {
      settle();
    }
  }

  /// Adds the request for one key, if it has not expired meanwhile.
  private void take(Moving moving) {
    Key key = transfers.keyspace().key(moving.key());
    long entry = database.glance(key);
    if (entry == 0) {
      return;
    }
    long ttlMs = 0;
    if (Entry.expiryMs(entry) != Entry.NO_EXPIRY) {
      ttlMs = Math.max(1, Entry.expiryMs(entry) - transfers.keyspace().nowMs());
    }
    byte[] payload = RdbValues.dump(database, entry, transfers.compresses());
    requests.add(moving.key(), ttlMs, payload);
    unanswered.add(new Sent(moving, payload.length));
    unansweredBytes += payload.length;
  }

  @Override
  public void replied(String line) {
    progressed();
    boolean refused = line.startsWith("-");
    if (refused && error == null) {
      error = "ERR Target instance replied with error: " + line.substring(1);
    }
    if (state == State.GREETING) {
      greeted();
      return;
    }
    Sent sent = unanswered.poll();
    if (sent == null) {
      link().database(-1);
      return;
    }
    anyAnswered = true;
    unansweredBytes -= sent.bytes;
    sent.key.arrived(!refused);
    pump();
  }

  private void greeted() {
    if (--greetings > 0) {
      return;
    }
    if (error != null) {
      link().database(-1);
      settle();
      return;
    }
    link().database(request.database());
    state = State.SENDING;
    pump();
  }

  /// All was answered: leaves the link to others, and deletes what has arrived.
  private void settle() {
    state = State.SETTLING;
    TargetLink used = link();
    link = null;
    used.leave(transfers.nowMs());
    trySettling();
  }

  private void trySettling() {
    if (request.copy() || !transfers.isPaused()) {
      finish();
    }
  }

  @Override
  public void failed(boolean connected) {
    boolean written = allWritten;
    link = null;
    if (connected && mayRetry && !anyAnswered) {
      // A connection that was kept may have been closed by the other side long ago.
      mayRetry = false;
      error = null;
      connect();
      return;
    }
    broken(connected ? unreachable(written) : NOT_CONNECTED);
  }

  private static String unreachable(boolean written) {
    return "IOERR error or timeout " + (written ? "reading" : "writing") + " to target instance";
  }

  private void broken(String why) {
    if (error == null) {
      error = why;
    }
    state = State.SETTLING;
    trySettling();
  }

  /// Looks whether the time is over, or a pause is.
  void tick(boolean replicaNow) {
    if (replicaNow != asReplica) {
      abandon();
    } else if (state == State.SETTLING) {
      trySettling();
    } else if (transfers.nowMs() - progressMs > request.timeoutMs()) {
      String why = state == State.CONNECTING ? NOT_CONNECTED : unreachable(allWritten);
      closeLink();
      broken(why);
    }
  }

  /// The node has another role now: what a primary deletes is not ours to delete any more.
  private void abandon() {
    closeLink();
    keys.forEach(key -> key.arrived(false));
    error = ROLE_CHANGED;
    finish();
  }

  private void closeLink() {
    TargetLink used = link;
    link = null;
    if (used != null) {
      used.close();
    }
  }

  private void finish() {
    state = State.OVER;
    boolean allGone = request.copy() || transfers.delete(this);
    transfers.over(this, error == null && !allGone ? CHANGED : error);
  }
}
