package io.skein.engine.aof;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import java.util.Arrays;

/// Commands as bytes, gathered until somebody takes them.
final class CommandBuffer {
  private static final int SMALL_BYTES = 4096;
  private static final int LARGE_BYTES = 1 << 20;
  private static final int MAX_HEADER_BYTES = 1 + Numbers.MAX_LONG_LENGTH + 2;

  private byte[] bytes = new byte[SMALL_BYTES];
  private int size;
  private long taken;
  private final byte[] digits = new byte[Numbers.MAX_LONG_LENGTH];

  int size() {
    return size;
  }

  long bytesWritten() {
    return taken + size;
  }

  byte[] take() {
    byte[] out = Arrays.copyOf(bytes, size);
    taken += size;
    size = 0;
    if (bytes.length > LARGE_BYTES) {
      bytes = new byte[SMALL_BYTES];
    }
    return out;
  }

  /// Adds bytes as they are.
  void raw(byte[] b) {
    reserve(b.length);
    System.arraycopy(b, 0, bytes, size, b.length);
    size += b.length;
  }

  /// Begins a command of `count` arguments.
  void begin(int count) {
    header('*', count);
  }

  void argument(byte[] b, int offset, int length) {
    header('$', length);
    reserve(length + 2);
    System.arraycopy(b, offset, bytes, size, length);
    size += length;
    endLine();
  }

  void argument(byte[] b) {
    argument(b, 0, b.length);
  }

  /// Adds the `length` bytes at `address`.
  void argument(long address, int length) {
    header('$', length);
    reserve(length + 2);
    Memory.copy(address, bytes, size, length);
    size += length;
    endLine();
  }

  void argument(long number) {
    argument(digits, 0, Numbers.writeLong(number, digits, 0));
  }

  private void header(char mark, int number) {
    reserve(MAX_HEADER_BYTES);
    bytes[size++] = (byte) mark;
    size += Numbers.writeLong(number, bytes, size);
    endLine();
  }

  private void endLine() {
    bytes[size++] = '\r';
    bytes[size++] = '\n';
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }
}
