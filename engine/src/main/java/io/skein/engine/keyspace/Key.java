package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import java.util.Arrays;

/// A key as it lies in a request, with its hash and slot computed once.
///
/// Keys are reused from one request to the next: whoever keeps one takes a copy of its bytes.
public final class Key {
  private byte[] bytes = new byte[0];
  private int offset;
  private int length;
  private long hash;
  private int slot;

  Key() {}

  void set(byte[] b, int from, int count, long keyHash, int keySlot) {
    bytes = b;
    offset = from;
    length = count;
    hash = keyHash;
    slot = keySlot;
  }

  /// The array that holds the key's bytes.
  public byte[] array() {
    return bytes;
  }

  /// Where the key begins in [#array()].
  public int offset() {
    return offset;
  }

  /// The key's length in bytes.
  public int length() {
    return length;
  }

  /// The key's hash under the keyspace's seed.
  public long hash() {
    return hash;
  }

  /// The key's slot in a cluster; 0 when this is not one.
  public int slot() {
    return slot;
  }

  /// A copy of the key's bytes.
  public byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /// A copy of the key's bytes, to use in a map.
  public Bytes toBytes() {
    return Bytes.of(bytes, offset, length);
  }

  /// Whether `other` is the same key.
  public boolean sameAs(Key other) {
    return hash == other.hash
        && Arrays.equals(
            bytes, offset, offset + length, other.bytes, other.offset, other.offset + other.length);
  }
}
