package io.skein.engine.value;

import io.skein.engine.bytes.Memory;

/// The record of a pending entry in its group's list: who it was delivered to, when and how often.
///
/// ```
/// 0    ms, seq of the entry
/// 16   time of the last delivery in Unix ms
/// 24   number of deliveries
/// 32   number of the consumer in the group, 32 bits
/// ```
///
/// All methods are static and take the address of the record.
public final class Pending {
  static final int BYTES = 36;

  private Pending() {}

  static void write(long p, long ms, long seq, long deliveredMs, long deliveries, int consumer) {
    Memory.putLong(p, ms);
    Memory.putLong(p + 8, seq);
    Memory.putLong(p + 16, deliveredMs);
    Memory.putLong(p + 24, deliveries);
    Memory.putInt(p + 32, consumer);
  }

  public static long ms(long p) {
    return Memory.getLong(p);
  }

  public static long seq(long p) {
    return Memory.getLong(p + 8);
  }

  public static long deliveredMs(long p) {
    return Memory.getLong(p + 16);
  }

  public static long deliveries(long p) {
    return Memory.getLong(p + 24);
  }

  static int consumer(long p) {
    return Memory.getInt(p + 32);
  }

  /// Records another delivery.
  public static void delivered(long p, long atMs, long deliveries) {
    Memory.putLong(p + 16, atMs);
    Memory.putLong(p + 24, deliveries);
  }

  static void consumer(long p, int number) {
    Memory.putInt(p + 32, number);
  }
}
