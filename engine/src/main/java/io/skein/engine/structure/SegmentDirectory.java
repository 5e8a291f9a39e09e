package io.skein.engine.structure;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import java.util.Arrays;

/// The segments of a [HashTable] and how they grow, split, shrink and merge.
///
/// Extendible hashing (Fagin, Nievergelt, Pippenger and Strong, 1979): an array of two to the power
/// `depth` segments, indexed by the leading bits of the position; a segment with a shorter prefix
/// fills several adjacent places. A table of one segment keeps it in a field and has no array.
///
/// *Invariants*: a segment's entries are in the buckets their positions map to, or in chains of
/// them; only the last bucket of a chain has vacant slots, and it holds at least two entries; the
/// places of a segment all hold the same value.
abstract sealed class SegmentDirectory permits HashTable {
  /// A segment that would need more buckets than this is split, which bounds the time of a rebuild.
  static final int MAX_BUCKETS = 128;

  /// Two segments that together have no more entries than this are merged.
  private static final int MERGE_ENTRIES = MAX_BUCKETS * Bucket.SLOTS * 3 / 10;

  /// Segments are rebuilt with so many entries per ten buckets.
  private static final int FRESH_PER_TEN = 62;

  /// And rebuilt larger when they have so many.
  private static final int FULL_PER_TEN = 87;

  /// And smaller when they have fewer than this per bucket.
  private static final int SPARSE = 3;

  /// A rebuild loads the keys of so many buckets before it hashes them.
  private static final int BUCKETS_TOUCHED = 8;

  private static final int MAX_DEPTH = 30;
  private static final long[] NO_SEGMENTS = {};
  private static final int[] NO_COUNTS = {};

  final SlabArena arena;
  final KeyHash hash;

  /// The only segment, while `depth` is 0.
  private long root = Segment.NONE;

  private long[] segments = NO_SEGMENTS;

  /// The entries of each segment, at the first of its places.
  private int[] counts = NO_COUNTS;

  private int depth;

  /// How many segments have a prefix of `depth` bits: without any, the array can be halved.
  private int deepest;

  private int size;
  private int nativeBytes64;

  /// Written so that loads ahead of time are not optimised away.
  private static long unusedSink;

  SegmentDirectory(SlabArena arena, KeyHash hash) {
    this.arena = arena;
    this.hash = hash;
  }

  /// How many entries the table holds.
  public final int size() {
    return size;
  }

  /// The native memory of the index itself, without the entries.
  public final long nativeBytes() {
    return (long) nativeBytes64 * Bucket.BYTES;
  }

  final long segmentAt(long position) {
    return depth == 0 ? root : segments[(int) (position >>> Segment.POSITION_BITS - depth)];
  }

  final long bucketAddress(long segment, int bucket) {
    return arena.address(Segment.ref(segment)) + (long) bucket * Bucket.BYTES;
  }

  /// The first place of a segment.
  private int place(long segment, long position) {
    if (depth == 0) {
      return 0;
    }
    int local = Segment.depth(segment);
    return (int) (position >>> Segment.POSITION_BITS - local) << depth - local;
  }

  private int count(long segment, long position) {
    return depth == 0 ? size : counts[place(segment, position)];
  }

  /// Puts an entry that is not there yet into its bucket, after making room.
  final void add(long position, int tag, long ref, boolean expires) {
    long segment = segmentAt(position);
    if (segment == Segment.NONE) {
      segment = allocate(1, 0);
      root = segment;
    } else if (count(segment, position) >= fullAt(Segment.buckets(segment))) {
      grow(segment, position);
      segment = segmentAt(position);
    }
    put(segment, position, tag, ref, expires);
    size++;
    if (depth > 0) {
      counts[place(segment, position)]++;
    }
  }

  private static int fullAt(int buckets) {
    return buckets == 1 ? Bucket.SLOTS : buckets * FULL_PER_TEN / 10;
  }

  private static int freshBuckets(int entries) {
    return Math.max(1, (entries * 10 + FRESH_PER_TEN - 1) / FRESH_PER_TEN);
  }

  private void put(long segment, long position, int tag, long ref, boolean expires) {
    long bucket = bucketAddress(segment, Segment.bucketOf(segment, position));
    int vacant = Bucket.vacant(bucket);
    while (vacant == 0) {
      bucket = Bucket.hasOverflow(bucket) ? next(bucket) : chain(bucket);
      vacant = Bucket.vacant(bucket);
    }
    Bucket.put(bucket, Integer.numberOfTrailingZeros(vacant), tag, ref, expires);
  }

  final long next(long bucket) {
    return arena.address(Bucket.ref(bucket, Bucket.LINK));
  }

  /// Chains a new bucket to a full one, whose last entry moves there to make room for the link.
  private long chain(long full) {
    long ref = arena.allocate(Bucket.BYTES);
    nativeBytes64++;
    long bucket = arena.address(ref);
    Memory.fill(bucket, Bucket.BYTES, (byte) 0);
    int slot = Bucket.LINK;
    Bucket.put(
        bucket, 0, Bucket.tagAt(full, slot), Bucket.ref(full, slot), Bucket.expires(full, slot));
    Bucket.clear(full, slot);
    Bucket.link(full, ref);
    return bucket;
  }

  /// Takes the entry out of a slot of a bucket that is in the chain of its position, and makes the
  /// table smaller where it has become sparse.
  final void take(long position, long bucket, int slot) {
    long segment = segmentAt(position);
    long last = bucketAddress(segment, Segment.bucketOf(segment, position));
    long beforeLast = 0;
    while (Bucket.hasOverflow(last)) {
      beforeLast = last;
      last = next(last);
    }
    int occupied = Bucket.occupied(last);
    int from = 31 - Integer.numberOfLeadingZeros(occupied);
    if (last != bucket || from != slot) {
      move(last, from, bucket, slot);
    } else {
      Bucket.clear(bucket, slot);
    }
    if (beforeLast != 0 && Integer.bitCount(occupied) == 2) {
      // One entry is left in the chained bucket: the slot of the link has room for it.
      long ref = Bucket.ref(beforeLast, Bucket.LINK);
      int left = Integer.numberOfTrailingZeros(Bucket.occupied(last));
      Bucket.unlink(beforeLast);
      move(last, left, beforeLast, Bucket.LINK);
      arena.free(ref);
      nativeBytes64--;
    }
    size--;
    if (depth > 0) {
      counts[place(segment, position)]--;
    }
    shrink(position);
  }

  private static void move(long from, int fromSlot, long to, int toSlot) {
    Bucket.put(
        to,
        toSlot,
        Bucket.tagAt(from, fromSlot),
        Bucket.ref(from, fromSlot),
        Bucket.expires(from, fromSlot));
    Bucket.clear(from, fromSlot);
  }

  // --- growth ---

  private void grow(long segment, long position) {
    int count = count(segment, position);
    int buckets = freshBuckets(count);
    if (buckets <= MAX_BUCKETS) {
      rebuild(segment, position, Math.max(buckets, Segment.buckets(segment) + 1));
    } else {
      split(segment, position, count);
    }
  }

  private void rebuild(long segment, long position, int buckets) {
    long rebuilt = allocate(buckets, Segment.depth(segment));
    scatter(segment, rebuilt, rebuilt, 0);
    set(rebuilt, position);
  }

  private void split(long segment, long position, int count) {
    int local = Segment.depth(segment);
    if (local == depth) {
      // A hash that did not spread could otherwise double the array without end.
      if (depth == MAX_DEPTH || 1L << depth + 1 > 4 + size / 64) {
        return;
      }
      doubleDirectory();
    }
    // More than that are needed only after a split was refused.
    int buckets = Math.min(freshBuckets(count / 2), MAX_BUCKETS);
    long left = allocate(buckets, local + 1);
    long right = allocate(buckets, local + 1);
    long start = Segment.start(segment, position);
    long middle = start + (Segment.POSITIONS >>> local + 1);
    int high = scatter(segment, left, right, middle);
    set(left, start);
    set(right, middle);
    counts[place(left, start)] = count - high;
    counts[place(right, middle)] = high;
    if (local + 1 == depth) {
      deepest += 2;
    }
  }

  private void doubleDirectory() {
    int length = depth == 0 ? 1 : segments.length;
    long[] wider = new long[length * 2];
    int[] widerCounts = new int[length * 2];
    for (int i = 0; i < length; i++) {
      long segment = depth == 0 ? root : segments[i];
      wider[2 * i] = segment;
      wider[2 * i + 1] = segment;
      widerCounts[2 * i] = depth == 0 ? size : counts[i];
    }
    segments = wider;
    counts = widerCounts;
    root = Segment.NONE;
    depth++;
    deepest = 0;
  }

  /// Moves all entries of a segment to `right` from position `middle` on and to `left` before it,
  /// frees the segment, and returns how many went to `right`.
  private int scatter(long segment, long left, long right, long middle) {
    int high = 0;
    for (int i = 0; i < Segment.buckets(segment); i++) {
      if (i % BUCKETS_TOUCHED == 0) {
        touchEntries(segment, i);
      }
      long bucket = bucketAddress(segment, i);
      boolean more = true;
      long chained = 0;
      while (more) {
        for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
          int slot = Integer.numberOfTrailingZeros(slots);
          long ref = Bucket.ref(bucket, slot);
          long position = positionOf(ref);
          boolean toRight = position >= middle;
          high += toRight ? 1 : 0;
          put(
              toRight ? right : left,
              position,
              Bucket.tagAt(bucket, slot),
              ref,
              Bucket.expires(bucket, slot));
        }
        more = Bucket.hasOverflow(bucket);
        long following = more ? Bucket.ref(bucket, Bucket.LINK) : 0;
        freeChained(chained);
        chained = following;
        bucket = more ? arena.address(following) : 0;
      }
    }
    release(segment);
    return high;
  }

  /// Loads the keys of the next few buckets: without anything to do between, the processor waits
  /// for many at once.
  private void touchEntries(long segment, int from) {
    long sum = 0;
    int to = Math.min(from + BUCKETS_TOUCHED, Segment.buckets(segment));
    for (int i = from; i < to; i++) {
      long bucket = bucketAddress(segment, i);
      int slots = Bucket.occupied(bucket);
      if (Bucket.hasOverflow(bucket)) {
        slots &= ~(1 << Bucket.LINK);
      }
      for (; slots != 0; slots &= slots - 1) {
        sum +=
            Memory.touch(arena.address(Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots))));
      }
    }
    unusedSink = sum;
  }

  private void freeChained(long ref) {
    if (ref != 0) {
      arena.free(ref);
      nativeBytes64--;
    }
  }

  /// The position of an entry, from its key.
  final long positionOf(long ref) {
    long address = arena.address(ref);
    return hash.of(Entry.keyAddress(address), Entry.keyLength(address))
        >>> Long.SIZE - Segment.POSITION_BITS;
  }

  private long allocate(int buckets, int local) {
    long ref = arena.allocate(buckets * Bucket.BYTES);
    int usable = arena.usable(ref) / Bucket.BYTES;
    nativeBytes64 += usable;
    Memory.fill(arena.address(ref), (long) usable * Bucket.BYTES, (byte) 0);
    return Segment.pack(ref, usable, local);
  }

  private void release(long segment) {
    arena.free(Segment.ref(segment));
    nativeBytes64 -= Segment.buckets(segment);
  }

  private void set(long segment, long position) {
    if (depth == 0) {
      root = segment;
      return;
    }
    int first = place(segment, position);
    Arrays.fill(segments, first, first + (1 << depth - Segment.depth(segment)), segment);
  }

  // --- shrinkage ---

  private void shrink(long position) {
    long segment = segmentAt(position);
    int count = count(segment, position);
    if (count >= Segment.buckets(segment) * SPARSE) {
      return;
    }
    boolean merged = merge(position);
    if (size == 0 && depth == 0) {
      release(root);
      root = Segment.NONE;
    } else if (!merged && Segment.buckets(segment) > 1) {
      rebuild(segment, position, freshBuckets(count));
    }
  }

  /// Merges the segment of `position` with its buddy, and what comes of it with its own, as long as
  /// both are small.
  private boolean merge(long position) {
    boolean merged = false;
    while (depth > 0) {
      long segment = segmentAt(position);
      int local = Segment.depth(segment);
      if (local == 0) {
        break;
      }
      long start = Segment.start(segment, position);
      long buddyStart = start ^ (Segment.POSITIONS >>> local);
      long buddy = segmentAt(buddyStart);
      int both = count(segment, start) + count(buddy, buddyStart);
      if (Segment.depth(buddy) != local || both > MERGE_ENTRIES) {
        break;
      }
      long into = allocate(freshBuckets(both), local - 1);
      scatter(segment, into, into, 0);
      scatter(buddy, into, into, 0);
      counts[place(segment, start)] = 0;
      counts[place(buddy, buddyStart)] = 0;
      long first = Math.min(start, buddyStart);
      set(into, first);
      counts[place(into, first)] = both;
      if (local == depth) {
        deepest -= 2;
        halveDirectory();
      }
      merged = true;
    }
    return merged;
  }

  private void halveDirectory() {
    while (depth > 0 && deepest == 0) {
      depth--;
      if (depth == 0) {
        root = segments[0];
        segments = NO_SEGMENTS;
        counts = NO_COUNTS;
        return;
      }
      int length = segments.length / 2;
      long[] narrower = new long[length];
      int[] narrowerCounts = new int[length];
      for (int i = 0; i < length; i++) {
        narrower[i] = segments[2 * i];
        narrowerCounts[i] = counts[2 * i];
        if (Segment.depth(narrower[i]) == depth) {
          deepest++;
        }
      }
      segments = narrower;
      counts = narrowerCounts;
    }
  }

  // --- clearing ---

  /// Takes away the segment at `position` with all its entries, each of which is handed to
  /// `visitor`, and returns the position after it. Other places of the table must not be used until
  /// all segments are gone.
  final long dismantle(long position, EntryVisitor visitor) {
    long segment = segmentAt(position);
    if (segment == Segment.NONE) {
      return Segment.POSITIONS;
    }
    long end = Segment.start(segment, position) + (Segment.POSITIONS >>> Segment.depth(segment));
    for (int i = 0; i < Segment.buckets(segment); i++) {
      long bucket = bucketAddress(segment, i);
      long chained = 0;
      while (bucket != 0) {
        for (int slots = Bucket.occupied(bucket); slots != 0; slots &= slots - 1) {
          visitor.visit(Bucket.ref(bucket, Integer.numberOfTrailingZeros(slots)));
        }
        long following = Bucket.hasOverflow(bucket) ? Bucket.ref(bucket, Bucket.LINK) : 0;
        freeChained(chained);
        chained = following;
        bucket = following == 0 ? 0 : arena.address(following);
      }
    }
    size -= count(segment, position);
    release(segment);
    if (end == Segment.POSITIONS) {
      root = Segment.NONE;
      segments = NO_SEGMENTS;
      counts = NO_COUNTS;
      depth = 0;
      deepest = 0;
    }
    return end;
  }
}
