package io.skein.engine.keyspace;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Slot;
import io.skein.engine.machine.Invariant;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.SlabArena;
import io.skein.engine.value.EncodingLimits;
import io.skein.engine.value.LargeValue;
import io.skein.engine.value.LargeValues;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// All databases of a node, the memory they lie in, and the rules that hold for every key.
///
/// A database has one table of entries, or, in a cluster, one for each slot, so that counting,
/// listing and deleting a slot cost what the slot costs.
///
/// *Expiry*: a primary deletes keys whose time has come, and tells its [KeyspaceEvents]; a replica
/// only answers as if they were gone, until its primary's DEL arrives; what the primary itself
/// sends is executed as if nothing ever expired.
///
/// *Threads*: only under the data plane.
public final class Keyspace implements AutoCloseable {
  /// Who may delete keys whose time has come.
  public enum ExpiryRule {
    /// A primary: deletes on sight.
    DELETE,
    /// A replica towards its clients: hides the key.
    HIDE,
    /// A replica executing its primary's stream, or loading: takes no notice.
    IGNORE
  }

  private static final int NO_INDEX = -1;

  private final SlabArena arena;
  private final KeyHash hash;
  private final boolean clustered;

  /// Those that clients select, and in a cluster behind them the one of [#staged].
  private final Database[] databases;

  private final int databaseCount;
  private final @Nullable StagedSlots staged;
  private final Database scratch;
  private final AccessClock clock = new AccessClock();
  private final KeyspaceStats stats = new KeyspaceStats();
  private final Watches watches = new Watches();
  private final LazyFree lazyFree = new LazyFree();
  private KeyspaceEvents listener = KeyspaceEvents.NONE;
  private final LargeValues largeValues = new LargeValues();
  private EncodingLimits limits = EncodingLimits.DEFAULT;
  private KeyspaceEvents events = KeyspaceEvents.NONE;
  private int noticed;
  private int wanted;
  private ExpiryRule expiryRule = ExpiryRule.DELETE;
  private @Nullable Snapshot snapshot;
  private long nowMs;
  private long changes;
  private boolean touchOnRead = true;
  private boolean expiryHeld;
  private final LocalExpiries localExpiries = new LocalExpiries(this);

  /// An empty keyspace.
  ///
  /// @param databaseCount 16 by default, 1 in a cluster
  /// @param clustered whether each slot has a table of its own
  /// @param seed of the hash of keys, which clients should not be able to guess
  public Keyspace(int databaseCount, boolean clustered, long seed) {
    Invariant.check(databaseCount > 0, "at least one database");
    this.arena = new SlabArena();
    this.hash = new KeyHash(seed);
    this.clustered = clustered;
    this.databaseCount = databaseCount;
    this.databases = new Database[databaseCount + (clustered ? 1 : 0)];
    this.scratch = new Database(this, NO_INDEX, clustered ? Slot.SLOT_COUNT : 1);
    for (int i = 0; i < databases.length; i++) {
      databases[i] = new Database(this, i, clustered ? Slot.SLOT_COUNT : 1);
    }
    staged = clustered ? new StagedSlots(this, databases[0], databases[databaseCount]) : null;
  }

  /// Database number `index`; behind the last that clients may select, in a cluster, comes that of
  /// the slots on their way here.
  public Database database(int index) {
    return databases[index];
  }

  /// The number of databases that clients may select.
  public int databaseCount() {
    return databaseCount;
  }

  /// All databases that hold data, by index: those that clients may select, and what is staged.
  public Database[] allDatabases() {
    return databases.clone();
  }

  /// The keys of slots on their way to this node, which no client sees; null without a cluster.
  public @Nullable StagedSlots staged() {
    return staged;
  }

  /// Whether clients know nothing of the database: a scratch, a spare one or what is staged.
  private boolean isHidden(Database database) {
    return database.index() < 0 || database.index() >= databaseCount;
  }

  /// Whether each slot has a table of its own.
  public boolean isClustered() {
    return clustered;
  }

  /// A key that is not part of the call in progress.
  public Key key(byte[] bytes) {
    Key key = new Key();
    fill(key, bytes, 0, bytes.length);
    return key;
  }

  /// Points `key` at `length` bytes of `b` from `offset` on.
  public void fill(Key key, byte[] b, int offset, int length) {
    key.set(
        b, offset, length, hash.of(b, offset, length), clustered ? Slot.of(b, offset, length) : 0);
  }

  /// The time at which the command in progress began, in Unix milliseconds.
  public long nowMs() {
    return nowMs;
  }

  /// Sets the time for the commands to come; it may go backwards, as the wall clock may.
  public void nowMs(long unixMs) {
    nowMs = unixMs;
    clock.nowMs(unixMs);
  }

  /// Who is told about keys that vanish by themselves and about changes.
  public void events(KeyspaceEvents whom) {
    listener = whom;
    events = whom;
  }

  /// Which events subscribers want to hear of: the bits of some [EventClass]es.
  public void notice(int classes) {
    wanted = classes;
    noticed = classes;
  }

  /// Tells nobody of anything while `on`: a file is loaded, which changes no key that anybody
  /// knows.
  public void mute(boolean on) {
    events = on ? KeyspaceEvents.NONE : listener;
    noticed = on ? 0 : wanted;
  }

  /// Empties all databases that clients may select, and tells of it.
  ///
  /// @param lazily whether the memory is given back in the background
  public void flush(boolean lazily) {
    for (int i = 0; i < databaseCount; i++) {
      databases[i].flush(lazily);
    }
    flushed();
  }

  /// As [#flush], and gives up what is staged, too.
  public void clear(boolean lazily) {
    StagedSlots coming = staged;
    if (coming != null) {
      coming.database().flush(lazily);
    }
    flush(lazily);
  }

  /// Tells that databases were emptied, or that their contents were replaced: called once for all
  /// that this was done to.
  public void flushed() {
    events.flushed();
  }

  /// Tells subscribers of `event`, if they want to hear of its class; see `Call.notify`, which
  /// commands use.
  public void notify(EventClass what, String event, Database database, Key key) {
    if ((noticed & what.bit()) != 0 && !isHidden(database)) {
      events.notice(what, event, database, key);
    }
  }

  public ExpiryRule expiryRule() {
    return expiryRule;
  }

  public void expiryRule(ExpiryRule rule) {
    expiryRule = rule;
    if (rule == ExpiryRule.DELETE) {
      localExpiries.forgetAll();
    }
  }

  /// What a writable replica has to delete by itself.
  public LocalExpiries localExpiries() {
    return localExpiries;
  }

  /// Has keys that are due stay where they are, hidden, for a while: nothing may change meanwhile.
  public void holdExpiry(boolean on) {
    expiryHeld = on;
  }

  public boolean isExpiryHeld() {
    return expiryHeld;
  }

  /// Whether reads set the access clock of the keys they find; see CLIENT NO-TOUCH.
  public void touchOnRead(boolean on) {
    touchOnRead = on;
  }

  /// The number of changes since start: what INFO `rdb_changes_since_last_save` is a difference of.
  public long changes() {
    return changes;
  }

  public KeyspaceStats stats() {
    return stats;
  }

  public Watches watches() {
    return watches;
  }

  public AccessClock clock() {
    return clock;
  }

  /// The bytes that entries and indexes take, as allocated from the system's memory.
  public long usedBytes() {
    return arena.usedBytes();
  }

  /// The bytes of system memory held.
  public long reservedBytes() {
    return arena.reservedBytes();
  }

  /// The number of keys in all databases that clients may select.
  public long size() {
    long sum = 0;
    for (int i = 0; i < databaseCount; i++) {
      sum += databases[i].size();
    }
    return sum;
  }

  /// Swaps the contents of two databases.
  public void swap(int a, int b) {
    watches.databaseReplaced(databases[a], databases[b]);
    watches.databaseReplaced(databases[b], databases[a]);
    databases[a].swapWith(databases[b]);
    events.replaced(databases[a]);
    events.replaced(databases[b]);
    flushed();
  }

  /// Databases beside those of the keyspace, to be filled and then to take their place.
  public Database[] spare() {
    Database[] beside = new Database[databases.length];
    for (int i = 0; i < beside.length; i++) {
      beside[i] = new Database(this, i, clustered ? Slot.SLOT_COUNT : 1);
    }
    return beside;
  }

  /// Exchanges the contents of all databases with those of `spare`.
  public void adopt(Database[] spare) {
    for (int i = 0; i < databases.length; i++) {
      watches.databaseReplaced(databases[i], spare[i]);
      databases[i].swapWith(spare[i]);
      listener.replaced(databases[i]);
    }
    localExpiries.forgetAll();
    changes++;
    flushed();
  }

  /// Frees what `spare` holds.
  public void release(Database[] spare, boolean lazily) {
    for (Database database : spare) {
      discard(database.contents(), lazily);
    }
  }

  /// Begins a snapshot as of now; there is one at a time.
  public Snapshot beginSnapshot(SnapshotSink sink) {
    return beginSnapshot(sink, null);
  }

  /// As [#beginSnapshot(SnapshotSink)], of some slots of database 0 only.
  ///
  /// @param slots null for everything there is
  public Snapshot beginSnapshot(SnapshotSink sink, @Nullable BitSet slots) {
    Invariant.check(snapshot == null, "one snapshot at a time");
    Snapshot begun = new Snapshot(this, sink, slots);
    snapshot = begun;
    return begun;
  }

  /// The snapshot in progress, or null.
  public @Nullable Snapshot snapshot() {
    return snapshot;
  }

  /// What was flushed and is not freed yet.
  public LazyFree lazyFree() {
    return lazyFree;
  }

  void discard(Contents old, boolean lazily) {
    if (lazily || old.isWalked()) {
      lazyFree.add(old);
      return;
    }
    boolean done;
    do {
      done = old.free(Integer.MAX_VALUE);
    } while (!done);
  }

  void replaced(Database database, Key key) {
    if (!isHidden(database)) {
      events.replaced(database, key);
    }
  }

  LargeValues largeValues() {
    return largeValues;
  }

  /// The large value of an entry that has the handle of one.
  LargeValue largeOf(long entry) {
    return largeValues.get(Memory.getInt(Entry.valueAddress(entry)));
  }

  /// Frees the large value of an entry, if it has one, or leaves it to the snapshot in progress;
  /// its handle is good no more.
  void freeLarge(long entry, boolean lazily) {
    if (EntryKind.isHandle(Entry.kind(entry))
        && (snapshot == null || !snapshot.keeps(largeOf(entry)))) {
      lazyFree.discard(largeValues.remove(Memory.getInt(Entry.valueAddress(entry))), lazily);
    }
  }

  /// Frees the block of an entry, and its large value if it has one.
  void freeEntry(long ref) {
    freeLarge(arena.address(ref), true);
    arena.free(ref);
  }

  /// Up to where values are packed.
  public EncodingLimits limits() {
    return limits;
  }

  public void limits(EncodingLimits now) {
    limits = now;
  }

  void snapshotEnded() {
    snapshot = null;
  }

  SlabArena arena() {
    return arena;
  }

  KeyHash keyHash() {
    return hash;
  }

  /// A database that no client sees, in which a value can be put together before its key becomes
  /// what it is to be; see [Database#move]. It is left empty.
  public Database scratch() {
    return scratch;
  }

  KeyspaceEvents events() {
    return events;
  }

  boolean touchesOnRead() {
    return touchOnRead;
  }

  void changed(Database database, Key key) {
    if (isHidden(database)) {
      return;
    }
    watches.keyChanged(database, key);
    events.changed(database, key);
  }

  /// Counts what a command, or something else, has changed.
  public void countChanges(long count) {
    changes += count;
  }

  @Override
  public void close() {
    arena.close();
  }
}
