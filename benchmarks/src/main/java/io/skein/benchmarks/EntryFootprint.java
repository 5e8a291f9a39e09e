package io.skein.benchmarks;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.HashTable;
import io.skein.engine.structure.SlabArena;

/// Prints the native bytes per entry of 16-byte keys and values while a table grows, and the
/// slowest insertion.
public final class EntryFootprint {
  private EntryFootprint() {}

  /// Takes the number of entries, by default five million.
  public static void main(String[] args) {
    int entries = args.length > 0 ? Integer.parseInt(args[0]) : 5_000_000;
    // The first run only warms the compiler up.
    measure(500_000, Entry.NO_EXPIRY, false);
    measure(entries, Entry.NO_EXPIRY, true);
    measure(entries, 1_900_000_000_000L, true);
  }

  private static void measure(int entries, long expiryMs, boolean print) {
    try (SlabArena arena = new SlabArena()) {
      KeyHash hash = new KeyHash(7);
      HashTable table = new HashTable(arena, hash);
      byte[] key = new byte[16];
      byte[] value = new byte[16];
      double sum = 0;
      int samples = 0;
      long slowestNs = 0;
      int over100us = 0;
      long begin = System.nanoTime();
      for (int i = 0; i < entries; i++) {
        Memory.putLong(key, 8, i);
        long start = System.nanoTime();
        long ref = arena.allocate(Entry.size(key.length, value.length, expiryMs));
        Entry.write(
            arena.address(ref),
            EntryKind.STRING_EMBSTR,
            0,
            expiryMs,
            key,
            0,
            key.length,
            value,
            0,
            value.length);
        table.insert(hash.of(key, 0, key.length), ref);
        long tookNs = System.nanoTime() - start;
        slowestNs = Math.max(slowestNs, tookNs);
        over100us += tookNs > 100_000 ? 1 : 0;
        if (i >= entries / 10 && i % 10_000 == 0) {
          sum += (double) arena.usedBytes() / table.size();
          samples++;
        }
      }
      long tookMs = (System.nanoTime() - begin) / 1_000_000;
      if (print) {
        System.out.printf(
            "%s expiry: %d entries in %d ms; bytes per entry: used %.1f now, %.1f on average,"
                + " index %.1f, reserved %.1f; slowest insertion %d us, %d over 100 us%n",
            expiryMs == Entry.NO_EXPIRY ? "without" : "with",
            entries,
            tookMs,
            (double) arena.usedBytes() / entries,
            sum / samples,
            (double) table.nativeBytes() / entries,
            (double) arena.reservedBytes() / entries,
            slowestNs / 1000,
            over100us);
      }
    }
  }
}
