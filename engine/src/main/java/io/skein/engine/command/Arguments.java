package io.skein.engine.command;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Text;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.util.Arrays;

/// The arguments of a call, the command's name included, as slices of the buffer they were read
/// into.
public class Arguments {
  private byte[] buffer = new byte[0];
  private int[] offsets = new int[0];
  private int[] lengths = new int[0];
  private int first;
  private int count;

  /// Points at `number` arguments that lie in `bytes` at `from[start]`, ... with `sizes[start]`,
  /// ...
  public final void point(byte[] bytes, int[] from, int[] sizes, int start, int number) {
    buffer = bytes;
    offsets = from;
    lengths = sizes;
    first = start;
    count = number;
  }

  /// Points at arguments that lie in arrays of their own; they are joined into one.
  public final void point(byte[]... arguments) {
    int size = 0;
    for (byte[] a : arguments) {
      size += a.length;
    }
    byte[] joined = new byte[size];
    int[] from = new int[arguments.length];
    int[] sizes = new int[arguments.length];
    int at = 0;
    for (int i = 0; i < arguments.length; i++) {
      byte[] a = arguments[i];
      System.arraycopy(a, 0, joined, at, a.length);
      from[i] = at;
      sizes[i] = a.length;
      at += a.length;
    }
    point(joined, from, sizes, 0, arguments.length);
  }

  /// The number of arguments, the command's name included.
  public final int count() {
    return count;
  }

  /// The array that all arguments lie in.
  public final byte[] buffer() {
    return buffer;
  }

  /// Where argument `i` begins in [#buffer()].
  public final int offset(int i) {
    return offsets[first + i];
  }

  /// The length of argument `i` in bytes.
  public final int length(int i) {
    return lengths[first + i];
  }

  /// A copy of argument `i`.
  public final byte[] bytes(int i) {
    int from = offset(i);
    return Arrays.copyOfRange(buffer, from, from + length(i));
  }

  /// Copies of all arguments.
  public final byte[][] copyArguments() {
    byte[][] copies = new byte[count][];
    for (int i = 0; i < count; i++) {
      copies[i] = bytes(i);
    }
    return copies;
  }

  /// A copy of argument `i`, to use in a map.
  public final Bytes toBytes(int i) {
    return Bytes.of(buffer, offset(i), length(i));
  }

  /// Argument `i` as text.
  public final String string(int i) {
    return Text.decode(buffer, offset(i), length(i));
  }

  /// Whether argument `i` is `token` when the case of ASCII letters is ignored.
  public final boolean is(int i, String token) {
    return length(i) == token.length()
        && Bytes.equalsIgnoreCase(buffer, offset(i), length(i), token);
  }

  /// Whether argument `i` is a signed 64-bit integer in its one decimal form.
  public final boolean isInteger(int i) {
    return Numbers.isLong(buffer, offset(i), length(i));
  }

  /// Argument `i` as a signed 64-bit integer.
  public final long integer(int i) {
    return integer(i, Errors.NOT_AN_INTEGER);
  }

  /// Argument `i` as a signed 64-bit integer, or else `error`.
  public final long integer(int i, CommandError error) {
    long value = Numbers.parseLong(buffer, offset(i), length(i));
    if (value == Numbers.INVALID && Numbers.isInvalid(value, buffer, offset(i), length(i))) {
      throw error;
    }
    return value;
  }

  /// Argument `i` as a signed 32-bit integer.
  public final int integer32(int i) {
    long value = integer(i);
    if (value != (int) value) {
      throw Errors.notBetween(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /// Argument `i` as an integer from `least` to `most`, or else `error`.
  public final long integer(int i, long least, long most, CommandError error) {
    long value = integer(i, error);
    if (value < least || value > most) {
      throw error;
    }
    return value;
  }
}
