package io.skein.engine.node;

import io.skein.engine.aof.Annotation;
import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.AofScanner;
import io.skein.engine.aof.Segment;
import io.skein.engine.log.CommandLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings the log to where it stood when the append only files were written, as they are loaded.
///
/// What follows a HISTORY line in a file is the log itself, and appended to it unit by unit, so
/// that its newest bytes are at hand again. So is what is in a file that the one before names at
/// its end as the next one, as a base does too. Files of Redis tell nothing of the kind; behind
/// what they change nothing is known of a history.
///
/// A SELECT may stand before a HISTORY line for readers of the file alone, and is then no part of
/// the log: each is held back until the item after it tells.
final class AofHistory {
  private static final long NONE = -1;

  private final CommandLog log;
  private final Consumer<String> warnings;
  private final List<Segment> segments = new ArrayList<>();
  private String file = "";

  /// Whether the log stands where the data do.
  private boolean known;

  /// Whether what comes in this file is the log.
  private boolean feeding;

  /// The number of the incremental file in which the log goes on if this one ends here.
  private long next = NONE;

  private boolean touched;
  private byte @Nullable [] held;
  private int heldDb;
  private long segmentInFile;
  private long segmentInLog;

  /// @param warnings is told of gaps
  AofHistory(CommandLog log, Consumer<String> warnings) {
    this.log = log;
    this.warnings = warnings;
  }

  /// A base was loaded, and said this of itself.
  void base(Map<String, String> aux) {
    next = number(aux.getOrDefault("aof-next", ""));
    String id = aux.getOrDefault("repl-id", "");
    long offset = number(aux.getOrDefault("repl-offset", ""));
    if (id.length() == CommandLog.REPLID_CHARS && offset >= 0) {
      restore(id, offset, (int) number(aux.getOrDefault("repl-stream-db", "")));
      known = true;
    }
  }

  /// Brings the log to where a snapshot was taken, as the snapshot says; false when it does not.
  /// The stream goes on from there without saying again which database is meant.
  static boolean restore(CommandLog log, Map<String, String> aux) {
    String id = aux.getOrDefault("repl-id", "");
    long offset = number(aux.getOrDefault("repl-offset", ""));
    if (id.length() != CommandLog.REPLID_CHARS || offset < 0) {
      return false;
    }
    log.restore(id, offset, CommandLog.NO_REPLID, -1);
    log.selectedDb((int) number(aux.getOrDefault("repl-stream-db", "")));
    return true;
  }

  /// Returns a number that a file says of itself, or -1 if it is none.
  static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// The commands of a file come.
  void beginFile(AofFile begun) {
    file = begun.name();
    feeding = known && begun.kind() == AofFile.Kind.INCREMENTAL && begun.seq() == next;
    next = NONE;
    segmentInFile = 0;
    segmentInLog = log.offset();
  }

  /// The file ended.
  void endFile() {
    closeSegment();
    feeding = false;
  }

  /// `scanner` has found the end of a unit, which was carried out; `db` is selected now.
  void unit(AofScanner scanner, int db) {
    next = NONE;
    boolean select = scanner.named("SELECT");
    if (!feeding) {
      known &= select;
      return;
    }
    if (!scanner.hasUnit()) {
      closeSegment();
      feeding = false;
      known = false;
      return;
    }
    appendHeld();
    int from = scanner.unitOffset();
    if (select) {
      held = Arrays.copyOfRange(scanner.buffer(), from, from + scanner.unitLength());
      heldDb = db;
    } else {
      log.append(scanner.buffer(), from, scanner.unitLength());
      log.selectedDb(db);
    }
  }

  /// A line between commands, which ends at byte `end` of the file.
  void annotation(Annotation line, long end) {
    if (line instanceof Annotation.History h) {
      settleHeld(h);
      closeSegment();
      take(h);
      feeding = true;
      known = true;
    } else if (line instanceof Annotation.Malformed) {
      closeSegment();
      feeding = false;
    } else if (feeding) {
      appendHeld();
      closeSegment();
    }
    next = line instanceof Annotation.Next n ? n.seq() : NONE;
    segmentInFile = end;
    segmentInLog = log.offset();
  }

  /// Appends the SELECT that was held back if the log went on behind it.
  private void settleHeld(Annotation.History h) {
    byte[] select = held;
    if (select != null
        && h.replid().equals(log.replid())
        && h.offset() == log.offset() + select.length) {
      appendHeld();
    }
    held = null;
  }

  private void take(Annotation.History h) {
    boolean same = known && h.replid().equals(log.replid());
    if (same && h.offset() == log.offset()) {
      log.selectedDb(h.db());
    } else if (known && h.offset() == log.offset()) {
      log.shift(h.replid());
      log.selectedDb(h.db());
    } else {
      if (same && h.offset() > log.offset()) {
        warnings.accept(
            "The append only files lack "
                + (h.offset() - log.offset())
                + " bytes of the log before offset "
                + h.offset()
                + " ("
                + file
                + "): writes are missing there.");
      }
      restore(h.replid(), h.offset(), h.db());
    }
  }

  private void restore(String id, long offset, int db) {
    log.restore(id, offset, CommandLog.NO_REPLID, -1);
    segments.clear();
    log.activateBacklog();
    log.selectedDb(db);
    touched = true;
  }

  private void appendHeld() {
    byte[] select = held;
    if (select != null) {
      log.append(select, 0, select.length);
      log.selectedDb(heldDb);
      held = null;
    }
  }

  private void closeSegment() {
    long length = log.offset() - segmentInLog;
    if (feeding && length > 0) {
      segments.add(new Segment(file, segmentInFile, segmentInLog, length, log.replid()));
    }
  }

  /// Whether, when all is loaded, the log stands where the data do.
  boolean isKnown() {
    return known;
  }

  /// Whether the log was changed at all.
  boolean isTouched() {
    return touched;
  }

  /// What of the log lies in the files, in order.
  List<Segment> segments() {
    return List.copyOf(segments);
  }
}
