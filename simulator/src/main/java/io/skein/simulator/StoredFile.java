package io.skein.simulator;

import java.util.Arrays;

/// A file on a simulated disk: what is flushed of it survives everything, what is only written
/// survives the death of the process.
final class StoredFile {
  private byte[] bytes;
  private int size;
  private int synced;

  /// A file that has been flushed as a whole.
  StoredFile(byte[] bytes) {
    this.bytes = bytes;
    size = bytes.length;
    synced = size;
  }

  int size() {
    return size;
  }

  int unsynced() {
    return size - synced;
  }

  void append(byte[] more, int length) {
    if (bytes.length - size < length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, bytes.length * 2));
    }
    System.arraycopy(more, 0, bytes, size, length);
    size += length;
  }

  void sync() {
    synced = size;
  }

  void truncate(int to) {
    size = Math.min(size, to);
    synced = Math.min(synced, size);
  }

  /// Copies up to `length` bytes from `position` on; -1 at the end.
  int read(long position, byte[] into, int offset, int length) {
    int count = (int) Math.min(length, size - position);
    if (count <= 0) {
      return -1;
    }
    System.arraycopy(bytes, (int) position, into, offset, count);
    return count;
  }
}
