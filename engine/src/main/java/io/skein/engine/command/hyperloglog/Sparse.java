package io.skein.engine.command.hyperloglog;

import io.skein.engine.bytes.Memory;
import java.util.Arrays;

/// The registers of a sparse HyperLogLog as runs, in a copy on which several elements are counted
/// before it is written back.
///
/// ```
/// 00nnnnnn            n + 1 registers of 0
/// 01nnnnnn nnnnnnnn   n + 1 registers of 0
/// 1vvvvvnn            n + 1 registers of v + 1
/// ```
///
/// Which runs stand for the same registers depends on the order in which they were set. This class
/// splits and joins runs as Redis does, so that the same calls lead to the same bytes.
final class Sparse {
  private static final int LONG_ZEROS = 0x40;
  private static final int VALUE = 0x80;
  private static final int MOST_VALUE = 32;
  private static final int MOST_VALUES = 4;
  private static final int MOST_ZEROS = 64;

  /// How many runs from the one before a change on are looked at for neighbours to join.
  private static final int JOIN_REACH = 5;

  private byte[] runs = new byte[512];
  private int size;
  private boolean changed;

  // Where find() has stopped.
  private int at;
  private int before;
  private int first;
  private int length;

  /// Makes all registers zero.
  void clear() {
    size = 0;
    changed = true;
    size += zeros(runs, 0, Sketch.REGISTERS);
  }

  /// Copies `bytes` bytes of runs.
  ///
  /// @throws io.skein.engine.resp.CommandError when they are not 16384 registers
  void load(long address, int bytes) {
    if (runs.length < bytes + 8) {
      runs = new byte[bytes * 2 + 8];
    }
    Memory.copy(address, runs, 0, bytes);
    size = bytes;
    changed = false;
    int registers = 0;
    int p = 0;
    while (p < size && registers <= Sketch.REGISTERS) {
      if (isLong(p) && p + 1 == size) {
        throw Sketch.CORRUPT;
      }
      registers += runLength(p);
      p += opcodeBytes(p);
    }
    if (registers != Sketch.REGISTERS || p != size) {
      throw Sketch.CORRUPT;
    }
  }

  /// The number of bytes the runs take.
  int size() {
    return size;
  }

  /// Whether a register was set since the runs were loaded.
  boolean changed() {
    return changed;
  }

  void store(long address) {
    Memory.copy(runs, 0, address, size);
  }

  private boolean isValue(int p) {
    return (runs[p] & VALUE) != 0;
  }

  private boolean isLong(int p) {
    return (runs[p] & 0xc0) == LONG_ZEROS;
  }

  private int opcodeBytes(int p) {
    return isLong(p) ? 2 : 1;
  }

  private int runLength(int p) {
    int code = runs[p];
    if ((code & VALUE) != 0) {
      return (code & 3) + 1;
    }
    return ((code & LONG_ZEROS) == 0 ? code : (code & 0x3f) << 8 | runs[p + 1] & 0xff) + 1;
  }

  private int value(int p) {
    return (runs[p] >> 2 & 0x1f) + 1;
  }

  /// Raises register `index` to `count`.
  ///
  /// @param mostBytes the most that the runs may take
  /// @return 1 when it was less before, 0 when it was not, -1, nothing changed, when it cannot be
  ///   told in this encoding
  int raise(int index, int count, long mostBytes) {
    if (count > MOST_VALUE) {
      return -1;
    }
    find(index);
    boolean values = isValue(at);
    if (values && value(at) >= count) {
      return 0;
    }
    if (length == 1 && !isLong(at)) {
      runs[at] = values(count, 1);
    } else if (!split(index, count, values, mostBytes)) {
      return -1;
    }
    join();
    changed = true;
    return 1;
  }

  private void find(int index) {
    at = 0;
    before = -1;
    first = 0;
    length = runLength(0);
    while (index >= first + length) {
      before = at;
      at += opcodeBytes(at);
      first += length;
      length = runLength(at);
    }
  }

  /// Puts up to three runs in place of the one that was found; false when there is no room.
  private boolean split(int index, int count, boolean values, long mostBytes) {
    byte[] sequence = new byte[5];
    int n = 0;
    int ahead = index - first;
    int behind = first + length - 1 - index;
    int value = values ? value(at) : 0;
    if (ahead > 0) {
      n += run(sequence, n, value, ahead);
    }
    sequence[n++] = values(count, 1);
    if (behind > 0) {
      n += run(sequence, n, value, behind);
    }
    int old = opcodeBytes(at);
    int more = n - old;
    if (more > 0 && size + more > mostBytes) {
      return false;
    }
    if (size + more > runs.length) {
      runs = Arrays.copyOf(runs, runs.length * 2);
    }
    System.arraycopy(runs, at + old, runs, at + n, size - at - old);
    System.arraycopy(sequence, 0, runs, at, n);
    size += more;
    return true;
  }

  private static int run(byte[] to, int p, int value, int registers) {
    if (value == 0) {
      return zeros(to, p, registers);
    }
    to[p] = values(value, registers);
    return 1;
  }

  private static int zeros(byte[] to, int p, int registers) {
    if (registers <= MOST_ZEROS) {
      to[p] = (byte) (registers - 1);
      return 1;
    }
    to[p] = (byte) (LONG_ZEROS | registers - 1 >> 8);
    to[p + 1] = (byte) (registers - 1);
    return 2;
  }

  private static byte values(int value, int registers) {
    return (byte) (VALUE | value - 1 << 2 | registers - 1);
  }

  /// Joins runs of the same value around the change.
  private void join() {
    int p = Math.max(before, 0);
    for (int n = 0; n < JOIN_REACH && p < size; n++) {
      if (isValue(p)
          && p + 1 < size
          && isValue(p + 1)
          && value(p) == value(p + 1)
          && runLength(p) + runLength(p + 1) <= MOST_VALUES) {
        runs[p + 1] = values(value(p), runLength(p) + runLength(p + 1));
        System.arraycopy(runs, p + 1, runs, p, size - p - 1);
        size--;
      } else {
        p += opcodeBytes(p);
      }
    }
  }

  /// Adds to `histogram` how often each value occurs.
  void count(int[] histogram) {
    for (int p = 0; p < size; p += opcodeBytes(p)) {
      histogram[isValue(p) ? value(p) : 0] += runLength(p);
    }
  }

  /// Raises each of `registers` to the value of its register here.
  void mergeInto(byte[] registers) {
    int i = 0;
    for (int p = 0; p < size; p += opcodeBytes(p)) {
      int end = i + runLength(p);
      if (isValue(p)) {
        byte value = (byte) value(p);
        for (; i < end; i++) {
          if (value > registers[i]) {
            registers[i] = value;
          }
        }
      }
      i = end;
    }
  }

  /// Sets the registers of a dense HyperLogLog, all of them zero now, to those here.
  void expandTo(long dense) {
    int i = 0;
    for (int p = 0; p < size; p += opcodeBytes(p)) {
      int end = i + runLength(p);
      for (; isValue(p) && i < end; i++) {
        Dense.put(dense, i, value(p));
      }
      i = end;
    }
  }

  /// The runs in words: `z:LENGTH`, `Z:LENGTH` for the long form, `v:VALUE,LENGTH`.
  String decoded() {
    StringBuilder text = new StringBuilder();
    for (int p = 0; p < size; p += opcodeBytes(p)) {
      text.append(p == 0 ? "" : " ");
      if (isValue(p)) {
        text.append("v:").append(value(p)).append(',');
      } else {
        text.append(isLong(p) ? "Z:" : "z:");
      }
      text.append(runLength(p));
    }
    return text.toString();
  }
}
