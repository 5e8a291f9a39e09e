package io.skein.engine.structure;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.machine.Invariant;

/// An unordered index of entries, kept in the order of their hashes, that can be walked in pieces
/// while it changes.
///
/// The table refers to entries by their arena references and does not own them, except that
/// [#clear] hands each out once. A bucket is one cache line with ten entries (as in Valkey 8.1's
/// hash table, but in hash order): a lookup touches one line of the index and one entry. There is
/// no rehash of the whole: an insertion rebuilds at most one segment of at most
/// [SegmentDirectory#MAX_BUCKETS] buckets.
///
/// *Positions.* The position of an entry is the upper 48 bits of its hash ([#position]). Entries
/// lie in the order of their positions whatever the size of the table, so "everything before
/// position p has been visited" stays true while the table grows, shrinks, splits and merges. A
/// scan's cursor is such a position: a walk that has come to cursor `c` has visited exactly the
/// entries with a position below `c`, each once, and will visit the others, as far as they stay. A
/// snapshot likewise tells by `position(hash) < cursor` whether it has already seen an entry.
///
/// *Invariants*: see [SegmentDirectory]; and a slot's expiry bit equals [Entry#hasExpiry] of its
/// entry.
///
/// *Threads*: none of its own; calls must not overlap.
public final class HashTable extends SegmentDirectory {
  /// Positions, and so cursors, are less than this.
  public static final long POSITIONS = Segment.POSITIONS;

  /// How many buckets without a fitting entry a walk passes before it returns to its caller.
  private static final int MAX_BUCKETS_PASSED = 64;

  /// How many random slots are tried before the next entry in hash order must do.
  private static final int MAX_RANDOM_TRIES = 48;

  /// Random choice looks at so many slots of a bucket with its chain; longer chains are very rare.
  private static final int RANDOM_SLOTS = 24;

  private int expiringSize;

  /// Where [#clear] goes on.
  private long clearPosition;

  /// An empty table, which takes no native memory, of entries in `arena` whose keys are hashed with
  /// `hash`.
  public HashTable(SlabArena arena, KeyHash hash) {
    super(arena, hash);
  }

  /// The position of a hash: 0 to [#POSITIONS] - 1.
  public static long position(long hash) {
    return hash >>> Long.SIZE - Segment.POSITION_BITS;
  }

  /// How many entries have an expiry.
  public int expiringSize() {
    return expiringSize;
  }

  /// The hash of a key, as this table's other methods take it.
  public long hash(byte[] key, int offset, int length) {
    return hash.of(key, offset, length);
  }

  /// The hash of a key in native memory.
  public long hash(long address, int length) {
    return hash.of(address, length);
  }

  // --- one entry ---

  /// The reference of the entry with this key, or 0.
  public long find(byte[] key, int offset, int length, long hash) {
    long segment = segmentAt(position(hash));
    if (segment == Segment.NONE) {
      return 0;
    }
    long bucket = bucketAddress(segment, Segment.bucketOf(segment, position(hash)));
    int tag = Bucket.tag(hash);
    while (true) {
      for (int slots = Bucket.match(bucket, tag); slots != 0; slots &= slots - 1) {
        long ref = Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots));
        if (Entry.keyEquals(arena.address(ref), key, offset, length)) {
          return ref;
        }
      }
      if (!Bucket.hasOverflow(bucket)) {
        return 0;
      }
      bucket = next(bucket);
    }
  }

  /// The reference of the entry whose key equals `length` bytes of native memory, or 0.
  public long find(long keyAddress, int length, long hash) {
    long segment = segmentAt(position(hash));
    if (segment == Segment.NONE) {
      return 0;
    }
    long bucket = bucketAddress(segment, Segment.bucketOf(segment, position(hash)));
    int tag = Bucket.tag(hash);
    while (true) {
      for (int slots = Bucket.match(bucket, tag); slots != 0; slots &= slots - 1) {
        long ref = Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots));
        if (Entry.keyEquals(arena.address(ref), keyAddress, length)) {
          return ref;
        }
      }
      if (!Bucket.hasOverflow(bucket)) {
        return 0;
      }
      bucket = next(bucket);
    }
  }

  /// Adds an entry, already written, whose key is not in the table.
  public void insert(long hash, long ref) {
    boolean expires = Entry.hasExpiry(arena.address(ref));
    add(position(hash), Bucket.tag(hash), ref, expires);
    expiringSize += expires ? 1 : 0;
  }

  /// Puts `newRef`, an entry with the same key, in the place of `oldRef`, which must be in the
  /// table and is not freed.
  public void replace(long hash, long oldRef, long newRef) {
    long found = locate(hash, oldRef);
    long bucket = bucketOf(found);
    int slot = slotOf(found);
    Bucket.putRef(bucket, slot, newRef);
    setExpires(bucket, slot, Entry.hasExpiry(arena.address(newRef)));
  }

  /// Takes out an entry, which must be in the table, and does not free it.
  public void remove(long hash, long ref) {
    long found = locate(hash, ref);
    long bucket = bucketOf(found);
    int slot = slotOf(found);
    setExpires(bucket, slot, false);
    take(position(hash), bucket, slot);
  }

  /// Must be called when an entry got an expiry or lost it in place.
  public void expiryChanged(long hash, long ref) {
    long found = locate(hash, ref);
    setExpires(bucketOf(found), slotOf(found), Entry.hasExpiry(arena.address(ref)));
  }

  private void setExpires(long bucket, int slot, boolean expires) {
    if (Bucket.expires(bucket, slot) != expires) {
      Bucket.setExpires(bucket, slot, expires);
      expiringSize += expires ? 1 : -1;
    }
  }

  /// The bucket and the slot of an entry in one number: buckets are aligned to 64.
  private long locate(long hash, long ref) {
    long segment = segmentAt(position(hash));
    Invariant.check(segment != Segment.NONE, "entry is in the table");
    long bucket = bucketAddress(segment, Segment.bucketOf(segment, position(hash)));
    int tag = Bucket.tag(hash);
    while (true) {
      for (int slots = Bucket.match(bucket, tag); slots != 0; slots &= slots - 1) {
        int slot = Integer.numberOfTrailingZeros(slots);
        if (Bucket.ref(bucket, slot) == ref) {
          return bucket | slot;
        }
      }
      Invariant.check(Bucket.hasOverflow(bucket), "entry is in the table");
      bucket = next(bucket);
    }
  }

  private static long bucketOf(long located) {
    return located & -Bucket.BYTES;
  }

  private static int slotOf(long located) {
    return (int) located & Bucket.BYTES - 1;
  }

  // --- hiding cache misses ---

  /// The address of the bucket of a hash, for [Memory#touch]; 0 if there is none.
  public long bucketAddress(long hash) {
    long segment = segmentAt(position(hash));
    return segment == Segment.NONE
        ? 0
        : bucketAddress(segment, Segment.bucketOf(segment, position(hash)));
  }

  /// The address of the entry that probably has this hash, for [Memory#touch]; 0 if there is none.
  public long probableEntry(long hash) {
    long bucket = bucketAddress(hash);
    int slots = bucket == 0 ? 0 : Bucket.match(bucket, Bucket.tag(hash));
    return slots == 0 ? 0 : arena.address(Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots)));
  }

  // --- walks ---

  /// Visits the entries of one bucket, from position `cursor` on, and returns the cursor at which
  /// to go on, or 0 when the walk is finished.
  ///
  /// A walk begins at 0. Any other number is a valid cursor too: only its low 48 bits count.
  public long scan(long cursor, EntryVisitor visitor) {
    return walkBucket(cursor & POSITIONS - 1, false, visitor);
  }

  /// Adds the entries of one bucket, from position `cursor` on, to `into`, and returns as [#scan]
  /// does: a walk that allocates nothing, for those who change nothing on their way.
  public long collect(long cursor, EntrySample into) {
    long position = cursor & POSITIONS - 1;
    long segment = segmentAt(position);
    if (segment == Segment.NONE) {
      return 0;
    }
    int index = Segment.bucketOf(segment, position);
    long start = Segment.start(segment, position);
    boolean whole = Segment.bucketStart(segment, start, index) == position;
    collect(bucketAddress(segment, index), whole ? 0 : position, false, into);
    return Segment.bucketStart(segment, start, index + 1) & POSITIONS - 1;
  }

  /// Visits entries that have an expiry, of the first bucket that has any, and returns as [#scan]
  /// does; returns early after a bounded number of buckets without.
  public long scanExpiring(long cursor, EntryVisitor visitor) {
    long position = cursor & POSITIONS - 1;
    for (int passed = 0; passed < MAX_BUCKETS_PASSED; passed++) {
      long segment = segmentAt(position);
      if (segment == Segment.NONE) {
        return 0;
      }
      int index = Segment.bucketOf(segment, position);
      long bucket = bucketAddress(segment, index);
      if (Bucket.expiring(bucket) != 0 || Bucket.hasOverflow(bucket)) {
        return walkBucket(position, true, visitor);
      }
      position =
          Segment.bucketStart(segment, Segment.start(segment, position), index + 1) & POSITIONS - 1;
      if (position == 0) {
        return 0;
      }
    }
    return position;
  }

  private long walkBucket(long position, boolean expiringOnly, EntryVisitor visitor) {
    long segment = segmentAt(position);
    if (segment == Segment.NONE) {
      return 0;
    }
    int index = Segment.bucketOf(segment, position);
    long start = Segment.start(segment, position);
    long end = Segment.bucketStart(segment, start, index + 1);
    boolean whole = Segment.bucketStart(segment, start, index) == position;
    // The visitor may change the chain under our feet: collect first.
    EntrySample found = new EntrySample(2 * Bucket.SLOTS);
    collect(bucketAddress(segment, index), whole ? 0 : position, expiringOnly, found);
    for (int i = 0; i < found.count(); i++) {
      visitor.visit(found.ref(i));
    }
    return end & POSITIONS - 1;
  }

  /// Adds the entries of a chain from position `from` on.
  private void collect(long head, long from, boolean expiringOnly, EntrySample into) {
    long bucket = head;
    while (true) {
      int slots = expiringOnly ? Bucket.expiring(bucket) : Bucket.occupied(bucket);
      for (; slots != 0; slots &= slots - 1) {
        long ref = Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots));
        if (from == 0 || positionOf(ref) >= from) {
          into.add(ref);
        }
      }
      if (!Bucket.hasOverflow(bucket)) {
        return;
      }
      bucket = next(bucket);
    }
  }

  /// Adds to `sample` the entries of consecutive buckets from position `cursor` on, wrapping
  /// around, until it has at least `wanted` or a bounded number of buckets was passed; returns the
  /// cursor at which to go on.
  ///
  /// With `expiringOnly`, only entries that have an expiry, none of the others being touched.
  public long sample(long cursor, int wanted, boolean expiringOnly, EntrySample sample) {
    long first = cursor & POSITIONS - 1;
    long position = first;
    boolean wrapped = false;
    for (int i = 0; i < MAX_BUCKETS_PASSED && sample.count() < wanted; i++) {
      long segment = segmentAt(position);
      if (segment == Segment.NONE) {
        return 0;
      }
      int index = Segment.bucketOf(segment, position);
      collect(bucketAddress(segment, index), 0, expiringOnly, sample);
      position =
          Segment.bucketStart(segment, Segment.start(segment, position), index + 1) & POSITIONS - 1;
      wrapped |= position == 0;
      if (wrapped && position >= bucketStart(first)) {
        break;
      }
    }
    return position;
  }

  private long bucketStart(long position) {
    long segment = segmentAt(position);
    return Segment.bucketStart(
        segment, Segment.start(segment, position), Segment.bucketOf(segment, position));
  }

  /// An entry chosen by `random`, a random number, all with nearly the same probability; 0 from an
  /// empty table.
  public long randomEntry(long random) {
    if (size() == 0) {
      return 0;
    }
    long draw = random;
    for (int i = 0; i < MAX_RANDOM_TRIES; i++) {
      long segment = segmentAt(position(draw));
      long bucket = bucketAddress(segment, Segment.bucketOf(segment, position(draw)));
      // A slot number beyond the last entry is drawn anew, so that entries in full buckets are not
      // the less likely.
      long ref = nth(bucket, (int) ((draw & 0xffff) * RANDOM_SLOTS >>> 16));
      if (ref != 0) {
        return ref;
      }
      draw = mix(draw);
    }
    EntrySample sample = new EntrySample(2 * Bucket.SLOTS);
    long position = position(draw);
    while (sample.count() == 0) {
      position = sample(position, 1, false, sample);
    }
    return sample.ref((int) Math.floorMod(draw, (long) sample.count()));
  }

  private long nth(long head, int n) {
    long bucket = head;
    int left = n;
    while (true) {
      int slots = Bucket.occupied(bucket);
      int count = Integer.bitCount(slots);
      if (left < count) {
        for (; left > 0; left--) {
          slots &= slots - 1;
        }
        return Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots));
      }
      if (!Bucket.hasOverflow(bucket)) {
        return 0;
      }
      left -= count;
      bucket = next(bucket);
    }
  }

  /// The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).
  private static long mix(long previous) {
    long z = previous + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  // --- all entries ---

  /// Takes out at least `entries` entries, handing each to `visitor`, which frees it; returns
  /// whether the table is empty now and can be used again.
  ///
  /// Until then nothing but this method and [#size] may be used. One call does at most one segment
  /// more than was asked for.
  public boolean clear(int entries, EntryVisitor visitor) {
    int goal = Math.max(0, size() - entries);
    while (true) {
      clearPosition = dismantle(clearPosition, visitor);
      if (clearPosition == POSITIONS) {
        clearPosition = 0;
        expiringSize = 0;
        return true;
      }
      if (size() <= goal && size() > 0) {
        return false;
      }
    }
  }
}
