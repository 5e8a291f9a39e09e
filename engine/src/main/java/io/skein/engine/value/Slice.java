package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.structure.Listpack;
import java.util.Arrays;

/// A string as it lies in a value: an integer, or bytes in native memory.
///
/// One object shows one string after another; what it shows is valid until the value changes, but
/// for a [#text] that was asked for before.
public class Slice {
  private boolean integer;
  private long value;
  private long address;
  private int length;
  private byte[] text = new byte[64];
  private int textLength = -1;

  final void toInteger(long number) {
    textLength = -1;
    integer = true;
    value = number;
  }

  final void toBytes(long at, int count) {
    textLength = -1;
    integer = false;
    address = at;
    length = count;
  }

  final void toElement(long lp, int at) {
    if (Listpack.isInteger(lp, at)) {
      toInteger(Listpack.integer(lp, at));
    } else {
      toBytes(Listpack.stringAddress(lp, at), Listpack.stringLength(lp, at));
    }
  }

  /// Whether the string lies there as an integer.
  public final boolean isInteger() {
    return integer;
  }

  /// The integer, if it lies there as one.
  public final long integer() {
    return value;
  }

  /// Where the bytes are, unless it is an integer.
  public final long address() {
    return address;
  }

  /// The number of bytes, unless it is an integer.
  public final int length() {
    return length;
  }

  /// The string as the first [#textLength] bytes of an array that the next string overwrites.
  public final byte[] text() {
    if (textLength < 0) {
      if (integer) {
        textLength = Numbers.writeLong(value, text, 0);
      } else {
        if (length > text.length) {
          text = new byte[Math.max(length, 2 * text.length)];
        }
        Memory.copy(address, text, 0, length);
        textLength = length;
      }
    }
    return text;
  }

  /// The length of the string in bytes.
  public final int textLength() {
    return integer ? Numbers.length(value) : length;
  }

  /// A copy of the string.
  public final byte[] toByteArray() {
    return Arrays.copyOf(text(), textLength());
  }
}
