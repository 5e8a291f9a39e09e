package io.skein.server.net;

import io.netty.buffer.ByteBuf;

/// What a loop sends at the end of its turn, gathered in one direct buffer, where each connection
/// has at most one stretch.
///
/// Short replies, which most are, thus need no buffer of their own and no allocator.
///
/// *Threads*: its loop's.
final class Outgoing {
  private static final int CAPACITY = 64 * 1024;

  private final ByteBuf buffer = Buffers.ALLOCATOR.directBuffer(CAPACITY, CAPACITY);

  /// Where the next stretch begins.
  int end() {
    return buffer.writerIndex();
  }

  boolean hasRoom(int length) {
    return length <= buffer.writableBytes();
  }

  void append(byte[] bytes, int offset, int length) {
    buffer.writeBytes(bytes, offset, length);
  }

  /// Where the bytes lie in memory.
  long address() {
    return buffer.memoryAddress();
  }

  /// The bytes of a stretch in a buffer of their own.
  ByteBuf copy(int from, int to) {
    return Buffers.ALLOCATOR.directBuffer(to - from).writeBytes(buffer, from, to - from);
  }

  /// Everything was sent or copied.
  void clear() {
    buffer.clear();
  }

  void release() {
    buffer.release();
  }
}
