package io.skein.engine.keyspace;

import java.util.Arrays;

/// Keys that are filled for one batch of requests and reused for the next.
public final class KeyPool {
  private final Keyspace keyspace;
  private Key[] keys = new Key[16];
  private int[] arguments = new int[16];
  private int size;

  public KeyPool(Keyspace keyspace) {
    this.keyspace = keyspace;
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new Key();
    }
  }

  /// Forgets all keys.
  public void clear() {
    size = 0;
  }

  public int size() {
    return size;
  }

  /// Adds the key at argument `argument` of a request, `length` bytes of `b` from `offset` on.
  public Key add(int argument, byte[] b, int offset, int length) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      arguments = Arrays.copyOf(arguments, size * 2);
      for (int i = size; i < keys.length; i++) {
        keys[i] = new Key();
      }
    }
    Key key = keys[size];
    arguments[size++] = argument;
    keyspace.fill(key, b, offset, length);
    return key;
  }

  /// Key number `i` of the pool.
  public Key get(int i) {
    return keys[i];
  }

  /// The argument that key number `i` is of its request.
  public int argument(int i) {
    return arguments[i];
  }
}
