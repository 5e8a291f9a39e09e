package io.skein.engine.command;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Clients that wait until a key holds something for them: BLPOP, BZPOPMIN, XREAD and their kin.
///
/// A handler that finds nothing calls [#await] and returns without a reply. When one of the keys
/// becomes ready, the whole command is executed again, gates included, as if it came just now; it
/// may wait again then, behind the others, until the same deadline. Keys are served in the order in
/// which they became ready, and the clients of a key in the order in which they came, after the
/// command or transaction that made the key ready, so that it is seen whole first. What serving
/// makes ready is served too.
///
/// A key of another type than awaited is as good as none.
///
/// *Invariants*: a session is in the line of every key that it waits for, once, and in no other; a
/// line without anybody is not kept.
public final class BlockedKeys {
  /// The type of value that is waited for.
  public enum Awaited {
    LIST,
    SORTED_SET,
    STREAM;

    boolean isKind(int kind) {
      return switch (kind) {
        case EntryKind.LIST_LISTPACK, EntryKind.LIST_QUICKLIST -> this == LIST;
        case EntryKind.ZSET_LISTPACK, EntryKind.ZSET_SKIPLIST -> this == SORTED_SET;
        case EntryKind.STREAM -> this == STREAM;
        default -> false;
      };
    }
  }

  /// Executes a command from the start that was in the midst of its execution when it blocked.
  public interface Repeating {
    /// Whether a pause holds the call back.
    boolean isHeldBack(Call call);

    /// Has `call` pass the gates and executes it.
    void repeat(Call call);

    /// Counts a command that ended without being repeated: it took `nanos` until it blocked.
    ///
    /// @param error what the client is told, or null when its time was over
    void gaveUp(Command command, long nanos, @Nullable String error);
  }

  /// Says where a client has to go that waits for a key in `slot`.
  public interface Redirecting {
    /// The error that sends it away, or null when it may go on waiting.
    @Nullable CommandError refusal(Session session, Command command, int slot);
  }

  private static final String ROLE_CHANGED =
      "UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
          + " replica?)";

  private record KeyName(int database, Bytes name) {}

  /// A wait's place in the line of one key.
  private static final class Place {
    final Wait wait;
    @Nullable Place previous;
    @Nullable Place next;
    boolean left;

    Place(Wait wait) {
      this.wait = wait;
    }
  }

  /// All who wait for one key, the first come first.
  private static final class Line {
    private @Nullable Place first;
    private @Nullable Place last;
    private int size;

    /// How many of them are to be served when the key is gone, too.
    private int evenIfGone;

    Place join(Wait wait) {
      Place place = new Place(wait);
      place.previous = last;
      if (last == null) {
        first = place;
      } else {
        last.next = place;
      }
      last = place;
      size++;
      evenIfGone += wait.evenIfGone ? 1 : 0;
      return place;
    }

    void leave(Place place) {
      Place before = place.previous;
      Place after = place.next;
      if (before == null) {
        first = after;
      } else {
        before.next = after;
      }
      if (after == null) {
        last = before;
      } else {
        after.previous = before;
      }
      place.left = true;
      size--;
      evenIfGone -= place.wait.evenIfGone ? 1 : 0;
    }
  }

  private final class Wait implements Blocked {
    final Session session;
    final Command command;
    final byte[][] arguments;
    final Awaited awaited;
    final boolean evenIfGone;
    final long deadlineMs;
    final int slot;
    final Map<KeyName, Place> places = new LinkedHashMap<>(4);
    long nanos;

    Wait(Call call, Awaited awaited, boolean evenIfGone, long deadlineMs, int slot) {
      this.session = call.session();
      this.command = call.command();
      this.arguments = call.copyArguments();
      this.awaited = awaited;
      this.evenIfGone = evenIfGone;
      this.deadlineMs = deadlineMs;
      this.slot = slot;
    }

    @Override
    public long deadlineMs() {
      return deadlineMs;
    }

    @Override
    public boolean repeatsCommand() {
      return true;
    }

    @Override
    public void spent(long more) {
      nanos += more;
    }

    @Override
    public void onTimeout(Session timedOut) {
      leaveAll(this);
      Reply nothing = new Reply(16);
      nothing.protocol(session.protocol());
      nothing.nullArray();
      sessions.answer(session, nothing);
      repeating.gaveUp(command, nanos, null);
    }

    @Override
    public void onCancel(Session gone) {
      leaveAll(this);
    }

    @Override
    public void onFailure(Session failed, String error) {
      leaveAll(this);
      repeating.gaveUp(command, nanos, error);
    }
  }

  private final Keyspace keyspace;
  private final Sessions sessions;
  private final Repeating repeating;
  private final LongSupplier unixMs;
  private final Map<KeyName, Line> lines = new LinkedHashMap<>();
  private final Set<KeyName> ready = new LinkedHashSet<>();
  private final Reply reply = new Reply(1024);
  private final Call call;
  private boolean serving;

  /// The wait whose command is being executed again.
  private @Nullable Wait repeated;

  /// @param unixMs the clock, which commands that are repeated read again
  public BlockedKeys(
      Keyspace keyspace, Sessions sessions, Repeating repeating, LongSupplier unixMs) {
    this.unixMs = unixMs;
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.repeating = repeating;
    this.call = new Call(keyspace, reply);
  }

  /// Whether `what` may wait. Where it may not, in a transaction or a stream of replication, it
  /// replies at once what it would reply when its time is over.
  public boolean mayAwait(Call what) {
    return !what.inTransaction() && !what.isFromPrimary();
  }

  /// Has the session of `what` wait until one of some keys of the call holds a value of type
  /// `awaited`.
  ///
  /// @param firstKey the first of the keys, counted as in [Call#keyAt]; they follow one another
  /// @param evenIfGone whether the command is also to be repeated when one of the keys is deleted
  ///   or overwritten
  /// @param deadlineMs see [BlockingTimeout]
  @SuppressWarnings("ReferenceEquality") // Sessions have no other identity.
  public void await(
      Call what, Awaited awaited, int firstKey, int keys, boolean evenIfGone, long deadlineMs) {
    Wait before = repeated;
    boolean again = before != null && before.session == what.session();
    long deadline = before != null && again ? before.deadlineMs : deadlineMs;
    Wait wait = new Wait(what, awaited, evenIfGone, deadline, what.keyAt(firstKey).slot());
    if (before != null && again) {
      wait.nanos = before.nanos;
    }
    int database = what.session().db();
    for (int i = firstKey; i < firstKey + keys; i++) {
      KeyName key = new KeyName(database, what.keyAt(i).toBytes());
      if (!wait.places.containsKey(key)) {
        Line line = lines.computeIfAbsent(key, k -> new Line());
        wait.places.put(key, line.join(wait));
      }
    }
    sessions.block(what.session(), wait);
  }

  private void leaveAll(Wait wait) {
    for (Map.Entry<KeyName, Place> e : wait.places.entrySet()) {
      Line line = lines.get(e.getKey());
      if (line != null) {
        line.leave(e.getValue());
        if (line.size == 0) {
          lines.remove(e.getKey());
        }
      }
    }
    wait.places.clear();
  }

  /// The key holds another value than before, or none, or something was added to it that others
  /// wait for: whoever waits for it is served when the command in progress is over.
  public void ready(Database database, Key key) {
    if (!lines.isEmpty()) {
      KeyName name = new KeyName(database.index(), key.toBytes());
      if (lines.containsKey(name)) {
        ready.add(name);
      }
    }
  }

  /// As [#ready(Database, Key)], for all keys of a database whose content was replaced.
  public void ready(Database database) {
    for (KeyName key : lines.keySet()) {
      if (key.database == database.index()) {
        ready.add(key);
      }
    }
  }

  /// Whether there is somebody to [#serve].
  public boolean hasReady() {
    return !ready.isEmpty();
  }

  /// Repeats the commands of those who wait for keys that are ready, as far as they can be.
  public void serve() {
    if (serving) {
      return;
    }
    serving = true;
    List<KeyName> later = new ArrayList<>(0);
    try {
      while (!ready.isEmpty()) {
        KeyName key = ready.iterator().next();
        ready.remove(key);
        Line line = lines.get(key);
        if (line != null && !serve(key, line)) {
          later.add(key);
        }
      }
    } finally {
      serving = false;
      ready.addAll(later);
    }
  }

  /// Serves the clients in `line`; false when some have to be served later.
  private boolean serve(KeyName key, Line line) {
    Database database = keyspace.database(key.database);
    Key name = keyspace.key(key.name.toByteArray());
    boolean all = true;
    Place place = line.first;
    // Those who wait again join at the end, and are not served twice.
    for (int count = line.size; count > 0 && place != null; count--) {
      Wait wait = place.wait;
      Place next = place.next;
      long entry = database.glance(name);
      if (wait.evenIfGone || entry != 0 && wait.awaited.isKind(Entry.kind(entry))) {
        if (!wait.session.isClosing()) {
          all &= repeat(wait);
        }
      } else if (entry == 0 && line.evenIfGone == 0) {
        break;
      }
      if (next != null && next.left) {
        return false;
      }
      place = next;
    }
    return all;
  }

  /// Executes the command of `wait` again; false when it is held back for now.
  private boolean repeat(Wait wait) {
    Session session = wait.session;
    call.point(wait.arguments);
    call.begin(session, wait.command);
    call.repeats(wait.nanos);
    call.findKeys();
    if (repeating.isHeldBack(call)) {
      return false;
    }
    leaveAll(wait);
    sessions.wake(session);
    reply.protocol(session.protocol());
    repeated = wait;
    keyspace.nowMs(unixMs.getAsLong());
    try {
      repeating.repeat(call);
    } finally {
      repeated = null;
    }
    if (reply.size() > 0) {
      sessions.write(session, reply.bytes(), reply.size());
      reply.reset(64 * 1024);
    }
    if (session.isClosing()) {
      session.outlet().close(true);
    } else if (session.blocked() == null) {
      session.outlet().resume();
    }
    return true;
  }

  /// Sends away the clients that wait for keys which this node does not serve any more.
  public void redirect(Redirecting redirecting) {
    if (lines.isEmpty()) {
      return;
    }
    for (Wait wait : waits()) {
      CommandError error = redirecting.refusal(wait.session, wait.command, wait.slot);
      if (error != null) {
        sessions.fail(wait.session, error.text());
      }
    }
  }

  /// The node is a replica now, which may not pop: everybody is told, and disconnected.
  public void roleChanged() {
    for (Wait wait : waits()) {
      sessions.fail(wait.session, ROLE_CHANGED);
      wait.session.closeAfterReply();
      wait.session.outlet().close(true);
    }
  }

  private Set<Wait> waits() {
    Set<Wait> all = new LinkedHashSet<>();
    for (Line line : lines.values()) {
      for (Place place = line.first; place != null; place = place.next) {
        all.add(place.wait);
      }
    }
    return all;
  }

  /// The number of keys that somebody waits for.
  public int keyCount() {
    return lines.size();
  }

  /// The number of keys that somebody waits for who is to know when they are gone, too.
  public int evenIfGoneCount() {
    int count = 0;
    for (Line line : lines.values()) {
      count += line.evenIfGone > 0 ? 1 : 0;
    }
    return count;
  }
}
