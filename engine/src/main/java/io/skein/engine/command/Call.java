package io.skein.engine.command;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.KeyPool;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The call in progress: its arguments, its keys, who made it, and where the reply goes.
///
/// One object serves call after call; nothing of it may be kept when the handler returns.
public final class Call extends Arguments {
  /// What is logged in place of one argument.
  private record Replaced(int argument, byte[] text) {}

  private final Keyspace keyspace;
  private final Reply reply;
  private final Options options = new Options();
  private final KeyPositions positions = new KeyPositions();
  private final KeyPool ownKeys;
  private KeyPool keys;
  private int firstKey;
  private int keyCount;
  private @Nullable Command command;
  private @Nullable Session session;
  private long dirty;
  private boolean onlyLogged;
  private boolean silent;
  private boolean failed;
  private boolean inTransaction;
  private boolean fromPrimary;
  private boolean ofScript;
  private final List<byte[][]> effects = new ArrayList<>();
  private boolean rewritten;
  private final List<Replaced> replaced = new ArrayList<>();
  private boolean followed = true;
  private boolean repeated;
  private long earlierNanos;

  /// A call whose replies are written to `reply`.
  public Call(Keyspace keyspace, Reply reply) {
    this.keyspace = keyspace;
    this.reply = reply;
    this.ownKeys = new KeyPool(keyspace);
    this.keys = ownKeys;
  }

  /// Begins a call of `what` by `who`; the arguments have been pointed at already.
  public void begin(Session who, @Nullable Command what) {
    session = who;
    command = what;
    dirty = 0;
    onlyLogged = false;
    silent = false;
    failed = false;
    rewritten = false;
    followed = true;
    inTransaction = false;
    fromPrimary = false;
    ofScript = false;
    repeated = false;
    earlierNanos = 0;
    if (!effects.isEmpty()) {
      effects.clear();
    }
    if (!replaced.isEmpty()) {
      replaced.clear();
    }
    keyCount = 0;
  }

  /// Uses keys that were prepared with a batch.
  public void keys(KeyPool pool, int from, int number) {
    keys = pool;
    firstKey = from;
    keyCount = number;
  }

  /// Finds and hashes the keys of this call, which was not prepared with a batch.
  ///
  /// @return false when the arguments leave the keys unknown
  public boolean findKeys() {
    ownKeys.clear();
    keys = ownKeys;
    firstKey = 0;
    keyCount = 0;
    if (!positions.find(command(), this)) {
      return false;
    }
    for (int i = 0; i < positions.size(); i++) {
      int arg = positions.index(i);
      ownKeys.add(database(), arg, buffer(), offset(arg), length(arg));
    }
    keyCount = positions.size();
    return true;
  }

  /// Loads the cache lines of the index and then those of the entries of all keys, so that a
  /// command with many keys waits for memory once. For calls that were not prepared with a batch.
  public void touchKeys() {
    ownKeys.touch();
  }

  /// The command found for the name, or null.
  public @Nullable Command commandOrNull() {
    return command;
  }

  public Command command() {
    return Objects.requireNonNull(command);
  }

  /// Replaces the command, when a container's subcommand was found.
  public void command(Command found) {
    command = found;
  }

  public Session session() {
    return Objects.requireNonNull(session);
  }

  public Reply reply() {
    return reply;
  }

  public Keyspace keyspace() {
    return keyspace;
  }

  /// The session's selected database.
  public Database database() {
    return keyspace.database(session().db());
  }

  /// The time at which the call began, in Unix milliseconds; the same throughout a transaction.
  public long nowMs() {
    return keyspace.nowMs();
  }

  /// The number of keys among the arguments.
  public int keyCount() {
    return keyCount;
  }

  /// Key number `n`, counted from 0.
  public Key keyAt(int n) {
    return keys.get(firstKey + n);
  }

  /// The argument that key number `n` is.
  public int keyArgument(int n) {
    return keys.argument(firstKey + n);
  }

  /// The key that is argument `i`.
  public Key key(int i) {
    for (int n = 0; n < keyCount; n++) {
      if (keys.argument(firstKey + n) == i) {
        return keys.get(firstKey + n);
      }
    }
    return keyspace.key(bytes(i));
  }

  /// The options from argument `from` to the end, checked against the command's [Syntax].
  public Options options(int from) {
    command().syntax().options().read(this, from, options);
    return options;
  }

  /// Records that the data set has changed by `changes`, so that the call is logged.
  public void dirty(long changes) {
    dirty += changes;
  }

  /// Has the call logged though it changes no data, for those who follow the log.
  public void log() {
    dirty = 1;
    onlyLogged = true;
  }

  /// Whether the call is logged and has changed no data.
  public boolean isOnlyLogged() {
    return onlyLogged;
  }

  /// The number of changes made so far, or 1 when the call is only logged.
  public long dirty() {
    return dirty;
  }

  /// Tells subscribers that `event` happened to `key` of the session's database; costs one test
  /// when nobody wants to hear of such events.
  ///
  /// Called after the change, in the order of Redis; `del` follows what has emptied a collection.
  /// That a key was created, was missed, has expired or was evicted is told by [Database] itself.
  public void notify(EventClass what, String event, Key key) {
    keyspace.notify(what, event, database(), key);
  }

  /// As [#notify(EventClass, String, Key)], for a key of another database.
  public void notify(EventClass what, String event, Database database, Key key) {
    keyspace.notify(what, event, database, key);
  }

  /// Logs `arguments` in place of the call itself; with several uses, all of them in order.
  public void logAs(byte[]... arguments) {
    rewritten = true;
    effects.add(arguments);
  }

  /// Logs the call itself, but with `text` in place of argument `i`.
  public void logWith(int i, byte[] text) {
    replaced.add(new Replaced(i, text));
  }

  /// What is logged in place of argument `i`, or null for the argument itself.
  public byte @Nullable [] loggedInstead(int i) {
    for (Replaced r : replaced) {
      if (r.argument == i) {
        return r.text;
      }
    }
    return null;
  }

  /// As [#logAs(byte[]...)], from texts and byte arrays.
  public void logAs(Object first, Object... rest) {
    byte[][] arguments = new byte[rest.length + 1][];
    arguments[0] = toBytes(first);
    for (int i = 0; i < rest.length; i++) {
      arguments[i + 1] = toBytes(rest[i]);
    }
    logAs(arguments);
  }

  private static byte[] toBytes(Object o) {
    return o instanceof byte[] b ? b : Bytes.of(String.valueOf(o)).toByteArray();
  }

  /// Whether anything reads the log: where nothing does, [#logAs] need not be used.
  public boolean isFollowed() {
    return followed;
  }

  public void followed(boolean logIsRead) {
    followed = logIsRead;
  }

  /// Logs nothing for this call although it changes data.
  public void logNothing() {
    silent = true;
  }

  public boolean isSilent() {
    return silent;
  }

  /// Whether [#logAs] was used.
  public boolean isRewritten() {
    return rewritten;
  }

  /// What is logged in place of the call.
  public List<byte[][]> effects() {
    return effects;
  }

  /// Whether the call is one of a transaction that is being executed.
  public boolean inTransaction() {
    return inTransaction;
  }

  public void inTransaction(boolean within) {
    inTransaction = within;
  }

  /// Whether a script makes the call.
  public boolean isOfScript() {
    return ofScript;
  }

  public void ofScript(boolean called) {
    ofScript = called;
  }

  /// Whether the call came from our primary, so that it must be obeyed.
  public boolean isFromPrimary() {
    return fromPrimary;
  }

  public void fromPrimary(boolean replicated) {
    fromPrimary = replicated;
  }

  /// Says that the call is repeated after it was blocked; it took `nanos` until then.
  void repeats(long nanos) {
    repeated = true;
    earlierNanos = nanos;
  }

  /// Whether the call is repeated after it was blocked.
  public boolean isRepeated() {
    return repeated;
  }

  /// What the call took before it was blocked, in nanoseconds.
  public long earlierNanos() {
    return earlierNanos;
  }

  /// Whether the reply was an error.
  public boolean hasFailed() {
    return failed;
  }

  public void failed(boolean withError) {
    failed = withError;
  }
}
