package io.skein.engine.value;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.EntrySample;
import io.skein.engine.structure.HashTable;
import io.skein.engine.structure.SlabArena;
import java.util.List;

/// The large form of a set or a hash: a [HashTable] that owns its entries, each a member, or a
/// field with its value and perhaps an expiry time.
///
/// Members are named by the references of their entries, which an update of a value may change.
public final class MemberTable implements LargeValue {
  private final SlabArena arena;
  private final KeyHash hash;
  private final HashTable table;
  private long entryBytes;

  /// A lower bound of the expiry times of all members, as far as any has one.
  private long earliestExpiryMs = Long.MAX_VALUE;

  /// Where the round of [#findDue] goes on, and the earliest time it has met of those not due.
  private long dueCursor;

  private long earliestOfRoundMs = Long.MAX_VALUE;

  /// An empty table of entries in `arena`.
  public MemberTable(SlabArena arena, KeyHash hash) {
    this.arena = arena;
    this.hash = hash;
    this.table = new HashTable(arena, hash);
  }

  @Override
  public long elements() {
    return table.size();
  }

  /// The number of members.
  public int size() {
    return table.size();
  }

  @Override
  public long memoryBytes() {
    return entryBytes + table.nativeBytes();
  }

  @Override
  public boolean free(int budget) {
    return table.clear(budget, arena::free);
  }

  @Override
  public MemberTable copy() {
    MemberTable copy = new MemberTable(arena, hash);
    EntrySample bucket = new EntrySample(16);
    long cursor = 0;
    do {
      bucket.clear();
      cursor = table.collect(cursor, bucket);
      for (int i = 0; i < bucket.count(); i++) {
        copy.addCopy(bucket.ref(i));
      }
    } while (cursor != 0);
    copy.earliestExpiryMs = earliestExpiryMs;
    return copy;
  }

  private void addCopy(long ref) {
    long source = arena.address(ref);
    int bytes = Entry.size(source);
    long copied = arena.allocate(bytes);
    long target = arena.address(copied);
    Memory.copy(source, target, bytes);
    entryBytes += arena.usable(copied);
    table.insert(hash.of(Entry.keyAddress(target), Entry.keyLength(target)), copied);
  }

  // --- looking up ---

  /// The hash of a member, as the other methods take it.
  public long hash(byte[] b, int offset, int length) {
    return hash.of(b, offset, length);
  }

  /// The reference of a member, or 0.
  public long find(byte[] b, int offset, int length, long memberHash) {
    return table.find(b, offset, length, memberHash);
  }

  /// The reference of a member, or 0.
  public long find(byte[] b, int offset, int length) {
    return table.find(b, offset, length, hash.of(b, offset, length));
  }

  /// The reference of a member whose bytes lie in native memory, or 0.
  public long find(long address, int length) {
    return table.find(address, length, hash.of(address, length));
  }

  /// The address of the entry of a member, to be read with [Entry].
  public long address(long ref) {
    return arena.address(ref);
  }

  /// A member chosen by a random number, all with nearly the same probability; 0 when there is
  /// none.
  public long random(long draw) {
    return table.randomEntry(draw);
  }

  /// Adds the members of one bucket to `into`, and returns the cursor at which to go on, or 0 at
  /// the end; see [HashTable#scan].
  public long collect(long cursor, EntrySample into) {
    return table.collect(cursor, into);
  }

  // --- changes ---

  /// Adds a member that is not there yet.
  public void insert(byte[] b, int offset, int length, long memberHash) {
    long ref = arena.allocate(Entry.size(length, 0, Entry.NO_EXPIRY));
    Entry.write(
        arena.address(ref), EntryKind.MEMBER, 0, Entry.NO_EXPIRY, b, offset, length, b, 0, 0);
    entryBytes += arena.usable(ref);
    table.insert(memberHash, ref);
  }

  /// Adds a field that is not there yet.
  public void insert(
      byte[] b,
      int offset,
      int length,
      long fieldHash,
      byte[] value,
      int valueOffset,
      int valueLength,
      long expiryMs) {
    long ref = arena.allocate(Entry.size(length, valueLength, expiryMs));
    Entry.write(
        arena.address(ref),
        EntryKind.MEMBER,
        0,
        expiryMs,
        b,
        offset,
        length,
        value,
        valueOffset,
        valueLength);
    entryBytes += arena.usable(ref);
    table.insert(fieldHash, ref);
    expects(expiryMs);
  }

  /// Gives a field another value and expiry time.
  public void update(
      long ref, long fieldHash, byte[] value, int valueOffset, int valueLength, long expiryMs) {
    long entry = arena.address(ref);
    int usable = arena.usable(ref);
    if (Entry.expiryMs(entry) == expiryMs
        && Entry.overwriteValue(entry, usable, value, valueOffset, valueLength)) {
      return;
    }
    long moved = arena.allocate(Entry.size(Entry.keyLength(entry), valueLength, expiryMs));
    long at = Entry.writeLike(entry, arena.address(moved), expiryMs, valueLength);
    Memory.copy(value, valueOffset, at, valueLength);
    replace(ref, fieldHash, moved);
    expects(expiryMs);
  }

  /// Gives a field another expiry time, or none with [Entry#NO_EXPIRY].
  public void expireAt(long ref, long expiryMs) {
    long entry = arena.address(ref);
    long fieldHash = hashOf(entry);
    if (Entry.putExpiry(entry, arena.usable(ref), expiryMs)) {
      table.expiryChanged(fieldHash, ref);
    } else {
      int length = Entry.valueLength(entry);
      long moved = arena.allocate(Entry.size(Entry.keyLength(entry), length, expiryMs));
      long at = Entry.writeLike(entry, arena.address(moved), expiryMs, length);
      Memory.copy(Entry.valueAddress(entry), at, length);
      replace(ref, fieldHash, moved);
    }
    expects(expiryMs);
  }

  private void replace(long ref, long memberHash, long moved) {
    entryBytes += arena.usable(moved) - arena.usable(ref);
    table.replace(memberHash, ref, moved);
    arena.free(ref);
  }

  private void expects(long expiryMs) {
    if (expiryMs != Entry.NO_EXPIRY) {
      earliestExpiryMs = Math.min(earliestExpiryMs, expiryMs);
      earliestOfRoundMs = Math.min(earliestOfRoundMs, expiryMs);
    }
  }

  /// Removes a member.
  public void remove(long ref, long memberHash) {
    table.remove(memberHash, ref);
    entryBytes -= arena.usable(ref);
    arena.free(ref);
  }

  /// Removes a member.
  public void remove(long ref) {
    remove(ref, hashOf(arena.address(ref)));
  }

  private long hashOf(long entry) {
    return hash.of(Entry.keyAddress(entry), Entry.keyLength(entry));
  }

  // --- members whose time comes ---

  /// How many members have an expiry time.
  public int expiringSize() {
    return table.expiringSize();
  }

  /// A time before which no member is due; [Long#MAX_VALUE] when none ever is.
  public long earliestExpiryMs() {
    return table.expiringSize() == 0 ? Long.MAX_VALUE : earliestExpiryMs;
  }

  /// Looks at the next members that expire, in about `steps` steps of bounded length, and adds
  /// those whose time came before `nowMs` to `due`.
  public void findDue(long nowMs, int steps, List<byte[]> due) {
    for (int i = 0; i < steps; i++) {
      dueCursor = table.scanExpiring(dueCursor, ref -> look(ref, nowMs, due));
      if (dueCursor == 0) {
        // Those found are still there, but will not be when the bound counts.
        earliestExpiryMs = earliestOfRoundMs;
        earliestOfRoundMs = Long.MAX_VALUE;
        return;
      }
    }
  }

  private void look(long ref, long nowMs, List<byte[]> due) {
    long entry = arena.address(ref);
    long expiryMs = Entry.expiryMs(entry);
    if (expiryMs < nowMs) {
      due.add(Entry.key(entry));
    } else {
      earliestOfRoundMs = Math.min(earliestOfRoundMs, expiryMs);
    }
  }
}
