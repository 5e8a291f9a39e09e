package io.skein.engine.keyspace;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.SlabArena;
import io.skein.engine.value.EncodingLimits;
import io.skein.engine.value.LargeValue;
import io.skein.engine.value.Place;
import org.jspecify.annotations.Nullable;

/// The place of a value in the entry of its key.
final class Cell implements Place {
  private final Keyspace keyspace;
  private final SlabArena arena;
  private final @Nullable Database database;
  private final @Nullable Key key;
  private long ref;

  /// The entry, where it is only to be read and its reference is not known.
  private final long fixed;

  private boolean changed;

  /// The place of the value of `key`, whose entry is `ref`.
  ///
  /// @param isNew whether everybody knows already that the key changes
  Cell(Keyspace keyspace, Database database, Key key, long ref, boolean isNew) {
    this.keyspace = keyspace;
    this.arena = keyspace.arena();
    this.database = database;
    this.key = key;
    this.ref = ref;
    this.fixed = 0;
    this.changed = isNew;
  }

  /// The place of the value of an entry that is only read.
  Cell(Keyspace keyspace, long entry) {
    this.keyspace = keyspace;
    this.arena = keyspace.arena();
    this.database = null;
    this.key = null;
    this.fixed = entry;
  }

  private long entry() {
    return fixed != 0 ? fixed : arena.address(ref);
  }

  @Override
  public int kind() {
    return Entry.kind(entry());
  }

  @Override
  public long address() {
    return Entry.valueAddress(entry());
  }

  @Override
  public int length() {
    return Entry.valueLength(entry());
  }

  @Override
  public LargeValue large() {
    long entry = entry();
    Invariant.check(EntryKind.isHandle(Entry.kind(entry)), "a value that is large");
    return keyspace.largeValues().get(Memory.getInt(Entry.valueAddress(entry)));
  }

  @Override
  public void changing() {
    if (!changed) {
      database().changing(key(), arena.address(ref));
      changed = true;
    }
  }

  @Override
  public void changingAside() {
    database().beforeChange(key(), arena.address(ref));
  }

  private Database database() {
    Invariant.check(database != null, "a value that may be changed");
    return java.util.Objects.requireNonNull(database);
  }

  private Key key() {
    return java.util.Objects.requireNonNull(key);
  }

  @Override
  public void kind(int kind) {
    changing();
    Entry.setKind(arena.address(ref), kind);
  }

  @Override
  public long resize(int length) {
    changing();
    ref = database().resizeValue(key(), ref, length, true);
    return address();
  }

  @Override
  public long become(int kind, int length) {
    changing();
    free();
    ref = database().resizeValue(key(), ref, length, false);
    Entry.setKind(arena.address(ref), kind);
    return address();
  }

  @Override
  public void become(int kind, LargeValue value) {
    Memory.putInt(become(kind, Integer.BYTES), keyspace.largeValues().add(value));
  }

  private void free() {
    long entry = arena.address(ref);
    if (EntryKind.isHandle(Entry.kind(entry))) {
      keyspace.freeLarge(entry, false);
      Entry.setKind(entry, EntryKind.MEMBER);
    }
  }

  @Override
  public void remove() {
    changing();
    database().removeChanged(key());
  }

  @Override
  public void elementsExpire() {
    database().contents().expiringHashes().add(key().toBytes());
  }

  @Override
  public SlabArena arena() {
    return arena;
  }

  @Override
  public KeyHash hash() {
    return keyspace.keyHash();
  }

  @Override
  public EncodingLimits limits() {
    return keyspace.limits();
  }

  @Override
  public long nowMs() {
    return keyspace.nowMs();
  }
}
