package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.Listpack;
import io.skein.engine.structure.SlabArena;

/// A long list: nodes of some kilobytes, each a listpack, and elements too large for one by
/// themselves.
///
/// When nodes are filled, split and merged is what Redis does, since it decides when a list is
/// short enough to become one listpack again. Nodes further than `list-compress-depth` from both
/// ends are compressed ([ListBlocks]).
///
/// An element is named by its node and its offset in the node's listpack, 0 in a plain node.
public final class Quicklist extends ListBlocks implements LargeValue {
  /// With a limit by elements, nodes are not larger than this either.
  private static final int SAFE_BYTES = 8192;

  private static final int ENTRY_OVERHEAD = 8;
  private static final int HEADER = 6;

  /// An element of this length is on its own, whatever the settings say.
  private static final int LARGEST_PACKED = Listpack.MAX_BYTES - 64;

  private final int fill;
  private int largeBytes = LARGEST_PACKED;
  private long count;

  /// An empty list, which keeps the limits of now.
  Quicklist(SlabArena arena, EncodingLimits.ListLimits limits) {
    this(arena, limits.nodeSize(), limits.plainNodes(), new ListNodes());
    largeBytes(limits.largeBytes());
  }

  private Quicklist(SlabArena arena, int fill, int depth, ListNodes nodes) {
    super(arena, depth, nodes);
    this.fill = fill;
  }

  /// Has elements of so many bytes be nodes by themselves from now on.
  Quicklist largeBytes(int bytes) {
    largeBytes = Math.min(bytes, LARGEST_PACKED);
    return this;
  }

  /// Whether a listpack of `bytes` bytes and `count` elements is more than `fill`, a value of
  /// `list-max-listpack-size`, allows.
  static boolean exceeds(int fill, long bytes, long count) {
    if (fill < 0) {
      return bytes > mostBytes(fill);
    }
    return bytes > SAFE_BYTES || count > Math.max(1, fill);
  }

  /// The bytes that a negative `fill` allows.
  static int mostBytes(int fill) {
    return switch (fill) {
      case -1 -> 4096;
      case -2 -> 8192;
      case -3 -> 16384;
      case -4 -> 32768;
      default -> 65536;
    };
  }

  // --- what is there ---

  @Override
  public long elements() {
    return count;
  }

  @Override
  public long memoryBytes() {
    return blockBytes();
  }

  /// The value of `list-max-listpack-size` that the list was made with.
  public int fill() {
    return fill;
  }

  // --- nodes ---

  private boolean isLarge(int length) {
    return length >= largeBytes;
  }

  /// Whether an element of `length` bytes may be added to node `i`, if there is one.
  private boolean allowsInsert(int i, int length) {
    return i >= 0
        && i < nodes.size()
        && !isPlain(i)
        && !isLarge(length)
        && !exceeds(fill, (long) nodes.bytes(i) + length + ENTRY_OVERHEAD, nodes.count(i) + 1L);
  }

  private boolean allowsMerge(int a, int b) {
    return a >= 0
        && b < nodes.size()
        && !isPlain(a)
        && !isPlain(b)
        && !exceeds(
            fill,
            (long) nodes.bytes(a) + nodes.bytes(b) - Listpack.EMPTY_BYTES,
            (long) nodes.count(a) + nodes.count(b));
  }

  /// Makes a node of one element in front of node `i`.
  private void insertNode(int i, byte[] b, int offset, int length) {
    nodes.insert(i);
    if (isLarge(length)) {
      setPlain(i, b, offset, length);
    } else {
      Listpack.clear(block.allocate(Listpack.EMPTY_BYTES).address());
      Listpack.append(block, b, offset, length);
      edited(i, 1);
    }
    count++;
  }

  private void removeNode(int i) {
    count -= nodes.count(i);
    freeBlock(i);
    nodes.remove(i);
    tidy(-1);
  }

  /// Adds a node of the elements of the listpack at `lp` behind the last.
  void appendPacked(long lp, int bytes, int elements) {
    int i = nodes.size();
    long ref = arena.allocate(bytes);
    Memory.copy(lp, arena.address(ref), bytes);
    nodes.insert(i);
    nodes.set(i, ref, bytes, elements, ListNodes.PACKED);
    count += elements;
    tidy(i);
  }

  /// Adds a node of the elements of the listpack that the slice is behind the last; false when it
  /// is not a sound one. One without elements adds nothing.
  public boolean addPacked(byte[] b, int offset, int length) {
    if (length < Listpack.EMPTY_BYTES || length > Listpack.MAX_BYTES) {
      return false;
    }
    block.allocate(length);
    Memory.copy(b, offset, block.address(), length);
    int elements = Listpack.validate(block.address(), length);
    if (elements <= 0) {
      block.free();
      return elements == 0;
    }
    int i = nodes.size();
    nodes.insert(i);
    edited(i, elements);
    count += elements;
    tidy(i);
    return true;
  }

  /// Adds an element behind the last, to a node of its own or to the last one however full that is.
  public void add(boolean toNewNode, byte[] b, int offset, int length) {
    int last = nodes.size() - 1;
    if (toNewNode || last < 0 || isPlain(last) || isLarge(length)) {
      insertNode(last + 1, b, offset, length);
      tidy(last);
    } else {
      Listpack.append(edit(last), b, offset, length);
      edited(last, nodes.count(last) + 1);
      count++;
    }
  }

  /// Adds a node that is one element as it is behind the last.
  public void addPlain(byte[] b, int offset, int length) {
    int i = nodes.size();
    nodes.insert(i);
    setPlain(i, b, offset, length);
    count++;
    tidy(i);
  }

  /// Splits node `i` so that what is from offset `at` on becomes node `i + 1`.
  private void split(int i, int at) {
    edit(i);
    long lp = block.address();
    int moved = 0;
    for (int e = at; e != Listpack.NONE; e = Listpack.next(lp, e)) {
      moved++;
    }
    int length = Listpack.end(lp) - at;
    ArenaBlock rest = new ArenaBlock(arena).allocate(Listpack.EMPTY_BYTES);
    Listpack.clear(rest.address());
    Listpack.insertRange(rest, HEADER, lp + at, length, moved);
    Listpack.delete(block, at, moved);
    int kept = nodes.count(i) - moved;
    edited(i, kept);
    nodes.insert(i + 1);
    nodes.set(i + 1, rest.ref(), rest.length(), moved, ListNodes.PACKED);
  }

  /// Adds the elements of node `i + 1` to node `i`.
  private void merge(int i) {
    expand(i + 1);
    edit(i);
    int moved = nodes.count(i + 1);
    long from = arena.address(nodes.ref(i + 1)) + HEADER;
    int length = nodes.bytes(i + 1) - Listpack.EMPTY_BYTES;
    Listpack.insertRange(block, Listpack.end(block.address()), from, length, moved);
    edited(i, nodes.count(i) + moved);
    count += moved;
    removeNode(i + 1);
    tidy(i);
  }

  /// Merges the neighbours of node `i` with each other and with it, as far as they fit. Returns
  /// where it is then.
  private int mergeAround(int i) {
    int centre = i;
    if (allowsMerge(centre - 2, centre - 1)) {
      merge(centre - 2);
      centre--;
    }
    if (allowsMerge(centre + 1, centre + 2)) {
      merge(centre + 1);
    }
    if (allowsMerge(centre - 1, centre)) {
      merge(centre - 1);
      centre--;
    }
    if (allowsMerge(centre, centre + 1)) {
      merge(centre);
    }
    return centre;
  }

  // --- elements ---

  /// Adds an element in front of all others.
  void pushFirst(byte[] b, int offset, int length) {
    if (allowsInsert(0, length)) {
      Listpack.prepend(edit(0), b, offset, length);
      edited(0, nodes.count(0) + 1);
      count++;
    } else {
      insertNode(0, b, offset, length);
      tidy(1);
    }
  }

  /// Adds an element behind all others.
  void pushLast(byte[] b, int offset, int length) {
    int last = nodes.size() - 1;
    if (allowsInsert(last, length)) {
      Listpack.append(edit(last), b, offset, length);
      edited(last, nodes.count(last) + 1);
      count++;
    } else {
      insertNode(last + 1, b, offset, length);
      tidy(last);
    }
  }

  /// Deletes an element; true when its node is gone with it.
  boolean delete(int i, int at) {
    if (nodes.count(i) == 1) {
      removeNode(i);
      return true;
    }
    Listpack.delete(edit(i), at, 1);
    edited(i, nodes.count(i) - 1);
    count--;
    return false;
  }

  /// Deletes `number` elements from number `from` on, which are there.
  void deleteRange(long from, long number) {
    int i = nodeOf(from);
    int offset = (int) (from - firstOf(i));
    long left = number;
    while (left > 0) {
      int here = nodes.count(i);
      int gone = (int) Math.min(left, here - offset);
      if (gone == here) {
        removeNode(i);
      } else {
        edit(i);
        int at = Listpack.seek(block.address(), offset);
        Listpack.delete(block, at, gone);
        edited(i, here - gone);
        count -= gone;
        tidy(i);
        i++;
      }
      offset = 0;
      left -= gone;
    }
  }

  /// The node that element number `index` is in.
  int nodeOf(long index) {
    int n = nodes.size();
    if (index < count / 2) {
      long before = 0;
      int i = 0;
      while (before + nodes.count(i) <= index) {
        before += nodes.count(i++);
      }
      return i;
    }
    long after = count;
    int i = n - 1;
    while (after - nodes.count(i) > index) {
      after -= nodes.count(i--);
    }
    return i;
  }

  /// The number of the first element of node `i`.
  long firstOf(int i) {
    int n = nodes.size();
    long sum = 0;
    if (i < n / 2) {
      for (int k = 0; k < i; k++) {
        sum += nodes.count(k);
      }
      return sum;
    }
    for (int k = i; k < n; k++) {
      sum += nodes.count(k);
    }
    return count - sum;
  }

  /// Adds an element behind or in front of another one.
  void insert(int i, int at, boolean behind, byte[] b, int offset, int length) {
    boolean plain = isPlain(i);
    boolean full = !allowsInsert(i, length);
    long lp = content(i);
    boolean atTail = behind && (plain || Listpack.next(lp, at) == Listpack.NONE);
    boolean atHead = !behind && (plain || at == Listpack.first(lp));
    if (!full) {
      edit(i);
      int where = behind ? Listpack.after(block.address(), at) : at;
      Listpack.insert(block, where, b, offset, length);
      edited(i, nodes.count(i) + 1);
      count++;
      tidy(i);
    } else if (atTail && allowsInsert(i + 1, length)) {
      Listpack.prepend(edit(i + 1), b, offset, length);
      edited(i + 1, nodes.count(i + 1) + 1);
      count++;
      tidy(i + 1);
    } else if (atHead && allowsInsert(i - 1, length)) {
      Listpack.append(edit(i - 1), b, offset, length);
      edited(i - 1, nodes.count(i - 1) + 1);
      count++;
      tidy(i - 1);
    } else if (atTail || atHead || plain) {
      int fresh = behind ? i + 1 : i;
      insertNode(fresh, b, offset, length);
      tidy(i);
      tidy(fresh);
    } else {
      insertBetween(i, behind ? Listpack.next(lp, at) : at, behind, b, offset, length);
    }
  }

  /// Adds an element in the midst of node `i`, in front of offset `at`, for which the node has no
  /// room.
  private void insertBetween(int i, int at, boolean behind, byte[] b, int offset, int length) {
    split(i, at);
    if (isLarge(length)) {
      insertNode(i + 1, b, offset, length);
      tidy(i);
      tidy(i + 1);
      tidy(i + 2);
      return;
    }
    int target = behind ? i + 1 : i;
    edit(target);
    if (behind) {
      Listpack.prepend(block, b, offset, length);
    } else {
      Listpack.append(block, b, offset, length);
    }
    edited(target, nodes.count(target) + 1);
    count++;
    tidy(i);
    tidy(i + 1);
    mergeAround(behind ? i : i + 1);
  }

  /// Puts another element in place of one.
  void replace(int i, int at, byte[] b, int offset, int length) {
    boolean large = isLarge(length);
    if (isPlain(i)) {
      if (large) {
        insertNode(i + 1, b, offset, length);
      } else {
        insert(i, at, true, b, offset, length);
      }
      removeNode(i);
      tidy(i);
    } else if (!large) {
      Listpack.replace(edit(i), at, b, offset, length);
      edited(i, nodes.count(i));
      tidy(i);
    } else {
      replaceByLarge(i, at, b, offset, length);
    }
  }

  private void replaceByLarge(int i, int at, byte[] b, int offset, int length) {
    int next = Listpack.next(content(i), at);
    if (next != Listpack.NONE) {
      split(i, next);
    }
    insertNode(i + 1, b, offset, length);
    if (nodes.count(i) == 1) {
      removeNode(i);
      tidy(i);
      return;
    }
    edit(i);
    Listpack.delete(block, Listpack.last(block.address()), 1);
    edited(i, nodes.count(i) - 1);
    count--;
    int centre = mergeAround(i + 1);
    tidy(centre);
    tidy(centre - 1);
    tidy(centre + 1);
  }

  /// Hands `number` elements from number `from` on to `sink`, towards the last one or the first.
  void visit(long from, long number, boolean backwards, ElementSink sink) {
    int i = nodeOf(from);
    int offset = (int) (from - firstOf(i));
    long left = number;
    while (left > 0) {
      int here = backwards ? offset + 1 : nodes.count(i) - offset;
      int taken = (int) Math.min(left, here);
      long address = content(i);
      if (isPlain(i)) {
        sink.string(address, nodes.bytes(i));
      } else {
        ListValue.visit(address, Listpack.seek(address, offset), taken, backwards, sink);
      }
      left -= taken;
      if (left > 0) {
        i += backwards ? -1 : 1;
        offset = backwards ? nodes.count(i) - 1 : 0;
      }
    }
    releaseScratch();
  }

  // --- as a whole ---

  @Override
  public boolean free(int budget) {
    releaseScratch();
    long left = budget;
    while (nodes.size() > 0 && left > 0) {
      int last = nodes.size() - 1;
      left -= nodes.count(last);
      arena.free(nodes.ref(last));
      nodes.remove(last);
    }
    return nodes.size() == 0;
  }

  @Override
  public LargeValue copy() {
    Quicklist copy = new Quicklist(arena, fill, depth, nodes.copy());
    copy.count = count;
    for (int i = 0; i < nodes.size(); i++) {
      int stored = storedBytes(i);
      long ref = arena.allocate(Math.max(1, stored));
      Memory.copy(arena.address(nodes.ref(i)), arena.address(ref), stored);
      copy.nodes.set(i, ref, nodes.bytes(i), nodes.count(i), nodes.form(i));
    }
    return copy;
  }
}
