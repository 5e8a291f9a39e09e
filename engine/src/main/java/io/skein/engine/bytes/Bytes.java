package io.skein.engine.bytes;

import java.util.Arrays;

/// An immutable binary string, compared byte by byte as unsigned numbers.
///
/// It is the key type of cold maps (channels, users, command names). Hot paths work on slices of
/// arrays instead.
public final class Bytes implements Comparable<Bytes> {
  /// The string of length zero.
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;
  private int hash;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /// The bytes of a text.
  public static Bytes of(String text) {
    return text.isEmpty() ? EMPTY : new Bytes(Text.encode(text));
  }

  /// A copy of the whole array.
  public static Bytes of(byte[] source) {
    return of(source, 0, source.length);
  }

  /// A copy of `length` bytes of `source` from `offset`.
  public static Bytes of(byte[] source, int offset, int length) {
    return length == 0 ? EMPTY : new Bytes(Arrays.copyOfRange(source, offset, offset + length));
  }

  /// The array itself, without a copy: the caller gives it up and never writes to it again.
  public static Bytes wrap(byte[] owned) {
    return new Bytes(owned);
  }

  public int length() {
    return content.length;
  }

  public boolean isEmpty() {
    return content.length == 0;
  }

  /// The byte at `index`.
  public byte at(int index) {
    return content[index];
  }

  /// The bytes from `from` (inclusive) to `to` (exclusive).
  public Bytes slice(int from, int to) {
    return of(content, from, to - from);
  }

  /// A copy of the content.
  public byte[] toByteArray() {
    return content.clone();
  }

  /// Copies the whole content to `target` at `offset` and returns the offset just after it.
  public int copyTo(byte[] target, int offset) {
    System.arraycopy(content, 0, target, offset, content.length);
    return offset + content.length;
  }

  /// The content as text.
  public String asString() {
    return Text.decode(content, 0, content.length);
  }

  /// The same string with A to Z in lower case, and no other byte changed.
  public Bytes toLowerCase() {
    return mapAscii('A', 'Z', 0x20);
  }

  /// The same string with a to z in upper case, and no other byte changed.
  public Bytes toUpperCase() {
    return mapAscii('a', 'z', 0x20);
  }

  private Bytes mapAscii(int from, int to, int flip) {
    for (int i = 0; i < content.length; i++) {
      if (content[i] >= from && content[i] <= to) {
        byte[] mapped = content.clone();
        for (int j = i; j < mapped.length; j++) {
          if (mapped[j] >= from && mapped[j] <= to) {
            mapped[j] ^= (byte) flip;
          }
        }
        return new Bytes(mapped);
      }
    }
    return this;
  }

  /// Whether the content equals the given slice.
  public boolean contentEquals(byte[] other, int offset, int length) {
    return Arrays.equals(content, 0, content.length, other, offset, offset + length);
  }

  /// Whether the content equals `text`, which is ASCII, without regard to the case of A to Z.
  public boolean equalsIgnoreCase(String text) {
    return equalsIgnoreCase(content, 0, content.length, text);
  }

  /// Whether the slice equals `text`, which is ASCII, without regard to the case of A to Z.
  public static boolean equalsIgnoreCase(byte[] b, int offset, int length, String text) {
    if (length != text.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(b[offset + i] & 0xff) != lower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    int h = hash;
    if (h == 0) {
      h = Arrays.hashCode(content);
      hash = h;
    }
    return h;
  }

  @Override
  public int compareTo(Bytes that) {
    return Arrays.compareUnsigned(content, that.content);
  }

  @Override
  public String toString() {
    return asString();
  }
}
