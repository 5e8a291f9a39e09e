package io.skein.engine.node;

import io.skein.engine.aof.Annotation;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Objects;

/// What the append only file takes from the log: the log's bytes as they are, and annotations that
/// say which bytes of which history they are, where the file before does not tell.
final class AofStream {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final byte[] NOTHING = {};

  /// From `position` on the bytes are those of history `replid`, and `db` is selected there.
  ///
  /// @param head whether a reader of the file has to be told the database, since one begins there
  /// @param follows whether all this is known already to who has read the file before
  private record Mark(long position, String replid, int db, boolean head, boolean follows) {
    byte[] lines() {
      if (follows) {
        return NOTHING;
      }
      byte[] select = head && db > 0 ? selecting(db) : NOTHING;
      byte[] history = Annotation.history(replid, position, db);
      byte[] lines = new byte[select.length + history.length];
      System.arraycopy(select, 0, lines, 0, select.length);
      System.arraycopy(history, 0, lines, select.length, history.length);
      return lines;
    }

    private static byte[] selecting(int db) {
      String digits = new String(Numbers.toBytes(db), StandardCharsets.US_ASCII);
      return ("*2\r\n$6\r\nSELECT\r\n$" + digits.length() + "\r\n" + digits + "\r\n")
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  private final CommandLog log;
  private final LogReader reader;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private final byte[] piece = new byte[PIECE_BYTES];
  private boolean renamed;
  private long annotatedSeconds;

  /// Begins at the end of the log.
  ///
  /// @param follows as for [#beginFile]
  AofStream(CommandLog log, boolean follows) {
    this.log = log;
    reader = Objects.requireNonNull(log.openReader(log.offset()));
    beginFile(follows);
  }

  /// What the log takes from here on goes into another file.
  ///
  /// @param follows whether the files before it tell what the history is here, and what comes next
  ///   selects its database
  void beginFile(boolean follows) {
    mark(true, follows);
  }

  /// The log goes on under another name.
  void historyChanged() {
    if (!reader.isLost()) {
      mark(false, false);
      renamed = true;
    }
  }

  /// Whether there is something to give to a file, be it the name alone under which the log goes
  /// on: replicas know it at once, and a server that is started again has to know it too.
  boolean hasNews() {
    return reader.remaining() > 0 || renamed;
  }

  private void mark(boolean head, boolean follows) {
    long position = log.offset();
    Mark last = marks.peekLast();
    boolean replaces = last != null && last.position == position;
    if (replaces) {
      marks.removeLast();
    }
    boolean atHead = head || replaces && last.head;
    boolean told = follows && !replaces;
    marks.add(new Mark(position, log.replid(), log.selectedDb(), atHead, told));
  }

  /// Whether the log went over to another history.
  boolean isLost() {
    return reader.isLost();
  }

  /// How many bytes of the history lie before what is taken next.
  long position() {
    return reader.position();
  }

  /// How many bytes wait to be taken.
  long remaining() {
    return reader.remaining();
  }

  /// Gives all that is there to `file`. To be called between units of the log only.
  ///
  /// @param seconds the time to be noted in the file, or -1 for none
  void feed(AofWriter file, long seconds) {
    if (!hasNews()) {
      return;
    }
    if (seconds > annotatedSeconds) {
      annotatedSeconds = seconds;
      file.annotation(Annotation.timestamp(seconds));
    }
    while (hasNews()) {
      long position = reader.position();
      Mark mark = marks.peek();
      if (mark != null && mark.position <= position) {
        byte[] lines = mark.lines();
        if (lines.length > 0) {
          file.annotation(lines);
        }
        marks.poll();
        continue;
      }
      if (reader.remaining() == 0) {
        renamed = false;
        break;
      }
      long most = mark == null ? piece.length : Math.min(piece.length, mark.position - position);
      int count = reader.read(piece, 0, (int) most);
      file.log(position, piece, count);
    }
    file.write();
  }

  void close() {
    reader.close();
  }
}
