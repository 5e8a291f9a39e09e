package io.skein.engine.value;

import io.skein.engine.structure.Listpack;

/// Whether a sound listpack from outside is a sound node of a stream.
///
/// Its elements are counted off: nothing that the node says of itself leads beyond its end.
final class StreamNodeCheck {
  private final long lp;
  private final long nodeMs;
  private final long nodeSeq;
  private int at;
  private long left;
  private boolean sound = true;

  private long lastMs;
  private long lastSeq;

  StreamNodeCheck(long lp, int elements, long nodeMs, long nodeSeq) {
    this.lp = lp;
    this.left = elements;
    this.nodeMs = nodeMs;
    this.nodeSeq = nodeSeq;
    this.at = Listpack.first(lp);
  }

  boolean isSound() {
    long entries = number();
    long deleted = number();
    long fields = number();
    skip(fields);
    boolean first = true;
    if (!sound || number() != 0 || entries < 0 || deleted < 0 || entries > left || deleted > left) {
      return false;
    }
    long live = 0;
    for (long i = 0; i < entries + deleted && sound; i++) {
      live += entry(fields, first) ? 1 : 0;
      first = false;
    }
    return sound && left == 0 && live == entries;
  }

  /// Reads an entry and returns whether it is not deleted.
  private boolean entry(long headFields, boolean first) {
    long flags = number();
    long ms = nodeMs + number();
    long seq = nodeSeq + number();
    boolean ascends = first || StreamId.compare(ms, seq, lastMs, lastSeq) > 0;
    sound &= flags >= 0 && flags <= 3 && ascends && StreamId.compare(ms, seq, nodeMs, nodeSeq) >= 0;
    lastMs = ms;
    lastSeq = seq;
    long pieces = StreamNode.FIXED_PIECES;
    if ((flags & StreamNode.SAME_FIELDS) != 0) {
      skip(headFields);
      pieces += headFields;
    } else {
      long fields = number();
      sound &= fields <= left / 2;
      skip(2 * fields);
      pieces += 1 + 2 * fields;
    }
    sound &= number() == pieces;
    return (flags & StreamNode.DELETED) == 0;
  }

  private long number() {
    if (!sound || left == 0 || !Listpack.isInteger(lp, at)) {
      sound = false;
      return 0;
    }
    long value = Listpack.integer(lp, at);
    at = Listpack.after(lp, at);
    left--;
    return value;
  }

  private void skip(long count) {
    if (!sound || count < 0 || count > left) {
      sound = false;
      return;
    }
    at = StreamNode.skip(lp, at, count);
    left -= count;
  }
}
