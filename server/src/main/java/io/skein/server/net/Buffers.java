package io.skein.server.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/// The allocator of all buffers between the engine and the kernel.
///
/// One arena of small chunks: the loops are few, and an idle server must be small. Threads that are
/// not event loops have no caches.
final class Buffers {
  private static final int PAGE_BYTES = 8192;

  /// Chunks of `PAGE_BYTES << ORDER` = 256 KiB.
  private static final int ORDER = 5;

  static final ByteBufAllocator ALLOCATOR =
      new PooledByteBufAllocator(true, 1, 1, PAGE_BYTES, ORDER, 128, 64, false);

  private Buffers() {}
}
