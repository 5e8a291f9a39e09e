package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;
import io.skein.engine.machine.Invariant;
import java.util.Arrays;

/// The bytes of the stream that have come and have not been carried out.
final class PendingBytes {
  private byte[] buffer = new byte[1024];
  private int start;
  private int end;

  int size() {
    return end - start;
  }

  void clear() {
    start = 0;
    end = 0;
  }

  void add(byte[] data, int offset, int length) {
    if (buffer.length - end < length) {
      int held = size();
      byte[] to = held + length > buffer.length ? new byte[(held + length) * 2] : buffer;
      System.arraycopy(buffer, start, to, 0, held);
      buffer = to;
      start = 0;
      end = held;
    }
    System.arraycopy(data, offset, buffer, end, length);
    end += length;
  }

  /// Asks for all of it to be carried out.
  ReplicaEffect.Apply apply() {
    return new ReplicaEffect.Apply(buffer, start, size());
  }

  /// Moves the first `count` bytes into the log.
  void moveTo(CommandLog log, long count) {
    Invariant.check(count >= 0 && count <= size(), "only what came can have been carried out");
    log.append(buffer, start, (int) count);
    start += (int) count;
    if (start == end) {
      clear();
      if (buffer.length > 1 << 20) {
        buffer = Arrays.copyOf(buffer, 1024);
      }
    }
  }
}
