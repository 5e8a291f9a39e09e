package io.skein.engine.keyspace;

import io.skein.engine.bytes.Memory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Keys that are filled for one batch of requests and reused for the next.
public final class KeyPool {
  private final Keyspace keyspace;
  private Key[] keys = new Key[16];
  private int[] arguments = new int[16];
  private @Nullable Database[] homes = new @Nullable Database[16];
  private long[] addresses = new long[16];
  private int size;
  private long touched;

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
    return add(null, argument, b, offset, length);
  }

  /// As [#add(int, byte[], int, int)], of a key that [#touch] finds in `home`.
  public Key add(@Nullable Database home, int argument, byte[] b, int offset, int length) {
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size * 2);
      arguments = Arrays.copyOf(arguments, size * 2);
      homes = Arrays.copyOf(homes, size * 2);
      addresses = Arrays.copyOf(addresses, size * 2);
      for (int i = size; i < keys.length; i++) {
        keys[i] = new Key();
      }
    }
    Key key = keys[size];
    homes[size] = home;
    arguments[size++] = argument;
    keyspace.fill(key, b, offset, length);
    return key;
  }

  /// Loads the cache lines of the index and then those of the entries of all keys, so that the
  /// commands to come wait for memory once.
  public void touch() {
    for (int i = 0; i < size; i++) {
      Database home = homes[i];
      addresses[i] = home == null ? 0 : home.bucketAddress(keys[i]);
    }
    long sum = Memory.touch(addresses, size);
    for (int i = 0; i < size; i++) {
      Database home = homes[i];
      addresses[i] = home == null ? 0 : home.probableEntry(keys[i]);
    }
    touched = sum + Memory.touch(addresses, size);
  }

  /// A sum over what was touched, so that the loads are not taken for dead code.
  long touched() {
    return touched;
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
