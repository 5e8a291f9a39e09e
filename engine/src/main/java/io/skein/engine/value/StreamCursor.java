package io.skein.engine.value;

import io.skein.engine.structure.Listpack;

/// Walks over the entries of a stream from one id to another, in either direction.
///
/// ```
/// while (cursor.next()) {
///   cursor.ms(), cursor.seq(), cursor.fieldCount()
///   while (cursor.nextField()) { cursor.node(), cursor.field(), cursor.value() }
/// }
/// ```
///
/// Any change of the stream's entries invalidates it; groups may be changed in between.
public final class StreamCursor {
  private final StreamNodes nodes;
  private final boolean backwards;
  private final boolean withDeleted;
  private final StreamId from;
  private final StreamId to;

  private int rank;
  private long lp;
  private long nodeMs;
  private long nodeSeq;
  private long headFields;
  private int headFieldsAt;

  /// Forwards: where what has not been read of the node begins; backwards: what ends there.
  private int at;

  private int entryAt;
  private long flags;
  private long ms;
  private long seq;
  private long fields;
  private long fieldsLeft;
  private int field;
  private int value;

  /// Where the next field is that is only at the head of the node.
  private int headField;

  StreamCursor(
      StreamNodes nodes, StreamId from, StreamId to, boolean backwards, boolean withDeleted) {
    this.nodes = nodes;
    this.from = from;
    this.to = to;
    this.backwards = backwards;
    this.withDeleted = withDeleted;
    this.rank =
        backwards ? nodes.at(to.ms(), to.seq()) : Math.max(0, nodes.at(from.ms(), from.seq()));
  }

  /// Moves to the next entry; false when there is none.
  public boolean next() {
    return backwards ? previousEntry() : nextEntry();
  }

  private boolean nextEntry() {
    if (lp != 0) {
      at = afterEntry();
    }
    while (true) {
      while (lp == 0 || at == Listpack.end(lp)) {
        rank += lp == 0 ? 0 : 1;
        if (rank >= nodes.count()) {
          lp = 0;
          return false;
        }
        enter();
        at = Listpack.after(lp, StreamNode.skip(lp, headFieldsAt, headFields));
      }
      read(at);
      if (StreamId.compare(ms, seq, to.ms(), to.seq()) > 0) {
        rank = nodes.count();
        lp = 0;
        return false;
      }
      if (isWanted() && StreamId.compare(ms, seq, from.ms(), from.seq()) >= 0) {
        return true;
      }
      at = afterEntry();
    }
  }

  private boolean previousEntry() {
    if (lp != 0) {
      at = entryAt;
    }
    while (true) {
      long pieces = 0;
      int end = 0;
      if (lp != 0) {
        end = Listpack.previous(lp, at);
        pieces = Listpack.integer(lp, end);
      }
      if (pieces == 0) {
        // In front of the first entry is the zero that ends the head.
        rank -= lp == 0 ? 0 : 1;
        if (rank < 0) {
          lp = 0;
          return false;
        }
        enter();
        at = Listpack.end(lp);
        continue;
      }
      int p = end;
      for (long i = 0; i < pieces; i++) {
        p = Listpack.previous(lp, p);
      }
      read(p);
      if (StreamId.compare(ms, seq, from.ms(), from.seq()) < 0) {
        rank = -1;
        lp = 0;
        return false;
      }
      if (isWanted() && StreamId.compare(ms, seq, to.ms(), to.seq()) <= 0) {
        return true;
      }
      at = p;
    }
  }

  private boolean isWanted() {
    return withDeleted || (flags & StreamNode.DELETED) == 0;
  }

  private void enter() {
    lp = nodes.address(rank);
    nodeMs = nodes.ms(rank);
    nodeSeq = nodes.seq(rank);
    headFields = StreamNode.fieldCount(lp);
    headFieldsAt = StreamNode.fieldsAt(lp);
  }

  private void read(int entry) {
    entryAt = entry;
    int p = entry;
    flags = Listpack.integer(lp, p);
    p = Listpack.after(lp, p);
    ms = nodeMs + Listpack.integer(lp, p);
    p = Listpack.after(lp, p);
    seq = nodeSeq + Listpack.integer(lp, p);
    p = Listpack.after(lp, p);
    fields = headFields;
    if ((flags & StreamNode.SAME_FIELDS) == 0) {
      fields = Listpack.integer(lp, p);
      p = Listpack.after(lp, p);
    }
    fieldsLeft = fields;
    headField = headFieldsAt;
    value = 0;
    field = p;
  }

  /// Where the next entry begins, wherever among the fields the cursor is.
  private int afterEntry() {
    boolean same = (flags & StreamNode.SAME_FIELDS) != 0;
    int p = value == 0 ? field : Listpack.after(lp, value);
    p = StreamNode.skip(lp, p, same ? fieldsLeft : 2 * fieldsLeft);
    return Listpack.after(lp, p);
  }

  /// Moves to the next field of the entry; false when there is none.
  public boolean nextField() {
    if (fieldsLeft == 0) {
      return false;
    }
    fieldsLeft--;
    int p = value == 0 ? field : Listpack.after(lp, value);
    if ((flags & StreamNode.SAME_FIELDS) != 0) {
      field = headField;
      headField = Listpack.after(lp, headField);
      value = p;
    } else {
      field = p;
      value = Listpack.after(lp, p);
    }
    return true;
  }

  /// The time of the entry.
  public long ms() {
    return ms;
  }

  /// The sequence number of the entry.
  public long seq() {
    return seq;
  }

  /// The id of the entry.
  public StreamId id() {
    return new StreamId(ms, seq);
  }

  /// The number of fields of the entry.
  public int fieldCount() {
    return (int) fields;
  }

  /// The address of the [Listpack] that [#field] and [#value] are in.
  public long node() {
    return lp;
  }

  /// Where the field's name is.
  public int field() {
    return field;
  }

  /// Where the field's value is.
  public int value() {
    return value;
  }

  /// The rank of the node that the entry is in.
  int nodeRank() {
    return rank;
  }

  /// Where in the node the entry begins.
  int entryAt() {
    return entryAt;
  }
}
