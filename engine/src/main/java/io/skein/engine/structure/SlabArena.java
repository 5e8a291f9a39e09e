package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// A slab allocator of native memory whose references fit in five bytes.
///
/// Memory comes from the system in chunks of 4 MiB. A chunk is 64 pages; a run of pages, a *span*,
/// is cut into blocks of one size. A block that is larger than [SizeClasses#MAX_SMALL] is a chunk
/// of its own, of its exact size.
///
/// ```
/// reference   chunk index : 20 | offset in the chunk, in units of 4 bytes : 20     never 0
/// free block  offset of the next free block of its span, in units of 4 bytes, plus 1, in its first 4 bytes
/// ```
///
/// Everything known about pages is kept in arrays outside of them, so that a page holds nothing but
/// blocks. An empty span goes back to its chunk at once; an empty chunk goes back to the system,
/// except for one that is kept so that a block allocated and freed at the edge does not ask the
/// system each time.
///
/// *Invariants*: a page belongs to at most one span; a span is in the list of its class exactly
/// while it has room; [#usedBytes] is the sum of the sizes of the live blocks.
///
/// *Threads*: none of its own; calls must not overlap, but may come from different threads.
public final class SlabArena implements AutoCloseable {
  /// The bytes of a chunk of shared spans.
  public static final int CHUNK_BYTES = 4 * 1024 * 1024;

  private static final int UNIT_SHIFT = 2;
  private static final int OFFSET_BITS = 20;
  private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;
  private static final int MAX_CHUNKS = 1 << 20;
  private static final int PAGE_SHIFT = 16;
  private static final int PAGES_PER_CHUNK = CHUNK_BYTES >>> PAGE_SHIFT;
  private static final int PAGE_UNITS_SHIFT = PAGE_SHIFT - UNIT_SHIFT;
  private static final int ALIGNMENT = 64;

  /// What a chunk lacks at its end, so that with the allocator's own header the system maps just 4
  /// MiB: mappings of whole huge pages are aligned to them, and then a chunk needs two entries of
  /// the TLB instead of a thousand.
  private static final int CHUNK_TAIL = 128;

  private static final long LAST_PAGE = 1L << PAGES_PER_CHUNK - 1;

  /// Larger blocks do not use the last page of a chunk, which is short of the tail.
  private static final int MAX_IN_LAST_PAGE = 4096;

  /// How many chunks with room are looked at for a span of several pages before a new chunk is
  /// taken.
  private static final int MAX_CHUNKS_TRIED = 32;

  private static final int NONE = -1;
  private static final byte NO_CLASS = -1;

  // Per chunk. A chunk with base 0 does not exist.
  private long[] chunkBase = new long[4];
  private long[] chunkBytes = new long[4];
  private long[] freePages = new long[4];
  private int[] nextChunk = new int[4];
  private int[] previousChunk = new int[4];
  private @Nullable Arena[] owners = new @Nullable Arena[4];

  // Per page; but for the distance to it, only the entry of a span's first page counts.
  private byte[] pageClass = new byte[4 * PAGES_PER_CHUNK];
  private byte[] distanceToSpan = new byte[4 * PAGES_PER_CHUNK];
  private int[] freeBlock = new int[4 * PAGES_PER_CHUNK];
  private int[] untouched = new int[4 * PAGES_PER_CHUNK];
  private int[] liveBlocks = new int[4 * PAGES_PER_CHUNK];
  private int[] nextSpan = new int[4 * PAGES_PER_CHUNK];
  private int[] previousSpan = new int[4 * PAGES_PER_CHUNK];

  /// The head of each class's list of spans with room.
  private final int[] spansWithRoom = new int[SizeClasses.COUNT];

  private int chunksWithRoom = NONE;
  private int spareChunk = NONE;

  /// One past the highest chunk index ever used; index 0 is never used, so that no reference is 0.
  private int chunkLimit = 1;

  private int[] vacantChunks = new int[4];
  private int vacantChunkCount;

  private long usedBytes;
  private long reservedBytes;
  private final @Nullable BitSet live;

  /// An arena that checks what is cheap to check.
  public SlabArena() {
    this(Boolean.getBoolean("skein.checkedArena"));
  }

  /// An arena that, if `checked`, verifies that each reference it is given is a live block, and
  /// fills freed blocks with a pattern. For tests: it costs a bit per four bytes and much time.
  public SlabArena(boolean checked) {
    live = checked ? new BitSet() : null;
    Arrays.fill(spansWithRoom, NONE);
  }

  /// Allocates a block of at least `bytes` bytes, at least one, whose content is undefined, and
  /// returns its reference.
  ///
  /// A block whose size is a multiple of 64 is aligned to 64.
  public long allocate(int bytes) {
    long ref = bytes <= SizeClasses.MAX_SMALL ? allocateSmall(bytes) : allocateLarge(bytes);
    if (live != null) {
      live.set(liveIndex(ref));
    }
    return ref;
  }

  private long allocateSmall(int bytes) {
    int sizeClass = SizeClasses.indexOf(bytes);
    int span = spansWithRoom[sizeClass];
    if (span == NONE) {
      span = newSpan(sizeClass);
    }
    int unit;
    int head = freeBlock[span];
    int size = SizeClasses.bytes(sizeClass);
    long base = spanAddress(span);
    if (head != 0) {
      unit = head - 1;
      freeBlock[span] = Memory.getInt(base + ((long) unit << UNIT_SHIFT));
    } else {
      unit = untouched[span];
      untouched[span] = unit + (size >>> UNIT_SHIFT);
    }
    liveBlocks[span]++;
    if (freeBlock[span] == 0 && !hasUntouched(span, sizeClass)) {
      unlinkSpan(span, sizeClass);
    }
    usedBytes += size;
    return ((long) (span / PAGES_PER_CHUNK) << OFFSET_BITS)
        | (((long) (span % PAGES_PER_CHUNK) << PAGE_UNITS_SHIFT) + unit);
  }

  private boolean hasUntouched(int span, int sizeClass) {
    int pages = SizeClasses.pages(sizeClass);
    int bytes = pages << PAGE_SHIFT;
    if (span % PAGES_PER_CHUNK + pages == PAGES_PER_CHUNK) {
      bytes -= CHUNK_TAIL;
    }
    return (untouched[span] << UNIT_SHIFT) + SizeClasses.bytes(sizeClass) <= bytes;
  }

  private long spanAddress(int span) {
    return chunkBase[span / PAGES_PER_CHUNK] + ((long) (span % PAGES_PER_CHUNK) << PAGE_SHIFT);
  }

  private long allocateLarge(int bytes) {
    int chunk = newChunk(bytes);
    usedBytes += chunkBytes[chunk];
    return (long) chunk << OFFSET_BITS;
  }

  /// Frees a block that [#allocate] returned.
  public void free(long ref) {
    int chunk = (int) (ref >>> OFFSET_BITS);
    int offset = (int) ref & OFFSET_MASK;
    Invariant.check(
        ref > 0 && chunk < chunkLimit && chunkBase[chunk] != 0, "freed reference is of no chunk");
    if (live != null) {
      Memory.fill(address(ref), usable(ref), (byte) 0xdd);
      live.clear(liveIndex(ref));
    }
    if (isLarge(chunk)) {
      usedBytes -= chunkBytes[chunk];
      releaseChunk(chunk);
      return;
    }
    freeSmall(chunk, offset);
  }

  private void freeSmall(int chunk, int offset) {
    int page = chunk * PAGES_PER_CHUNK + (offset >>> PAGE_UNITS_SHIFT);
    int span = page - distanceToSpan[page];
    int sizeClass = pageClass[span];
    Invariant.check(
        sizeClass != NO_CLASS && liveBlocks[span] > 0, "freed reference is of no live block");
    int unit = offset - ((span % PAGES_PER_CHUNK) << PAGE_UNITS_SHIFT);
    boolean hadRoom = freeBlock[span] != 0 || hasUntouched(span, sizeClass);
    Memory.putInt(spanAddress(span) + ((long) unit << UNIT_SHIFT), freeBlock[span]);
    freeBlock[span] = unit + 1;
    usedBytes -= SizeClasses.bytes(sizeClass);
    if (--liveBlocks[span] == 0) {
      if (hadRoom) {
        unlinkSpan(span, sizeClass);
      }
      releaseSpan(span, sizeClass);
    } else if (!hadRoom) {
      linkSpan(span, sizeClass);
    }
  }

  /// The address of a block.
  public long address(long ref) {
    if (live != null) {
      checkLive(ref);
    }
    return chunkBase[(int) (ref >>> OFFSET_BITS)] + ((ref & OFFSET_MASK) << UNIT_SHIFT);
  }

  /// How many bytes a block really has, at least as many as were asked for.
  public int usable(long ref) {
    int chunk = (int) (ref >>> OFFSET_BITS);
    if (isLarge(chunk)) {
      return (int) chunkBytes[chunk];
    }
    int page = chunk * PAGES_PER_CHUNK + (((int) ref & OFFSET_MASK) >>> PAGE_UNITS_SHIFT);
    return SizeClasses.bytes(pageClass[page - distanceToSpan[page]]);
  }

  /// How many bytes a block allocated for `bytes` would have.
  public static int roundUp(int bytes) {
    return bytes <= SizeClasses.MAX_SMALL
        ? SizeClasses.bytes(SizeClasses.indexOf(bytes))
        : (bytes > Integer.MAX_VALUE - 7 ? bytes : bytes + 7 & ~7);
  }

  /// The bytes of all live blocks.
  public long usedBytes() {
    return usedBytes;
  }

  /// The bytes taken from the system.
  public long reservedBytes() {
    return reservedBytes;
  }

  /// Gives everything back to the system; no reference is valid any more.
  @Override
  public void close() {
    for (int chunk = 1; chunk < chunkLimit; chunk++) {
      Arena owner = owners[chunk];
      if (owner != null) {
        owner.close();
        owners[chunk] = null;
        chunkBase[chunk] = 0;
      }
    }
    chunkLimit = 1;
    vacantChunkCount = 0;
    chunksWithRoom = NONE;
    spareChunk = NONE;
    usedBytes = 0;
    reservedBytes = 0;
    Arrays.fill(spansWithRoom, NONE);
  }

  // --- spans ---

  private int newSpan(int sizeClass) {
    int pages = SizeClasses.pages(sizeClass);
    long usablePages = SizeClasses.bytes(sizeClass) > MAX_IN_LAST_PAGE ? ~LAST_PAGE : -1L;
    int chunk = chunksWithRoom;
    int tried = 0;
    int first = NONE;
    while (chunk != NONE && tried++ < MAX_CHUNKS_TRIED) {
      first = firstRun(freePages[chunk] & usablePages, pages);
      if (first != NONE) {
        break;
      }
      chunk = nextChunk[chunk];
    }
    if (first == NONE) {
      chunk = spareChunk != NONE ? spareChunk : newSharedChunk();
      spareChunk = NONE;
      linkChunk(chunk);
      first = 0;
    }
    freePages[chunk] &= ~(runMask(pages) << first);
    if (freePages[chunk] == 0) {
      unlinkChunk(chunk);
    }
    int span = chunk * PAGES_PER_CHUNK + first;
    for (int i = 0; i < pages; i++) {
      distanceToSpan[span + i] = (byte) i;
    }
    pageClass[span] = (byte) sizeClass;
    freeBlock[span] = 0;
    untouched[span] = 0;
    liveBlocks[span] = 0;
    linkSpan(span, sizeClass);
    return span;
  }

  private static long runMask(int pages) {
    return -1L >>> (64 - pages);
  }

  /// The lowest run of `pages` set bits, or [#NONE].
  private static int firstRun(long mask, int pages) {
    long starts = mask;
    for (int i = 1; i < pages; i++) {
      starts &= mask >>> i;
    }
    return starts == 0 ? NONE : Long.numberOfTrailingZeros(starts);
  }

  private void releaseSpan(int span, int sizeClass) {
    int chunk = span / PAGES_PER_CHUNK;
    boolean hadRoom = freePages[chunk] != 0;
    pageClass[span] = NO_CLASS;
    freePages[chunk] |= runMask(SizeClasses.pages(sizeClass)) << (span % PAGES_PER_CHUNK);
    if (freePages[chunk] != -1L) {
      if (!hadRoom) {
        linkChunk(chunk);
      }
      return;
    }
    // The spare is in no list, so that it is the last to be used.
    if (hadRoom) {
      unlinkChunk(chunk);
    }
    if (spareChunk == NONE) {
      spareChunk = chunk;
    } else {
      releaseChunk(chunk);
    }
  }

  private void linkSpan(int span, int sizeClass) {
    int head = spansWithRoom[sizeClass];
    nextSpan[span] = head;
    previousSpan[span] = NONE;
    if (head != NONE) {
      previousSpan[head] = span;
    }
    spansWithRoom[sizeClass] = span;
  }

  private void unlinkSpan(int span, int sizeClass) {
    int next = nextSpan[span];
    int previous = previousSpan[span];
    if (previous == NONE) {
      spansWithRoom[sizeClass] = next;
    } else {
      nextSpan[previous] = next;
    }
    if (next != NONE) {
      previousSpan[next] = previous;
    }
  }

  // --- chunks ---

  /// A chunk that is one block, or was never linked, is its own predecessor.
  private boolean isLarge(int chunk) {
    return previousChunk[chunk] == chunk;
  }

  private int newSharedChunk() {
    int chunk = newChunk(CHUNK_BYTES - CHUNK_TAIL);
    freePages[chunk] = -1L;
    int firstPage = chunk * PAGES_PER_CHUNK;
    Arrays.fill(pageClass, firstPage, firstPage + PAGES_PER_CHUNK, NO_CLASS);
    Arrays.fill(distanceToSpan, firstPage, firstPage + PAGES_PER_CHUNK, (byte) 0);
    return chunk;
  }

  /// Takes memory from the system, as a chunk of its own until someone links it.
  @SuppressWarnings("MustBeClosedChecker") // Closed by releaseChunk or close.
  private int newChunk(int bytes) {
    int rounded = roundUpLarge(bytes);
    Arena owner = Arena.ofShared();
    long base;
    try {
      base = owner.allocate(rounded, ALIGNMENT).address();
    } catch (OutOfMemoryError e) {
      owner.close();
      throw e;
    }
    int chunk = vacantChunkCount > 0 ? vacantChunks[--vacantChunkCount] : chunkLimit++;
    Invariant.check(chunk < MAX_CHUNKS, "native memory beyond what references can address");
    ensureChunk(chunk);
    chunkBase[chunk] = base;
    chunkBytes[chunk] = rounded;
    freePages[chunk] = 0;
    owners[chunk] = owner;
    previousChunk[chunk] = chunk;
    reservedBytes += rounded;
    return chunk;
  }

  private static int roundUpLarge(int bytes) {
    return bytes > Integer.MAX_VALUE - 7 ? bytes : bytes + 7 & ~7;
  }

  private void releaseChunk(int chunk) {
    Arena owner = owners[chunk];
    Invariant.check(owner != null, "released chunk is live");
    if (owner != null) {
      owner.close();
    }
    owners[chunk] = null;
    chunkBase[chunk] = 0;
    reservedBytes -= chunkBytes[chunk];
    if (vacantChunkCount == vacantChunks.length) {
      vacantChunks = Arrays.copyOf(vacantChunks, 2 * vacantChunkCount);
    }
    vacantChunks[vacantChunkCount++] = chunk;
  }

  private void linkChunk(int chunk) {
    nextChunk[chunk] = chunksWithRoom;
    previousChunk[chunk] = NONE;
    if (chunksWithRoom != NONE) {
      previousChunk[chunksWithRoom] = chunk;
    }
    chunksWithRoom = chunk;
  }

  private void unlinkChunk(int chunk) {
    int next = nextChunk[chunk];
    int previous = previousChunk[chunk];
    if (previous == NONE) {
      chunksWithRoom = next;
    } else {
      nextChunk[previous] = next;
    }
    if (next != NONE) {
      previousChunk[next] = previous;
    }
    previousChunk[chunk] = NONE;
  }

  private void ensureChunk(int chunk) {
    if (chunk < chunkBase.length) {
      return;
    }
    int chunks = Math.max(chunk + 1, chunkBase.length * 2);
    chunkBase = Arrays.copyOf(chunkBase, chunks);
    chunkBytes = Arrays.copyOf(chunkBytes, chunks);
    freePages = Arrays.copyOf(freePages, chunks);
    nextChunk = Arrays.copyOf(nextChunk, chunks);
    previousChunk = Arrays.copyOf(previousChunk, chunks);
    owners = Arrays.copyOf(owners, chunks);
    int pages = chunks * PAGES_PER_CHUNK;
    pageClass = Arrays.copyOf(pageClass, pages);
    distanceToSpan = Arrays.copyOf(distanceToSpan, pages);
    freeBlock = Arrays.copyOf(freeBlock, pages);
    untouched = Arrays.copyOf(untouched, pages);
    liveBlocks = Arrays.copyOf(liveBlocks, pages);
    nextSpan = Arrays.copyOf(nextSpan, pages);
    previousSpan = Arrays.copyOf(previousSpan, pages);
  }

  // --- checked mode ---

  private void checkLive(long ref) {
    Invariant.check(live != null && live.get(liveIndex(ref)), "reference is of no live block");
  }

  /// A bit set reaches 2^31 units, 8 GiB: enough for tests.
  private static int liveIndex(long ref) {
    return (int) ref & Integer.MAX_VALUE;
  }
}
