package io.skein.benchmarks;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.HashTable;
import io.skein.engine.structure.SlabArena;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Random access to a table of entries with 16-byte keys and 16-byte values, one at a time and in
/// batches.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx512m"})
public class HashTableBenchmark {
  private static final int BATCH = 32;
  private static final int KEY_BYTES = 16;

  @Param({"5000000"})
  public int entries;

  private final KeyHash hash = new KeyHash(42);
  private final SplittableRandom random = new SplittableRandom(1);
  private final byte[] keys = new byte[BATCH * KEY_BYTES];
  private final long[] hashes = new long[BATCH];
  private final long[] addresses = new long[BATCH];
  private final byte[] value = new byte[16];
  private SlabArena arena = new SlabArena();
  private HashTable table = new HashTable(arena, hash);
  private long fresh;

  /// Fills the table.
  @Setup
  public void fill() {
    for (int i = 0; i < entries; i++) {
      writeKey(0, i);
      insert(0);
    }
    fresh = entries;
  }

  /// Frees the table.
  @TearDown
  public void close() {
    arena.close();
    arena = new SlabArena();
    table = new HashTable(arena, hash);
  }

  /// Sixteen bytes like `key:000000001234`.
  private void writeKey(int index, long n) {
    Memory.putLong(keys, index * KEY_BYTES, 0x30303030_3a79656bL);
    long rest = n;
    for (int i = KEY_BYTES - 1; i >= 4; i--) {
      keys[index * KEY_BYTES + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  private void insert(int index) {
    int offset = index * KEY_BYTES;
    long ref = arena.allocate(Entry.size(KEY_BYTES, value.length, Entry.NO_EXPIRY));
    Entry.write(
        arena.address(ref),
        EntryKind.STRING_EMBSTR,
        0,
        Entry.NO_EXPIRY,
        keys,
        offset,
        KEY_BYTES,
        value,
        0,
        value.length);
    table.insert(hash.of(keys, offset, KEY_BYTES), ref);
  }

  /// One lookup that must end before the next begins.
  @Benchmark
  public long findOne() {
    writeKey(0, random.nextInt(entries));
    long h = hash.of(keys, 0, KEY_BYTES);
    long ref = table.find(keys, 0, KEY_BYTES, h);
    return Memory.getLong(Entry.valueAddress(arena.address(ref)));
  }

  /// Lookups one after another.
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long findManyPlain() {
    long sum = drawKeys();
    for (int i = 0; i < BATCH; i++) {
      sum += read(i);
    }
    return sum;
  }

  /// Lookups after the buckets and the entries of all of them were touched.
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long findManyTouched() {
    long sum = drawKeys();
    for (int i = 0; i < BATCH; i++) {
      addresses[i] = table.bucketAddress(hashes[i]);
    }
    sum += Memory.touch(addresses, BATCH);
    for (int i = 0; i < BATCH; i++) {
      addresses[i] = table.probableEntry(hashes[i]);
    }
    sum += Memory.touch(addresses, BATCH);
    for (int i = 0; i < BATCH; i++) {
      sum += read(i);
    }
    return sum;
  }

  private long drawKeys() {
    for (int i = 0; i < BATCH; i++) {
      writeKey(i, random.nextInt(entries));
      hashes[i] = hash.of(keys, i * KEY_BYTES, KEY_BYTES);
    }
    return 0;
  }

  private long read(int i) {
    long ref = table.find(keys, i * KEY_BYTES, KEY_BYTES, hashes[i]);
    return Memory.getLong(Entry.valueAddress(arena.address(ref)));
  }

  /// A lookup of an absent key.
  @Benchmark
  public long findAbsent() {
    writeKey(0, entries + 1_000_000_000L + random.nextInt(entries));
    return table.find(keys, 0, KEY_BYTES, hash.of(keys, 0, KEY_BYTES));
  }

  /// One entry comes and a random one goes, so that the size stays.
  @Benchmark
  public void insertAndRemove() {
    writeKey(0, fresh);
    insert(0);
    writeKey(0, fresh - entries);
    long h = hash.of(keys, 0, KEY_BYTES);
    long ref = table.find(keys, 0, KEY_BYTES, h);
    table.remove(h, ref);
    arena.free(ref);
    fresh++;
  }
}
