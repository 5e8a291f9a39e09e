package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Session;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KeyPool;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Reply;
import io.skein.engine.resp.RequestBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One turn of an event loop: all that its connections have sent is parsed, then executed in
/// batches.
///
/// A batch goes through four steps: parse its requests; look up the commands and hash the keys;
/// touch first the index and then the entries of all keys, so that their cache misses overlap;
/// execute in order. On random keys the third step is worth more than any other thing done here.
///
/// Bytes of connections that had nothing left over lie one behind the other in one array of the
/// loop; a connection whose request is long and came in pieces has an array of its own until it is
/// complete.
///
/// *Threads*: receiving belongs to the loop's thread; [#run] happens under the data plane.
///
/// *Invariants*: requests of one session are executed in the order received, and none after one
/// that blocked or closed the session.
@SuppressWarnings("ReferenceEquality") // Buffers are compared for being the same array.
public final class Turn {
  /// Requests per batch: their keys' cache lines fit the first-level cache.
  private static final int BATCH = 96;

  private static final int INPUT_KEPT = 256 * 1024;

  /// A turn that holds this much has work enough: more would only need larger arrays.
  private static final int FULL_BYTES = 192 * 1024;

  /// The beginning of a request that is no longer than this is copied to where the rest of it goes.
  private static final int JOINED_BYTES = 16 * 1024;

  private static final int OUTPUT_KEPT = 128 * 1024;
  private static final int OUTPUT_CHUNK = 64 * 1024;

  /// What is reserved at most on a client's word that so much will come.
  private static final int MOST_AT_ONCE = 1024 * 1024;

  /// What a client may have sent that is no complete request, before it is known whose it is.
  private static final int MOST_BEFORE_AUTHENTICATION = 1024 * 1024;

  private final Keyspace keyspace;
  private final Dispatcher dispatcher;
  private final InputLimits limits;
  private final Reply reply = new Reply(16 * 1024);
  private final Call call;
  private final RequestBatch batch = new RequestBatch();
  private final KeyPool keys;
  private final int[] owner = new int[BATCH];
  private final @Nullable Command[] commands = new Command[BATCH];
  private final int[] firstKey = new int[BATCH];
  private final int[] keyCount = new int[BATCH];

  private byte[] input = new byte[64 * 1024];
  private int used;
  private Session[] sessions = new Session[64];
  private byte[][] buffers = new byte[64][];
  private int[] positions = new int[64];
  private int[] ends = new int[64];

  /// Entries whose sessions have been handed over to another turn.
  private boolean[] gone = new boolean[64];

  /// The request of the batch that is being executed, or -1.
  private int executing = -1;

  private int entries;
  private int receivedBytes;

  Turn(Keyspace keyspace, Dispatcher dispatcher, InputLimits limits) {
    this.keyspace = keyspace;
    this.dispatcher = dispatcher;
    this.limits = limits;
    this.call = new Call(keyspace, reply);
    this.keys = new KeyPool(keyspace);
  }

  /// The array into which `length` bytes from `session` may be written at [#spaceOffset].
  public byte[] space(Session session, int length) {
    int e = session.turnEntry();
    if (e < 0) {
      byte[] own = session.input();
      if (own != null && !join(session, own, length)) {
        return grown(session, own, length);
      }
      if (input.length - used < length) {
        input = new byte[Math.max(length, INPUT_KEPT)];
        used = 0;
      }
      return input;
    }
    byte[] own = session.input();
    if (own != null && own == buffers[e]) {
      buffers[e] = grown(session, own, length);
      return buffers[e];
    }
    if (isLastInShared(e) && input.length - used >= length) {
      return input;
    }
    int size = ends[e] - positions[e];
    byte[] copy = new byte[capacity(session, size, length)];
    System.arraycopy(buffers[e], positions[e], copy, 0, size);
    session.input(copy, size);
    session.turnBytes(0);
    buffers[e] = copy;
    positions[e] = 0;
    ends[e] = size;
    return copy;
  }

  /// Moves what `session` has left of an earlier turn into the shared array, if it is little.
  private boolean join(Session session, byte[] own, int length) {
    int size = session.inputSize();
    if (size + session.parser().missingBytes(size) > JOINED_BYTES
        || input.length - used < size + length) {
      return false;
    }
    System.arraycopy(own, 0, input, used, size);
    session.input(null, 0);
    session.turnBytes(size);
    add(session, input, used, used + size);
    used += size;
    return true;
  }

  /// Where the next bytes of `session` go in its [#space].
  public int spaceOffset(Session session) {
    return session.input() != null ? session.inputSize() : used;
  }

  /// Takes note of `length` bytes that were written into the [#space] of `session`.
  public void received(Session session, int length) {
    session.countInput(length);
    receivedBytes += length;
    int e = session.turnEntry();
    byte[] own = session.input();
    if (own != null) {
      session.input(own, session.inputSize() + length);
      if (e < 0) {
        add(session, own, 0, session.inputSize());
      } else {
        ends[e] = session.inputSize();
      }
    } else {
      used += length;
      session.turnBytes(session.turnBytes() + length);
      if (e < 0) {
        add(session, input, used - length, used);
      } else {
        ends[e] = used;
      }
    }
  }

  /// Takes up a session again that was held back and may have input left.
  public void resume(Session session) {
    byte[] own = session.input();
    if (own != null && session.turnEntry() < 0) {
      add(session, own, 0, session.inputSize());
    }
  }

  /// Forgets what `session`, which is gone, has sent.
  public void forget(Session session) {
    int e = session.turnEntry();
    if (e >= 0) {
      positions[e] = ends[e];
    }
    session.input(null, 0);
  }

  /// Whether requests of `session` are in this turn.
  public boolean has(Session session) {
    int e = session.turnEntry();
    return e >= 0 && e < entries && sessions[e] == session && !gone[e];
  }

  /// Whether there is anything to run.
  public boolean hasInput() {
    return entries > 0;
  }

  /// Whether so much has come that the turn should run before more is received.
  public boolean isFull() {
    return receivedBytes >= FULL_BYTES;
  }

  private boolean isLastInShared(int e) {
    return buffers[e] == input && ends[e] == used;
  }

  private static byte[] grown(Session session, byte[] own, int length) {
    if (own.length - session.inputSize() >= length) {
      return own;
    }
    byte[] larger = Arrays.copyOf(own, capacity(session, session.inputSize(), length));
    session.input(larger, session.inputSize());
    return larger;
  }

  /// How large an array for `size` bytes and `more` should be: at once what the request at hand
  /// needs.
  private static int capacity(Session session, int size, int more) {
    long least = (long) size + more;
    long missing = session.parser().missingBytes(size);
    long wanted =
        missing > 0
            ? Math.max(Math.min(size + missing, MOST_AT_ONCE + 2 * least), least)
            : least + least / 2 + 512;
    return (int) Math.min(wanted, Integer.MAX_VALUE - 16);
  }

  /// Executes everything received.
  public void run() {
    dispatcher.turnBegins();
    countMemory();
    int next = 0;
    while (next < entries) {
      next = fillBatch(next);
      if (batch.size() > 0) {
        prepare();
        execute();
      }
      batch.clear();
    }
    for (int i = 0; i < entries; i++) {
      if (!gone[i]) {
        sessions[i].turnEntry(-1);
        keepRest(i);
      }
    }
    Arrays.fill(gone, 0, entries, false);
    countMemory();
    Arrays.fill(sessions, 0, entries, null);
    Arrays.fill(buffers, 0, entries, null);
    entries = 0;
    used = 0;
    receivedBytes = 0;
    if (input.length > INPUT_KEPT) {
      input = new byte[INPUT_KEPT];
    }
    reply.reset(OUTPUT_KEPT);
    dispatcher.turnEnds();
  }

  /// Counts what the sessions of this turn take, if that is limited.
  private void countMemory() {
    if (dispatcher.countsMemory()) {
      for (int i = 0; i < entries; i++) {
        dispatcher.count(sessions[i]);
      }
      dispatcher.counted();
    }
  }

  /// Parses requests of entries from `from` on until the batch is full; the first entry not done
  /// yet.
  private int fillBatch(int from) {
    keys.clear();
    int e = from;
    while (e < entries && batch.size() < BATCH) {
      Session session = sessions[e];
      if (gone[e] || !session.isRunnable()) {
        e++;
        continue;
      }
      int before = batch.size();
      positions[e] =
          session
              .parser()
              .parse(
                  buffers[e],
                  positions[e],
                  ends[e],
                  batch,
                  BATCH,
                  dispatcher.isAuthenticated(session),
                  limits.maxBulkBytes());
      for (int i = before; i < batch.size(); i++) {
        owner[i] = e;
      }
      if (batch.size() < BATCH || positions[e] == ends[e]) {
        if (session.parser().error() != null && batch.size() == before) {
          protocolError(session);
        } else if (session.parser().error() != null) {
          return e;
        }
        e++;
      }
    }
    return e;
  }

  private void prepare() {
    for (int i = 0; i < batch.size(); i++) {
      point(i);
      Command command = dispatcher.table().find(call);
      commands[i] = command;
      firstKey[i] = keys.size();
      if (command != null
          && command.firstKey() > 0
          && !command.has(CommandFlag.MOVABLEKEYS)
          && command.accepts(call.count())) {
        addKeys(command, sessions[owner[i]]);
      }
      keyCount[i] = keys.size() - firstKey[i];
    }
    keys.touch();
  }

  private void addKeys(Command command, Session session) {
    Database database = keyspace.database(session.db());
    int last = command.lastKey() < 0 ? call.count() + command.lastKey() : command.lastKey();
    for (int a = command.firstKey(); a <= last && a < call.count(); a += command.keyStep()) {
      keys.add(database, a, call.buffer(), call.offset(a), call.length(a));
    }
  }

  private void point(int i) {
    call.point(
        batch.buffer(i),
        batch.offsets(),
        batch.lengths(),
        batch.firstArgument(i),
        batch.argumentCount(i));
  }

  private void execute() {
    int i = 0;
    while (i < batch.size()) {
      int e = owner[i];
      if (e < 0) {
        i++;
        continue;
      }
      Session session = sessions[e];
      reply.protocol(session.protocol());
      dispatcher.gathering(session, reply);
      for (; i < batch.size() && owner[i] == e && session.isRunnable(); i++) {
        point(i);
        call.begin(session, commands[i]);
        call.keys(keys, firstKey[i], keyCount[i]);
        executing = i;
        dispatcher.dispatch(call);
        executing = -1;
        if (session.isPaused()) {
          break;
        }
        if (reply.size() > OUTPUT_CHUNK) {
          deliver(session);
        }
      }
      if (i < batch.size() && owner[i] == e) {
        positions[e] = batch.start(i);
        session.parser().reset();
        while (i < batch.size() && owner[i] == e) {
          i++;
        }
      }
      deliver(session);
      dispatcher.delivered();
    }
    dispatcher.batchEnds();
  }

  /// Hands over to `other` what all sessions have sent but the one whose request is being executed,
  /// so that they can be served before it is done.
  public void handOver(Turn other) {
    if (executing < 0) {
      return;
    }
    int running = owner[executing];
    int last = -1;
    for (int i = executing + 1; i < batch.size(); i++) {
      int e = owner[i];
      if (e >= 0 && e != running) {
        if (e != last) {
          last = e;
          positions[e] = batch.start(i);
          sessions[e].parser().reset();
        }
        owner[i] = -1;
      }
    }
    for (int e = 0; e < entries; e++) {
      if (e != running && !gone[e]) {
        gone[e] = true;
        sessions[e].turnEntry(-1);
        keepRest(e);
        other.resume(sessions[e]);
      }
    }
  }

  private void deliver(Session session) {
    if (reply.size() > 0) {
      dispatcher.deliver(session, reply);
      reply.reset(OUTPUT_KEPT);
    }
    if (session.isClosing()) {
      session.outlet().close(true);
    }
  }

  private void protocolError(Session session) {
    reply.protocol(session.protocol());
    dispatcher.protocolError(session, reply);
    deliver(session);
  }

  /// Keeps what was not executed of entry `e` for the next turn.
  private void keepRest(int e) {
    Session session = sessions[e];
    int from = positions[e];
    int rest = session.isClosing() ? 0 : ends[e] - from;
    byte[] own = session.input();
    session.turnBytes(0);
    if (rest == 0) {
      session.input(null, 0);
    } else if (own == buffers[e]) {
      System.arraycopy(own, from, own, 0, rest);
      long missing = session.parser().missingBytes(rest);
      boolean tooLarge = missing > 0 && own.length > rest + missing;
      session.input(tooLarge ? Arrays.copyOf(own, (int) (rest + missing)) : own, rest);
    } else {
      byte[] copy = new byte[capacity(session, rest, 0)];
      System.arraycopy(buffers[e], from, copy, 0, rest);
      session.input(copy, rest);
    }
    int size = session.inputSize();
    if (size > limits.maxQueryBytes()
        || size > MOST_BEFORE_AUTHENTICATION && !dispatcher.isAuthenticated(session)) {
      dispatcher.queryTooLong(session);
    }
  }

  private void add(Session session, byte[] buffer, int from, int to) {
    if (entries == sessions.length) {
      sessions = Arrays.copyOf(sessions, entries * 2);
      buffers = Arrays.copyOf(buffers, entries * 2);
      positions = Arrays.copyOf(positions, entries * 2);
      ends = Arrays.copyOf(ends, entries * 2);
      gone = Arrays.copyOf(gone, entries * 2);
    }
    session.turnEntry(entries);
    sessions[entries] = session;
    buffers[entries] = buffer;
    positions[entries] = from;
    ends[entries++] = to;
  }
}
