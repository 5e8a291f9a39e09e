package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Listpack;
import org.jspecify.annotations.Nullable;

/// Walks over a list from one end to the other; what it stands on can be compared, deleted, or get
/// a new neighbour.
public final class ListCursor {
  private final ListValue list;
  private final boolean backwards;
  private final @Nullable Quicklist quicklist;
  private int node;

  /// The element, or [Listpack#NONE] when the next one is the first in its node.
  private int at = Listpack.NONE;

  private boolean onPlain;

  /// Whether the element that [#at] names was deleted, so that what is there now is the next one.
  private boolean deleted;

  private boolean ended;

  /// Whether something was deleted from the node, which may have to be compressed again.
  private boolean edited;

  ListCursor(ListValue list, boolean backwards) {
    this.list = list;
    this.backwards = backwards;
    this.quicklist = list.isPacked() ? null : list.quicklist();
    this.node = backwards && quicklist != null ? quicklist.nodeCount() - 1 : 0;
  }

  private long content() {
    return quicklist == null ? list.listpack() : quicklist.content(node);
  }

  /// Goes to the next element; false when there is none.
  public boolean next() {
    if (ended) {
      return false;
    }
    while (true) {
      if (quicklist != null && (node < 0 || node >= quicklist.nodeCount())) {
        ended = true;
        return false;
      }
      if (quicklist != null && quicklist.isPlain(node)) {
        if (!onPlain) {
          onPlain = true;
          return true;
        }
      } else if (stepWithinNode()) {
        return true;
      }
      if (quicklist == null) {
        ended = true;
        return false;
      }
      end();
      node += backwards ? -1 : 1;
      at = Listpack.NONE;
      onPlain = false;
    }
  }

  /// Leaves the node in the form it should have. To be called after deletions, when the walk ends.
  public void end() {
    if (edited && quicklist != null) {
      quicklist.tidy(node);
    }
    edited = false;
  }

  private boolean stepWithinNode() {
    long lp = content();
    if (at == Listpack.NONE) {
      at = backwards ? Listpack.last(lp) : Listpack.first(lp);
    } else if (deleted) {
      // Forwards, what followed has moved here; backwards, what is here was looked at already.
      at = backwards ? Listpack.previous(lp, at) : at == Listpack.end(lp) ? Listpack.NONE : at;
    } else {
      at = backwards ? Listpack.previous(lp, at) : Listpack.next(lp, at);
    }
    deleted = false;
    return at != Listpack.NONE;
  }

  /// Whether the element is the slice.
  public boolean is(byte[] b, int offset, int length) {
    if (onPlain && quicklist != null) {
      return quicklist.bytes(node) == length && Memory.equal(content(), b, offset, length);
    }
    return Listpack.equals(content(), at, b, offset, length);
  }

  /// Hands the element to `sink`.
  public void read(ElementSink sink) {
    if (onPlain && quicklist != null) {
      sink.string(content(), quicklist.bytes(node));
    } else {
      ListValue.element(content(), at, sink);
    }
  }

  /// Deletes the element; [#next] goes to the one behind it.
  public void delete() {
    list.place().changing();
    if (quicklist == null) {
      Listpack.delete(list.place(), at, 1);
      deleted = true;
    } else if (quicklist.delete(node, onPlain ? 0 : at)) {
      node -= backwards ? 1 : 0;
      at = Listpack.NONE;
      onPlain = false;
      edited = false;
    } else {
      deleted = true;
      edited = true;
    }
  }

  /// Adds the slice as an element in front of this one or, `behind`, behind it. The cursor is good
  /// for nothing then.
  public void insert(boolean behind, byte[] b, int offset, int length) {
    list.place().changing();
    if (quicklist == null) {
      Listpack.insert(
          list.place(), behind ? Listpack.after(list.listpack(), at) : at, b, offset, length);
    } else {
      quicklist.insert(node, onPlain ? 0 : at, behind, b, offset, length);
    }
    ended = true;
  }
}
