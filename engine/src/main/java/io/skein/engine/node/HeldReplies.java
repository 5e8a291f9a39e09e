package io.skein.engine.node;

import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import java.util.Arrays;

/// The outlet of a session some of whose replies are held: takes what is written, and passes it on
/// in order when the log is safe up to where each piece depends on it.
///
/// *Invariants*: positions that pieces depend on never decrease from one piece to the next, since
/// whatever is written later queues behind.
final class HeldReplies implements Outlet {
  /// A session of which this much is held executes nothing more until half of it has left.
  static final int MOST_BYTES = 1024 * 1024;

  private static final int KEPT_BYTES = 16 * 1024;

  /// What is kept of a piece: where it ends in all that was ever held, the position it depends on,
  /// and when it was written.
  private static final int FIELDS = 3;

  private final Session session;
  private final Outlet to;
  private byte[] bytes = new byte[256];
  private int from;
  private int end;
  private long[] pieces = new long[4 * FIELDS];
  private int firstPiece;
  private int endPiece;

  /// What is written from now on depends on the log up to here.
  private long needed;

  private long nowMs;
  private boolean closing;
  private boolean dropped;

  HeldReplies(Session session, Outlet to) {
    this.session = session;
    this.to = to;
  }

  Session session() {
    return session;
  }

  Outlet outlet() {
    return to;
  }

  /// What is written from now on depends on the log up to `offset`, too.
  void require(long offset, long atMs) {
    needed = Math.max(needed, offset);
    nowMs = atMs;
  }

  /// Since when the oldest piece waits; `otherwise` when nothing does.
  long oldestMs(long otherwise) {
    return firstPiece < endPiece ? pieces[firstPiece + 2] : otherwise;
  }

  /// The number of bytes held.
  int size() {
    return end - from;
  }

  /// Passes on what depends on the log up to `safe` at most; true when nothing needs to be held any
  /// more.
  boolean release(long safe) {
    int until = from;
    while (firstPiece < endPiece && pieces[firstPiece + 1] <= safe) {
      until = (int) pieces[firstPiece];
      firstPiece += FIELDS;
    }
    if (until > from) {
      to.write(bytes, from, until - from);
      from = until;
    }
    if (firstPiece == endPiece) {
      emptied();
    }
    if (session.isCongested() && isWithin(MOST_BYTES / 2)) {
      session.congested(false);
      to.resume();
    }
    boolean done = firstPiece == endPiece && needed <= safe;
    if (closing && firstPiece == endPiece) {
      to.close(true);
      return true;
    }
    return done || dropped;
  }

  private void emptied() {
    from = 0;
    end = 0;
    firstPiece = 0;
    endPiece = 0;
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[256];
    }
  }

  private boolean isWithin(int most) {
    return size() <= most && (endPiece - firstPiece) * (long) Long.BYTES <= most;
  }

  @Override
  public void write(byte[] b, int offset, int length) {
    if (closing || dropped || length == 0) {
      return;
    }
    makeRoom(length);
    System.arraycopy(b, offset, bytes, end, length);
    end += length;
    if (firstPiece < endPiece && pieces[endPiece - FIELDS + 1] == needed) {
      pieces[endPiece - FIELDS] = end;
    } else {
      pieces[endPiece++] = end;
      pieces[endPiece++] = needed;
      pieces[endPiece++] = nowMs;
    }
    if (!isWithin(MOST_BYTES)) {
      session.congested(true);
    }
  }

  private void makeRoom(int length) {
    if (from > 0 && (bytes.length - end < length || from > size())) {
      System.arraycopy(bytes, from, bytes, 0, size());
      for (int i = firstPiece; i < endPiece; i += FIELDS) {
        pieces[i] -= from;
      }
      end -= from;
      from = 0;
    }
    if (bytes.length - end < length) {
      long least = (long) end + length;
      bytes =
          Arrays.copyOf(bytes, (int) Math.min(Math.max(least, 2L * end), Integer.MAX_VALUE - 16));
    }
    if (firstPiece > 0 && firstPiece >= (endPiece - firstPiece)) {
      System.arraycopy(pieces, firstPiece, pieces, 0, endPiece - firstPiece);
      endPiece -= firstPiece;
      firstPiece = 0;
    }
    if (pieces.length - endPiece < FIELDS) {
      pieces = Arrays.copyOf(pieces, pieces.length * 2);
    }
  }

  @Override
  public void close(boolean afterWrites) {
    if (afterWrites && size() > 0) {
      closing = true;
    } else {
      drop();
      to.close(afterWrites);
    }
  }

  /// Forgets what is held: nobody is to see it.
  void drop() {
    dropped = true;
    emptied();
  }

  @Override
  public long pendingBytes() {
    return to.pendingBytes() + size() + (endPiece - firstPiece) * (long) Long.BYTES;
  }

  @Override
  public int bufferedBytes() {
    return to.bufferedBytes();
  }

  @Override
  public int bufferBytes() {
    return to.bufferBytes();
  }

  @Override
  public int queuedBuffers() {
    return to.queuedBuffers() + (size() > 0 ? 1 : 0);
  }

  @Override
  public int descriptor() {
    return to.descriptor();
  }

  @Override
  public void noDelay(boolean on) {
    to.noDelay(on);
  }

  @Override
  public void resume() {
    to.resume();
  }
}
