package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.Listpack;

/// A list: one listpack while it is short, else a [Quicklist].
///
/// Elements are counted from 0. A command that adds calls [#growing] first and one that removes
/// calls [#shrunk] last, since it depends on the whole of what a command does which encoding the
/// list gets.
public final class ListValue extends Value {
  /// The type, for databases.
  public static final ValueType<ListValue> TYPE =
      new ValueType<>(
          EntryKind.LIST_LISTPACK, EntryKind.LIST_QUICKLIST, Listpack.EMPTY_BYTES, ListValue::new);

  private ListValue(Place place) {
    super(place);
  }

  @Override
  public void initialize() {
    place.kind(EntryKind.LIST_LISTPACK);
    Listpack.clear(place.address());
  }

  @Override
  public long size() {
    return isPacked() ? Listpack.count(place.address()) : quicklist().elements();
  }

  /// Whether the list is one listpack, at [#listpack].
  public boolean isPacked() {
    return place.kind() == EntryKind.LIST_LISTPACK;
  }

  /// The address of the list's one listpack.
  public long listpack() {
    return place.address();
  }

  /// The bytes of the list's one listpack.
  public int listpackBytes() {
    return place.length();
  }

  /// The nodes of a list that is not one listpack.
  public Quicklist quicklist() {
    return ((Quicklist) place.large()).largeBytes(place.limits().list().largeBytes());
  }

  Place place() {
    return place;
  }

  /// Says that the list was changed, whether or not anything is different.
  public void touch() {
    place.changing();
  }

  // --- encodings ---

  /// Elements of `addedBytes` bytes in all are about to be added.
  public void growing(long addedBytes, long addedCount) {
    if (!isPacked()) {
      return;
    }
    long bytes = place.length() + addedBytes;
    EncodingLimits.ListLimits limits = place.limits().list();
    if (Quicklist.exceeds(limits.nodeSize(), bytes, size() + addedCount)) {
      unpack();
    }
  }

  /// Makes a list that is one listpack one of nodes, whatever its length. What puts a list together
  /// says with [#completed] when it is there.
  public void unpack() {
    place.changing();
    Quicklist quicklist = new Quicklist(place.arena(), place.limits().list());
    long lp = place.address();
    if (!Listpack.isEmpty(lp)) {
      quicklist.appendPacked(lp, place.length(), Listpack.count(lp));
    }
    place.become(EntryKind.LIST_QUICKLIST, quicklist);
  }

  /// Elements were removed or became shorter: the list becomes one listpack if it is but half of
  /// what one may be.
  public void shrunk() {
    if (!isPacked()) {
      pack(2);
    }
  }

  /// The list was put together: it becomes one listpack if that is allowed.
  public void completed() {
    if (isPacked()) {
      growing(0, 0);
    } else {
      pack(1);
    }
  }

  private void pack(int divisor) {
    Quicklist quicklist = quicklist();
    if (quicklist.nodeCount() != 1 || quicklist.isPlain(0)) {
      return;
    }
    int fill = place.limits().list().nodeSize();
    int bytes = quicklist.bytes(0);
    boolean fits =
        fill < 0
            ? bytes <= Quicklist.mostBytes(fill) / divisor
            : quicklist.elements() <= Math.max(1, fill) / divisor;
    if (fits) {
      byte[] packed = new byte[bytes];
      Memory.copy(quicklist.content(0), packed, 0, bytes);
      Memory.copy(packed, 0, place.become(EntryKind.LIST_LISTPACK, bytes), bytes);
    }
  }

  // --- both ends ---

  /// Adds the slice as an element at the head or the tail.
  public void push(boolean atHead, byte[] b, int offset, int length) {
    place.changing();
    if (!isPacked()) {
      if (atHead) {
        quicklist().pushFirst(b, offset, length);
      } else {
        quicklist().pushLast(b, offset, length);
      }
    } else if (atHead) {
      Listpack.prepend(place, b, offset, length);
    } else {
      Listpack.append(place, b, offset, length);
    }
  }

  /// Hands the element at the head or the tail to `sink`, and deletes it.
  public void pop(boolean atHead, ElementSink sink) {
    place.changing();
    if (isPacked()) {
      long lp = place.address();
      int at = atHead ? Listpack.first(lp) : Listpack.last(lp);
      element(lp, at, sink);
      Listpack.delete(place, at, 1);
      return;
    }
    Quicklist quicklist = quicklist();
    int i = atHead ? 0 : quicklist.nodeCount() - 1;
    long content = quicklist.content(i);
    if (quicklist.isPlain(i)) {
      sink.string(content, quicklist.bytes(i));
      quicklist.delete(i, 0);
    } else {
      int at = atHead ? Listpack.first(content) : Listpack.last(content);
      element(content, at, sink);
      quicklist.delete(i, at);
    }
  }

  // --- ranges ---

  /// Hands `count` elements from number `from` on, which are there, to `sink`: towards the tail or,
  /// `backwards`, towards the head.
  public void visit(long from, long count, boolean backwards, ElementSink sink) {
    if (count == 0) {
      return;
    }
    if (isPacked()) {
      long lp = place.address();
      visit(lp, Listpack.seek(lp, (int) from), (int) count, backwards, sink);
    } else {
      quicklist().visit(from, count, backwards, sink);
    }
  }

  /// Hands `count` elements of a listpack to `sink`, beginning with that at `start`.
  static void visit(long lp, int start, int count, boolean backwards, ElementSink sink) {
    int at = start;
    for (int left = count; left > 0; left--) {
      element(lp, at, sink);
      if (left > 1) {
        at = backwards ? Listpack.previous(lp, at) : Listpack.next(lp, at);
      }
    }
  }

  static void element(long lp, int at, ElementSink sink) {
    if (Listpack.isInteger(lp, at)) {
      sink.integer(Listpack.integer(lp, at));
    } else {
      sink.string(Listpack.stringAddress(lp, at), Listpack.stringLength(lp, at));
    }
  }

  /// Deletes `count` elements from number `from` on, which are there.
  public void deleteRange(long from, long count) {
    if (count == 0) {
      return;
    }
    place.changing();
    if (isPacked()) {
      Listpack.delete(place, Listpack.seek(place.address(), (int) from), (int) count);
    } else {
      quicklist().deleteRange(from, count);
    }
  }

  // --- single elements ---

  /// A cursor before the first element or, `backwards`, behind the last.
  public ListCursor cursor(boolean backwards) {
    return new ListCursor(this, backwards);
  }

  /// Puts the slice in place of element number `index`, which is there.
  public void set(long index, byte[] b, int offset, int length) {
    place.changing();
    if (isPacked()) {
      Listpack.replace(place, Listpack.seek(place.address(), (int) index), b, offset, length);
      return;
    }
    Quicklist quicklist = quicklist();
    int i = quicklist.nodeOf(index);
    int at = 0;
    if (!quicklist.isPlain(i)) {
      at = Listpack.seek(quicklist.content(i), (int) (index - quicklist.firstOf(i)));
    }
    quicklist.replace(i, at, b, offset, length);
  }
}
