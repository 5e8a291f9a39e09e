package io.skein.engine.cluster.bus;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of bytes into frames.
///
/// Memory grows with what has arrived, never with what a header claims, and a frame over the limit
/// ends the stream.
public final class BusFrames {
  private static final byte[] NOTHING = {};

  private byte[] buffer = NOTHING;
  private int from;
  private int to;
  private int limit;

  /// @param limit the length of the longest frame accepted
  public BusFrames(int limit) {
    this.limit = limit;
  }

  /// Accepts frames of up to `newLimit` bytes from now on.
  public void limit(int newLimit) {
    limit = newLimit;
  }

  /// Takes the next piece of the stream; the array belongs to this object from now on.
  public void add(byte[] bytes) {
    if (from == to) {
      buffer = bytes;
      from = 0;
      to = bytes.length;
      return;
    }
    int kept = to - from;
    int needed = Math.addExact(kept, bytes.length);
    if (needed <= buffer.length) {
      System.arraycopy(buffer, from, buffer, 0, kept);
    } else {
      long doubled = Math.min(2L * needed, Integer.MAX_VALUE - 8L);
      byte[] larger = new byte[(int) Math.max(needed, doubled)];
      System.arraycopy(buffer, from, larger, 0, kept);
      buffer = larger;
    }
    System.arraycopy(bytes, 0, buffer, kept, bytes.length);
    from = 0;
    to = needed;
  }

  /// The next whole frame, or null when more bytes are needed.
  ///
  /// @throws BusFormatException when what follows is no frame, or too long a one: the stream cannot
  ///   be read any further
  public byte @Nullable [] next() {
    if (to - from < Wire.TOTAL_LENGTH + 4) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(buffer);
    long length = Integer.toUnsignedLong(in.getInt(from + Wire.TOTAL_LENGTH));
    if (in.getInt(from) != Wire.SIGNATURE || length < Wire.HEADER) {
      throw new BusFormatException("bad message length or signature");
    }
    if (length > limit) {
      throw new BusFormatException("message of " + length + " bytes is over the limit of " + limit);
    }
    if (to - from < length) {
      return null;
    }
    // Mostly what arrives together is just one frame.
    byte[] frame =
        from == 0 && length == buffer.length
            ? buffer
            : Arrays.copyOfRange(buffer, from, from + (int) length);
    from += (int) length;
    if (from == to) {
      buffer = NOTHING;
      from = 0;
      to = 0;
    }
    return frame;
  }
}
