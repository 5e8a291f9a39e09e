package io.skein.engine.log;

import io.skein.engine.machine.Invariant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// The part of a history that lies in files: segments, each beginning where the one before it ends.
///
/// It may reach up into what memory holds too, and never ends before that begins: whoever owns it
/// sees to that. Positions are those of the log, the number of bytes before.
///
/// *Invariants*: no gap and no overlap; no empty segment.
public final class LogArchive {
  /// A file that holds bytes of the log.
  public interface Source {
    /// Reads `length` bytes from position `at` of the file.
    ///
    /// @throws Unreadable when they are not all there
    void read(long at, byte[] to, int offset, int length);

    /// The archive has nothing of this file any more. It may be given some again.
    void release();
  }

  /// Bytes of the log cannot be read from where they were written.
  public static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unreadable(String reason) {
      super(reason, null, false, false);
    }
  }

  /// A stretch of the log in a file.
  private record Segment(Source source, long at, long position, long length) {
    long end() {
      return position + length;
    }

    Segment from(long start) {
      long less = start - position;
      return new Segment(source, at + less, start, length - less);
    }

    boolean isContinuedBy(Segment next) {
      return source.equals(next.source) && at + length == next.at;
    }
  }

  private final Deque<Segment> segments = new ArrayDeque<>();

  LogArchive() {}

  /// Whether there is nothing in it.
  public boolean isEmpty() {
    return segments.isEmpty();
  }

  /// Returns the position of the first byte, or -1 if there is none.
  public long first() {
    return segments.isEmpty() ? -1 : segments.getFirst().position;
  }

  /// Returns the position after the last byte, or -1 if there is none.
  public long end() {
    return segments.isEmpty() ? -1 : segments.getLast().end();
  }

  /// Returns the number of bytes.
  public long length() {
    return end() - first();
  }

  /// Returns the position of the first byte that lies in `source`, or -1 if none does.
  public long firstIn(Source source) {
    for (Segment segment : segments) {
      if (segment.source.equals(source)) {
        return segment.position;
      }
    }
    return -1;
  }

  /// Returns the position after the last byte that lies in `source`, or -1 if none does.
  public long endIn(Source source) {
    long end = -1;
    for (Segment segment : segments) {
      end = segment.source.equals(source) ? segment.end() : end;
    }
    return end;
  }

  /// Returns how many bytes of it lie in `source`.
  public long lengthIn(Source source) {
    long sum = 0;
    for (Segment segment : segments) {
      sum += segment.source.equals(source) ? segment.length : 0;
    }
    return sum;
  }

  /// Whether whoever has read up to `position` can go on from here, be it at the very end.
  boolean covers(long position) {
    return !segments.isEmpty() && first() <= position && position <= end();
  }

  /// Adds what `source` holds from `at` on, at either end. What is known already is left as it is;
  /// after a gap everything older is given up.
  void add(Source source, long at, long position, long length) {
    Segment added = new Segment(source, at, position, length);
    if (!isEmpty()) {
      if (added.end() == first() && length > 0) {
        segments.addFirst(added);
        return;
      }
      if (position > end()) {
        clear();
      } else if (position < end()) {
        if (added.end() <= end()) {
          return;
        }
        added = added.from(end());
      }
    }
    if (added.length == 0) {
      return;
    }
    Segment last = segments.peekLast();
    if (last != null && last.isContinuedBy(added)) {
      segments.removeLast();
      added = new Segment(source, last.at, last.position, last.length + added.length);
    }
    segments.addLast(added);
  }

  /// Gives up what lies before `position`.
  void dropBefore(long position) {
    while (!segments.isEmpty() && segments.getFirst().position < position) {
      Segment oldest = segments.removeFirst();
      if (oldest.end() > position) {
        segments.addFirst(oldest.from(position));
      } else {
        releaseIfGone(oldest.source);
      }
    }
  }

  /// Gives up what lies in `source`, and everything older.
  void drop(Source source) {
    dropBefore(endIn(source));
  }

  /// Gives everything up.
  void clear() {
    while (!segments.isEmpty()) {
      releaseIfGone(segments.removeFirst().source);
    }
  }

  private void releaseIfGone(Source source) {
    for (Segment segment : segments) {
      if (segment.source.equals(source)) {
        return;
      }
    }
    source.release();
  }

  /// Reads bytes that all have to be here.
  ///
  /// @throws Unreadable when a file does not give them
  void read(long position, byte[] to, int offset, int length) {
    Invariant.check(covers(position) && position + length <= end(), "only what is here is read");
    Iterator<Segment> each = segments.iterator();
    long from = position;
    int at = offset;
    int left = length;
    while (left > 0) {
      Segment segment = each.next();
      if (segment.end() <= from) {
        continue;
      }
      int n = (int) Math.min(left, segment.end() - from);
      segment.source.read(segment.at + from - segment.position, to, at, n);
      from += n;
      at += n;
      left -= n;
    }
  }
}
