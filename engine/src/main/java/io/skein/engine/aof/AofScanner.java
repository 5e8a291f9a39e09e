package io.skein.engine.aof;

import io.skein.engine.bytes.Numbers;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Takes the bytes of an append only file apart: commands, annotations, and the units that were
/// written as a whole.
///
/// The caller feeds pieces as it reads them and asks for one item after another, so that it may
/// pause after any of them. A unit is a command by itself, or all from MULTI to EXEC: what may be
/// cut off, at [#soundEnd], when the file ends in the midst of one.
///
/// Stricter than a client's connection: only arrays of bulk strings, and lines that begin with `#`.
///
/// *States*: between items; inside one (some of its bytes are there); broken, which is for good.
public final class AofScanner {
  /// What [#next] found.
  public enum Step {
    /// A whole command: [#count], [#buffer], [#offsets], [#lengths].
    COMMAND,
    /// A whole line that is no command: [#annotation].
    ANNOTATION,
    /// The bytes end before the next item does.
    MORE,
    /// The bytes are not sound: [#fault], [#faultPosition].
    BROKEN
  }

  /// The longest annotation, in bytes with its end of line; Redis takes a longer one for two.
  public static final int MAX_ANNOTATION = 1023;

  private static final int MAX_HEADER = 127;
  private static final int MAX_BULK = Integer.MAX_VALUE - (1 << 20);
  private static final int MAX_BUFFER = Integer.MAX_VALUE - 64;

  /// A unit that is longer is not kept whole.
  private static final int MAX_UNIT = 1 << 30;

  private static final long NOT_YET = -1;
  private static final long BAD = -2;

  private final boolean keepsUnits;
  private byte[] b = new byte[64 * 1024];
  private int size;

  /// How far the item at hand was parsed.
  private int at;

  private int itemStart;
  private int unitStart;
  private boolean unitWhole = true;

  /// The place in the file of the first byte in [#b].
  private long base;

  private long soundEnd;
  private long lines = 1;
  private boolean inTransaction;
  private boolean unexpected;

  // The command at hand.
  private int[] offsets = new int[16];
  private int[] lengths = new int[16];
  private int count;
  private int left;
  private int bulk = -1;

  private @Nullable Annotation annotation;
  private @Nullable String fault;
  private long faultPosition;

  /// @param position where in the file the first byte that is fed lies: not 0 behind a snapshot
  /// @param keepsUnits whether [#unitOffset] is asked for
  public AofScanner(long position, boolean keepsUnits) {
    this.base = position;
    this.soundEnd = position;
    this.faultPosition = position;
    this.keepsUnits = keepsUnits;
  }

  /// Takes the next bytes of the file; what [#next] returned before is not valid any more.
  public void feed(byte[] bytes, int offset, int length) {
    if (length > b.length - size) {
      makeRoom(length);
    }
    if (fault == null) {
      System.arraycopy(bytes, offset, b, size, length);
      size += length;
    }
  }

  private void makeRoom(int length) {
    if (left == 0 && bulk < 0) {
      count = 0;
    }
    int from = itemFrom();
    if (keepsUnits && inTransaction && unitWhole) {
      if ((long) size - unitStart + length > MAX_UNIT) {
        unitWhole = false;
      } else {
        from = unitStart;
      }
    }
    System.arraycopy(b, from, b, 0, size - from);
    for (int i = 0; i < count; i++) {
      offsets[i] -= from;
    }
    size -= from;
    at -= from;
    itemStart = itemStart - from;
    unitStart = Math.max(0, unitStart - from);
    base += from;
    if (length > b.length - size) {
      long room = Math.max((long) size + length, size + (long) (size / 2));
      if ((long) size + length > MAX_BUFFER) {
        fail(base + itemStart, "a command of more than 2 GB");
        return;
      }
      b = Arrays.copyOf(b, (int) Math.min(room, MAX_BUFFER));
    }
  }

  /// Where the item at hand begins, or would.
  private int itemFrom() {
    return left > 0 || bulk >= 0 ? itemStart : at;
  }

  /// Goes on to the next item.
  public Step next() {
    if (fault != null) {
      return Step.BROKEN;
    }
    if (left == 0) {
      itemStart = at;
      if (!inTransaction) {
        unitStart = at;
        unitWhole = true;
      }
      if (at == size) {
        return Step.MORE;
      }
      if (b[at] == '#') {
        return annotationLine();
      }
      if (b[at] != '*') {
        return fail(base + at, "Expected prefix '*', got: '" + (char) (b[at] & 0xff) + "'");
      }
    }
    return command();
  }

  private Step annotationLine() {
    int end = at;
    while (end < size && b[end] != '\n') {
      end++;
    }
    if (end - at >= MAX_ANNOTATION) {
      return fail(base + at, "an annotation of more than " + MAX_ANNOTATION + " bytes");
    }
    if (end == size) {
      return Step.MORE;
    }
    int length = end > at && b[end - 1] == '\r' ? end - 1 - at : end - at;
    annotation = Annotation.of(b, at, length);
    at = end + 1;
    if (inTransaction) {
      unitWhole = false;
    } else {
      soundEnd = base + at;
    }
    return Step.ANNOTATION;
  }

  private Step command() {
    if (left == 0) {
      long arguments = header('*');
      if (arguments < 0) {
        return arguments == BAD ? Step.BROKEN : Step.MORE;
      }
      if (arguments == 0 || arguments > MAX_BULK) {
        return fail(base + itemStart, "a command of " + arguments + " arguments");
      }
      left = (int) arguments;
      count = 0;
    }
    while (left > 0) {
      Step waits = argument();
      if (waits != null) {
        return waits;
      }
    }
    transaction();
    return Step.COMMAND;
  }

  /// Reads one argument; null when it is complete.
  private @Nullable Step argument() {
    if (bulk < 0) {
      long from = base + at;
      long length = header('$');
      if (length < 0) {
        return length == BAD ? Step.BROKEN : Step.MORE;
      }
      if (length > MAX_BULK) {
        return fail(
            from,
            "Expected to read string of " + length + " bytes, which is not in the suitable range");
      }
      bulk = (int) length;
    }
    if (size - at < bulk + 2L) {
      return Step.MORE;
    }
    int end = at + bulk;
    if (b[end] != '\r' || b[end + 1] != '\n') {
      return fail(base + at, notNewline(b[end], b[end + 1]));
    }
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, count * 2);
      lengths = Arrays.copyOf(lengths, count * 2);
    }
    offsets[count] = at;
    lengths[count++] = bulk;
    at = end + 2;
    bulk = -1;
    left--;
    lines++;
    return null;
  }

  /// Reads a line with a count or a length and goes past it.
  private long header(char prefix) {
    if (at == size) {
      return NOT_YET;
    }
    if (b[at] != prefix) {
      fail(base + at, "Expected prefix '" + prefix + "', got: '" + (char) (b[at] & 0xff) + "'");
      return BAD;
    }
    int end = at;
    while (end < size && b[end] != '\n' && end - at < MAX_HEADER) {
      end++;
    }
    if (end - at == MAX_HEADER) {
      fail(base + at, "a count or a length of more than " + MAX_HEADER + " bytes");
      return BAD;
    }
    if (end == size) {
      return NOT_YET;
    }
    int digits = at + 1;
    while (digits < end && b[digits] >= '0' && b[digits] <= '9') {
      digits++;
    }
    if (digits != end - 1 || b[digits] != '\r') {
      fail(base + at, notNewline(b[digits], digits < end ? b[digits + 1] : 0));
      return BAD;
    }
    long value = Numbers.parseLong(b, at + 1, digits - at - 1);
    if (value < 0) {
      fail(base + at, "not a count or a length");
      return BAD;
    }
    at = end + 1;
    lines++;
    return value;
  }

  private static String notNewline(int first, int second) {
    return String.format(
        Locale.ROOT, "Expected \\r\\n, got: %02x%02x", first & 0xff, second & 0xff);
  }

  private void transaction() {
    unexpected = false;
    if (named("MULTI")) {
      unexpected = inTransaction;
      inTransaction = true;
    } else if (named("EXEC")) {
      unexpected = !inTransaction;
      inTransaction = false;
    }
    if (!inTransaction) {
      soundEnd = base + at;
    }
  }

  /// Whether the command at hand has that name, given in capitals.
  public boolean named(String name) {
    if (count == 0 || lengths[0] != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      int c = b[offsets[0] + i];
      if (c >= 'a' && c <= 'z') {
        c -= 'a' - 'A';
      }
      if (c != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Step fail(long position, String reason) {
    fault = reason;
    faultPosition = position;
    return Step.BROKEN;
  }

  // ---- the last item

  /// The bytes that the command lies in, as do those of its unit.
  public byte[] buffer() {
    return b;
  }

  /// Where in [#buffer] each argument begins.
  public int[] offsets() {
    return offsets;
  }

  /// The length of each argument.
  public int[] lengths() {
    return lengths;
  }

  /// The number of arguments, the command's name included.
  public int count() {
    return count;
  }

  /// Whether it is a MULTI within a transaction, or an EXEC without one.
  public boolean isUnexpected() {
    return unexpected;
  }

  /// The annotation.
  public Annotation annotation() {
    Annotation line = annotation;
    return line == null ? new Annotation.Other() : line;
  }

  /// Where in the file it begins.
  public long position() {
    return base + itemStart;
  }

  /// Where in the file it ends, when it is whole.
  public long end() {
    return base + at;
  }

  // ---- units

  /// Whether the items so far end within a transaction.
  public boolean isInTransaction() {
    return inTransaction;
  }

  /// Where in the file the last whole unit, or the annotation behind it, ends.
  public long soundEnd() {
    return soundEnd;
  }

  /// Whether the bytes of the unit that ended with the last command are at hand, and nothing else
  /// stands between them.
  public boolean hasUnit() {
    return keepsUnits && unitWhole && !inTransaction;
  }

  /// Where in [#buffer] the unit begins that ended with the last command.
  public int unitOffset() {
    return unitStart;
  }

  /// The length of that unit in bytes.
  public int unitLength() {
    return at - unitStart;
  }

  // ---- the end

  /// Whether the file, if no more bytes come, ends in the midst of a command, an annotation or a
  /// transaction.
  public boolean isTorn() {
    return fault == null && (inTransaction || isWithinItem());
  }

  /// Whether it ends in the midst of a command or an annotation.
  public boolean isWithinItem() {
    return fault == null && size > itemFrom();
  }

  /// How many bytes the argument at hand still lacks, its end of line included; 0 outside of one.
  public long missingBytes() {
    return bulk < 0 ? 0 : bulk + 2L - (size - at);
  }

  /// How many bytes the argument at hand should have, its end of line included; 0 outside of one.
  public long wantedBytes() {
    return bulk < 0 ? 0 : bulk + 2L;
  }

  /// The number of lines so far, counted from 1 as redis-check-aof does.
  public long lines() {
    return lines;
  }

  /// What is wrong with the bytes, or null.
  public @Nullable String fault() {
    return fault;
  }

  /// Where in the file that is.
  public long faultPosition() {
    return faultPosition;
  }
}
