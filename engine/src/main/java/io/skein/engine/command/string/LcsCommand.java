package io.skein.engine.command.string;

import io.skein.engine.bytes.Memory;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import org.jspecify.annotations.Nullable;

/// LCS: the longest common subsequence of two strings.
final class LcsCommand {
  private static final CommandError NOT_STRINGS =
      new CommandError("ERR The specified keys must contain string values");
  private static final CommandError LENGTH_AND_INDEXES =
      new CommandError("ERR If you want both the length and indexes, please just use IDX.");
  private static final CommandError TOO_MUCH_MEMORY =
      new CommandError(
          "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  private static final CommandError NO_MEMORY =
      new CommandError("ERR Insufficient memory, failed allocating transient memory for LCS");

  /// Cells of which each takes a bit here.
  private static final long MOST_CELLS = 1L << 36;

  private final Settings settings;

  LcsCommand(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(
        Command.named("lcs")
            .group(Group.STRING)
            .docs(
                "7.0.0",
                "O(N*M), N and M being the lengths of the strings.",
                "Returns the longest common subsequence of two strings, or where it matches.")
            .syntax(
                "key1:key key2:key [LEN] [IDX] [min-match-len: MINMATCHLEN min-match-len:integer]"
                    + " [WITHMATCHLEN]")
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.range(KeySpec.RO | KeySpec.ACCESS, 1, 1, 1))
            .does(this::lcs));
  }

  private record Request(boolean length, boolean indexes, boolean matchLengths, long least) {}

  private void lcs(Call call) {
    call.database().read(call.keyAt(0));
    long b = call.database().read(call.keyAt(1));
    // Only now, since reading the second may have deleted it and so moved the first.
    long a = call.database().peek(call.keyAt(0));
    if (a != 0 && !EntryKind.isString(Entry.kind(a))
        || b != 0 && !EntryKind.isString(Entry.kind(b))) {
      throw NOT_STRINGS;
    }
    Request request = options(call);
    long n = Strings.length(a);
    long m = Strings.length(b);
    long cells = (n + 1) * (m + 1);
    // The limit is that of a table of 32-bit numbers, although less is used here.
    if (cells * Integer.BYTES > settings.number(NetworkSettings.PROTO_MAX_BULK_LEN)) {
      throw TOO_MUCH_MEMORY;
    }
    if (cells > MOST_CELLS) {
      throw NO_MEMORY;
    }
    // Where one is empty the other, which may be huge, need not be looked at.
    Subsequence found =
        n == 0 || m == 0
            ? new Subsequence(Text.EMPTY, Text.EMPTY)
            : new Subsequence(Text.of(a), Text.of(b));
    reply(call.reply(), found, request);
  }

  private static Request options(Call call) {
    boolean length = false;
    boolean indexes = false;
    boolean matchLengths = false;
    long least = 0;
    for (int i = 3; i < call.count(); i++) {
      if (call.is(i, "IDX")) {
        indexes = true;
      } else if (call.is(i, "LEN")) {
        length = true;
      } else if (call.is(i, "WITHMATCHLEN")) {
        matchLengths = true;
      } else if (call.is(i, "MINMATCHLEN") && i + 1 < call.count()) {
        least = Math.max(0, call.integer(++i));
      } else {
        throw Errors.SYNTAX;
      }
    }
    if (length && indexes) {
      throw LENGTH_AND_INDEXES;
    }
    return new Request(length, indexes, matchLengths, least);
  }

  private static void reply(Reply reply, Subsequence found, Request request) {
    if (request.indexes) {
      reply.map(2);
      reply.bulk("matches");
      int mark = reply.begin();
      int count =
          found.ranges((aFrom, aTo, bFrom, bTo) -> {
            if (aTo - aFrom + 1 < request.least) {
              return false;
            }
            reply.array(request.matchLengths ? 3 : 2);
            reply.array(2);
            reply.integer(aFrom);
            reply.integer(aTo);
            reply.array(2);
            reply.integer(bFrom);
            reply.integer(bTo);
            if (request.matchLengths) {
              reply.integer(aTo - aFrom + 1);
            }
            return true;
          });
      reply.endArray(mark, count);
      reply.bulk("len");
      reply.integer(found.length());
    } else if (request.length) {
      reply.integer(found.length());
    } else {
      reply.bulk(found.text());
    }
  }

  /// A string that is read where it lies when it is large.
  private static final class Text {
    static final Text EMPTY = new Text(new byte[0], 0, 0);

    private static final int COPIED = 1 << 16;

    private final byte @Nullable [] copy;
    private final long address;
    final int length;

    private Text(byte @Nullable [] copy, long address, int length) {
      this.copy = copy;
      this.address = address;
      this.length = length;
    }

    static Text of(long entry) {
      int length = Strings.length(entry);
      return length <= COPIED
          ? new Text(Strings.text(entry), 0, length)
          : new Text(null, Entry.valueAddress(entry), length);
    }

    byte at(int i) {
      byte[] bytes = copy;
      return bytes != null ? bytes[i] : Memory.getByte(address + i);
    }
  }

  /// Takes the ranges in which two strings match.
  private interface Ranges {
    /// A range of the first string equals one of the second; whether it counts.
    boolean match(int aFrom, int aTo, int bFrom, int bTo);
  }

  /// The textbook's dynamic programming, with one bit for each cell instead of its length: which of
  /// the two neighbours is the greater. The lengths themselves are only kept for two rows, along
  /// the shorter string.
  private static final class Subsequence {
    private final Text a;
    private final Text b;

    /// For i and j: whether the subsequence without the last byte of `a` is the longer one.
    private final long[] shorten;

    private final int length;

    Subsequence(Text a, Text b) {
      this.a = a;
      this.b = b;
      shorten = new long[(int) (((long) a.length * b.length >>> 6) + 1)];
      length = a.length < b.length ? fill(b, a, false) : fill(a, b, true);
    }

    private int fill(Text rows, Text columns, boolean rowsAreA) {
      int[] above = new int[columns.length + 1];
      int[] current = new int[columns.length + 1];
      for (int r = 0; r < rows.length; r++) {
        byte row = rows.at(r);
        for (int c = 0; c < columns.length; c++) {
          int up = above[c + 1];
          int left = current[c];
          if (row == columns.at(c)) {
            current[c + 1] = above[c] + 1;
          } else {
            current[c + 1] = Math.max(up, left);
            if (rowsAreA ? up > left : left > up) {
              long bit = rowsAreA ? cell(r, c) : cell(c, r);
              shorten[(int) (bit >>> 6)] |= 1L << bit;
            }
          }
        }
        int[] swap = above;
        above = current;
        current = swap;
      }
      return above[columns.length];
    }

    private long cell(int i, int j) {
      return (long) i * b.length + j;
    }

    private boolean shortens(int i, int j) {
      long bit = cell(i, j);
      return (shorten[(int) (bit >>> 6)] >>> bit & 1) != 0;
    }

    int length() {
      return length;
    }

    /// The bytes of the subsequence.
    byte[] text() {
      byte[] text = new byte[length];
      int[] left = {length};
      ranges((aFrom, aTo, bFrom, bTo) -> {
        int size = aTo - aFrom + 1;
        left[0] -= size;
        for (int k = 0; k < size; k++) {
          text[left[0] + k] = a.at(aFrom + k);
        }
        return true;
      });
      return text;
    }

    /// Hands out the matching ranges from the last to the first, and returns how many counted.
    int ranges(Ranges to) {
      int i = a.length;
      int j = b.length;
      int counted = 0;
      int size = 0;
      while (i > 0 && j > 0) {
        boolean same = a.at(i - 1) == b.at(j - 1);
        if (same) {
          size++;
          i--;
          j--;
        }
        boolean atStart = i == 0 || j == 0;
        if (size > 0 && (!same || atStart)) {
          counted += to.match(i, i + size - 1, j, j + size - 1) ? 1 : 0;
          size = 0;
        }
        if (!same) {
          if (shortens(i - 1, j - 1)) {
            i--;
          } else {
            j--;
          }
        }
      }
      return counted;
    }
  }
}
