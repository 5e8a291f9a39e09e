package io.skein.engine.value;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.structure.Block;
import io.skein.engine.structure.Listpack;

/// A sorted set of few elements: a listpack of members, each with its score behind it, in order.
///
/// A score that is whole is kept as an integer, any other as the text that a client would get, as
/// Redis does. All methods take the listpack's address, or its block where they change it; an
/// element is named by the offset of its member.
final class PackedSortedSet {
  /// Whole scores up to this are integers.
  private static final double MOST_WHOLE = 0x1p62;

  /// The longest text of a score, such as one in a file of another server.
  private static final int MAX_SCORE_TEXT = 128;

  /// The digits of a decimal number that are exact in a double, whatever they are.
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS_OF_TEN = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private PackedSortedSet() {}

  static int size(long lp) {
    return Listpack.count(lp) / 2;
  }

  /// The element with this member, or [Listpack#NONE].
  static int find(long lp, byte[] b, int offset, int length) {
    return Listpack.find(lp, Listpack.first(lp), 1, b, offset, length);
  }

  /// The score of the element at `at`.
  static double score(long lp, int at) {
    return scoreAt(lp, Listpack.after(lp, at));
  }

  /// The number of elements before the one at `at`.
  static int rank(long lp, int at) {
    int rank = 0;
    for (int other = Listpack.first(lp); other != at; other = nextMember(lp, other)) {
      rank++;
    }
    return rank;
  }

  private static int nextMember(long lp, int at) {
    return Listpack.next(lp, Listpack.after(lp, at));
  }

  /// The score in the item at `at`, or NaN when it is none.
  static double scoreAt(long lp, int at) {
    if (Listpack.isInteger(lp, at)) {
      return Listpack.integer(lp, at);
    }
    int length = Listpack.stringLength(lp, at);
    if (length > MAX_SCORE_TEXT) {
      return Double.NaN;
    }
    long text = Listpack.stringAddress(lp, at);
    double simple = parseSimple(text, length);
    if (!Double.isNaN(simple)) {
      return simple;
    }
    byte[] copy = new byte[length];
    Memory.copy(text, copy, 0, length);
    return Doubles.parse(copy, 0, length);
  }

  /// A number of few digits with a point, or NaN when it takes more to read it.
  ///
  /// Both the digits and the power of ten are exact then, so that one division gives the nearest
  /// number (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
  private static double parseSimple(long text, int length) {
    int at = length > 0 && Memory.getByte(text) == '-' ? 1 : 0;
    boolean negative = at == 1;
    if (length - at > EXACT_DIGITS + 1) {
      return Double.NaN;
    }
    long digits = 0;
    int decimals = -1;
    for (; at < length; at++) {
      int c = Memory.getByte(text + at);
      if (c >= '0' && c <= '9') {
        digits = digits * 10 + c - '0';
        decimals += decimals >= 0 ? 1 : 0;
      } else if (c == '.' && decimals < 0) {
        decimals = 0;
      } else {
        return Double.NaN;
      }
    }
    if (decimals <= 0 || digits == 0 || digits >= 1_000_000_000_000_000L) {
      return Double.NaN;
    }
    double value = digits / POWERS_OF_TEN[decimals];
    return negative ? -value : value;
  }

  // --- changes ---

  /// Adds an element whose member is not there.
  static void insert(Block block, byte[] b, int offset, int length, double score) {
    long lp = block.address();
    int at = Listpack.first(lp);
    while (at != Listpack.NONE) {
      double other = score(lp, at);
      if (other > score || other == score && Listpack.compare(lp, at, b, offset, length) > 0) {
        break;
      }
      at = nextMember(lp, at);
    }
    int place = at == Listpack.NONE ? Listpack.end(lp) : at;
    Listpack.insert(block, place, b, offset, length);
    insertScore(block, Listpack.after(block.address(), place), score);
  }

  /// Adds an element that belongs behind all others.
  static void append(Block block, byte[] b, int offset, int length, double score) {
    Listpack.append(block, b, offset, length);
    insertScore(block, Listpack.end(block.address()), score);
  }

  private static void insertScore(Block block, int at, double score) {
    if (Math.abs(score) <= MOST_WHOLE && (long) score == score) {
      Listpack.insert(block, at, (long) score);
    } else {
      byte[] text = new byte[Doubles.MAX_LENGTH];
      Listpack.insert(block, at, text, 0, Doubles.write(score, text, 0));
    }
  }

  /// Removes the element at `at`.
  static void delete(Block block, int at) {
    Listpack.delete(block, at, 2);
  }

  /// Removes the elements of the ranks from `from` up to but without `to`.
  static void removeRange(Block block, int from, int to) {
    int at = Listpack.seek(block.address(), 2 * from);
    if (at != Listpack.NONE) {
      Listpack.delete(block, at, 2 * (to - from));
    }
  }

  // --- order ---

  /// How many elements lie before a bound.
  static int countBefore(long lp, SortedSetBound bound) {
    int count = 0;
    byte[] text = bound.needsMember() ? new byte[Numbers.MAX_LONG_LENGTH] : new byte[0];
    for (int at = Listpack.first(lp); at != Listpack.NONE; at = nextMember(lp, at)) {
      boolean behind;
      if (!bound.needsMember()) {
        behind = bound.isBehind(score(lp, at));
      } else if (Listpack.isInteger(lp, at)) {
        behind = bound.isBehind(text, Listpack.copyText(lp, at, text, 0));
      } else {
        behind = bound.isBehind(Listpack.stringAddress(lp, at), Listpack.stringLength(lp, at));
      }
      if (!behind) {
        break;
      }
      count++;
    }
    return count;
  }

  /// A cursor on the listpack.
  static final class Walk extends SortedSetCursor {
    private final long lp;
    private int at;

    Walk(long lp) {
      this.lp = lp;
    }

    @Override
    public boolean toRank(int rank) {
      at = rank < 0 ? Listpack.NONE : Listpack.seek(lp, 2 * rank);
      return at != Listpack.NONE;
    }

    @Override
    public boolean next() {
      at = at == Listpack.NONE ? Listpack.NONE : nextMember(lp, at);
      return at != Listpack.NONE;
    }

    @Override
    public boolean previous() {
      int score = at == Listpack.NONE ? Listpack.NONE : Listpack.previous(lp, at);
      at = score == Listpack.NONE ? Listpack.NONE : Listpack.previous(lp, score);
      return at != Listpack.NONE;
    }

    @Override
    public double score() {
      return PackedSortedSet.score(lp, at);
    }

    @Override
    public boolean isInteger() {
      return Listpack.isInteger(lp, at);
    }

    @Override
    public long integer() {
      return Listpack.integer(lp, at);
    }

    @Override
    public long address() {
      return Listpack.stringAddress(lp, at);
    }

    @Override
    public int length() {
      return Listpack.stringLength(lp, at);
    }
  }
}
