package io.skein.engine.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.KeyHash;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashTableTest {
  private static final long EXPIRY = 1_900_000_000_000L;

  /// A table beside a map that says what it must hold.
  private static final class Model implements AutoCloseable {
    final SlabArena arena = new SlabArena(true);
    final HashTable table;
    final Map<Bytes, Long> expected = new HashMap<>();

    Model(long seed) {
      table = new HashTable(arena, new KeyHash(seed));
    }

    static byte[] key(long n) {
      return ("key:" + n).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    long hash(byte[] key) {
      return table.hash(key, 0, key.length);
    }

    long newEntry(byte[] key, long expiry, int valueLength) {
      long ref = arena.allocate(Entry.size(key.length, valueLength, expiry));
      byte[] value = new byte[valueLength];
      Entry.write(
          arena.address(ref),
          EntryKind.STRING_RAW,
          0,
          expiry,
          key,
          0,
          key.length,
          value,
          0,
          valueLength);
      return ref;
    }

    boolean put(byte[] key, long expiry) {
      long hash = hash(key);
      long old = table.find(key, 0, key.length, hash);
      assertEquals(expected.getOrDefault(Bytes.of(key), 0L), old);
      long ref = newEntry(key, expiry, 5);
      if (old == 0) {
        table.insert(hash, ref);
      } else {
        table.replace(hash, old, ref);
        arena.free(old);
      }
      expected.put(Bytes.of(key), ref);
      return old == 0;
    }

    boolean remove(byte[] key) {
      long hash = hash(key);
      long ref = table.find(key, 0, key.length, hash);
      assertEquals(expected.getOrDefault(Bytes.of(key), 0L), ref);
      if (ref == 0) {
        return false;
      }
      table.remove(hash, ref);
      arena.free(ref);
      expected.remove(Bytes.of(key));
      return true;
    }

    void changeExpiry(byte[] key, long expiry) {
      Long ref = expected.get(Bytes.of(key));
      if (ref != null && Entry.putExpiry(arena.address(ref), arena.usable(ref), expiry)) {
        table.expiryChanged(hash(key), ref);
      }
    }

    Set<Bytes> scanAll() {
      Set<Bytes> seen = new HashSet<>();
      long cursor = 0;
      do {
        cursor = table.scan(cursor, ref -> assertTrue(seen.add(keyOf(ref))));
        assertTrue(cursor >= 0 && cursor < HashTable.POSITIONS);
      } while (cursor != 0);
      return seen;
    }

    Bytes keyOf(long ref) {
      return Bytes.wrap(Entry.key(arena.address(ref)));
    }

    void check() {
      assertEquals(expected.size(), table.size());
      assertEquals(expected.keySet(), scanAll());
      Set<Bytes> expiring = new HashSet<>();
      for (Map.Entry<Bytes, Long> e : expected.entrySet()) {
        byte[] key = e.getKey().toByteArray();
        assertEquals(e.getValue(), table.find(key, 0, key.length, hash(key)));
        long entry = arena.address(e.getValue());
        assertEquals(e.getValue(), table.find(Entry.keyAddress(entry), key.length, hash(key)));
        if (Entry.hasExpiry(arena.address(e.getValue()))) {
          expiring.add(e.getKey());
        }
      }
      assertEquals(expiring.size(), table.expiringSize());
      Set<Bytes> seen = new HashSet<>();
      long cursor = 0;
      do {
        cursor = table.scanExpiring(cursor, ref -> assertTrue(seen.add(keyOf(ref))));
      } while (cursor != 0);
      assertEquals(expiring, seen);
    }

    @Override
    public void close() {
      while (!table.clear(100, arena::free)) {
        assertTrue(table.size() > 0);
      }
      assertEquals(0, table.size());
      assertEquals(0, table.nativeBytes());
      assertEquals(0, arena.usedBytes());
      arena.close();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void behavesAsAMapWhileItGrowsAndShrinks(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Model model = new Model(random.nextLong())) {
      int universe = 1 << random.nextInt(4, 16);
      for (int phase = 0; phase < 8; phase++) {
        int removals = phase % 2 == 0 ? 2 : 8;
        for (int i = 0; i < universe; i++) {
          byte[] key = Model.key(random.nextInt(universe));
          int action = random.nextInt(10);
          if (action < removals) {
            model.remove(key);
          } else if (action == 9) {
            model.changeExpiry(key, random.nextBoolean() ? EXPIRY : Entry.NO_EXPIRY);
          } else {
            model.put(key, random.nextInt(4) == 0 ? EXPIRY : Entry.NO_EXPIRY);
          }
        }
        model.check();
      }
      for (Bytes key : List.copyOf(model.expected.keySet())) {
        assertTrue(model.remove(key.toByteArray()));
      }
      assertEquals(0, model.table.nativeBytes());
      assertEquals(0, model.arena.usedBytes());
      model.put(Model.key(1), EXPIRY);
      model.check();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void aScanVisitsEachEntryThatStaysOnceWhateverHappensBetween(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Model model = new Model(random.nextLong())) {
      int stable = 1 << random.nextInt(1, 12);
      for (int i = 0; i < stable; i++) {
        model.put(Model.key(i), Entry.NO_EXPIRY);
      }
      for (int round = 0; round < 6; round++) {
        int next = stable;
        Set<Bytes> seen = new HashSet<>();
        long cursor = 0;
        boolean grow = round % 2 == 0;
        do {
          cursor = model.table.scan(cursor, ref -> assertTrue(seen.add(model.keyOf(ref))));
          for (int i = random.nextInt(60); i > 0; i--) {
            if (grow) {
              model.put(Model.key(next++), Entry.NO_EXPIRY);
            } else {
              model.remove(Model.key(stable + random.nextInt(20_000)));
            }
          }
          // What was just added may be visited in a later round, so cap the growth.
          grow &= next < stable + 20_000;
        } while (cursor != 0);
        for (int i = 0; i < stable; i++) {
          assertTrue(seen.contains(Bytes.wrap(Model.key(i))));
        }
      }
    }
  }

  @Test
  void aCursorTellsWhatWasVisited() {
    try (Model model = new Model(14)) {
      for (int i = 0; i < 5000; i++) {
        model.put(Model.key(i), Entry.NO_EXPIRY);
      }
      Set<Bytes> seen = new HashSet<>();
      long cursor = 0;
      int next = 5000;
      do {
        cursor = model.table.scan(cursor, ref -> seen.add(model.keyOf(ref)));
        for (int i = 0; i < 4 && next < 12_000; i++) {
          byte[] key = Model.key(next++);
          model.put(key, Entry.NO_EXPIRY);
          if (cursor != 0 && HashTable.position(model.hash(key)) < cursor) {
            seen.add(Bytes.of(key));
          }
        }
        for (Bytes key : model.expected.keySet()) {
          if (cursor % 7 == 0 && cursor != 0) {
            boolean before = HashTable.position(model.hash(key.toByteArray())) < cursor;
            assertEquals(before, seen.contains(key));
          }
        }
      } while (cursor != 0);
    }
  }

  @Test
  void anyCursorIsHarmless() {
    SplittableRandom random = new SplittableRandom(15);
    try (Model model = new Model(15)) {
      for (int size : new int[] {0, 1, 7, 100, 5000}) {
        while (model.expected.size() < size) {
          model.put(Model.key(model.expected.size()), EXPIRY);
        }
        for (int i = 0; i < 3000; i++) {
          long cursor = random.nextLong() >>> random.nextInt(64);
          long low = cursor & HashTable.POSITIONS - 1;
          long next =
              model.table.scan(
                  cursor,
                  ref -> {
                    byte[] key = Entry.key(model.arena.address(ref));
                    assertTrue(HashTable.position(model.hash(key)) >= low);
                  });
          assertTrue(next == 0 || next > low);
          next = model.table.scanExpiring(cursor, ref -> assertTrue(ref != 0));
          assertTrue(next == 0 || next > low);
        }
      }
    }
  }

  @Test
  void aVisitorMayRemoveWhatItIsGiven() {
    try (Model model = new Model(16)) {
      for (int i = 0; i < 20_000; i++) {
        model.put(Model.key(i), i % 3 == 0 ? EXPIRY : Entry.NO_EXPIRY);
      }
      long cursor = 0;
      do {
        cursor =
            model.table.scanExpiring(
                cursor, ref -> assertTrue(model.remove(Entry.key(model.arena.address(ref)))));
      } while (cursor != 0);
      assertEquals(0, model.table.expiringSize());
      assertEquals(13_333, model.table.size());
      model.check();
    }
  }

  @Test
  void samplesConsecutiveEntriesWithoutRepeats() {
    SplittableRandom random = new SplittableRandom(17);
    try (Model model = new Model(17)) {
      EntrySample sample = new EntrySample(4);
      assertEquals(0, model.table.sample(5, 3, false, sample));
      assertEquals(0, sample.count());
      for (int size : new int[] {1, 3, 50, 3000}) {
        while (model.expected.size() < size) {
          int n = model.expected.size();
          model.put(Model.key(n), n % 10 == 0 ? EXPIRY : Entry.NO_EXPIRY);
        }
        for (int i = 0; i < 500; i++) {
          boolean expiring = random.nextBoolean();
          int wanted = 1 + random.nextInt(20);
          sample.clear();
          model.table.sample(random.nextLong(), wanted, expiring, sample);
          int available = expiring ? model.table.expiringSize() : size;
          assertTrue(sample.count() >= Math.min(wanted, Math.min(available, 5)));
          Set<Long> distinct = new HashSet<>();
          for (int j = 0; j < sample.count(); j++) {
            assertTrue(distinct.add(sample.ref(j)));
            assertTrue(!expiring || Entry.hasExpiry(model.arena.address(sample.ref(j))));
          }
        }
      }
    }
  }

  @Test
  void randomEntriesAreNearlyUniform() {
    SplittableRandom random = new SplittableRandom(18);
    try (Model model = new Model(18)) {
      assertEquals(0, model.table.randomEntry(1));
      for (int i = 0; i < 300; i++) {
        model.put(Model.key(i), Entry.NO_EXPIRY);
      }
      Map<Long, Integer> drawn = new TreeMap<>();
      for (int i = 0; i < 300_000; i++) {
        drawn.merge(model.table.randomEntry(random.nextLong()), 1, Integer::sum);
      }
      assertEquals(300, drawn.size());
      for (int times : drawn.values()) {
        assertTrue(times > 500 && times < 2000, "drawn " + times + " times");
      }
    }
  }

  @Test
  void manyTinyTablesShareAnArena() {
    SplittableRandom random = new SplittableRandom(19);
    KeyHash hash = new KeyHash(19);
    try (SlabArena arena = new SlabArena(true)) {
      HashTable[] tables = new HashTable[4096];
      for (int i = 0; i < tables.length; i++) {
        tables[i] = new HashTable(arena, hash);
      }
      assertEquals(0, arena.usedBytes());
      for (int i = 0; i < 30_000; i++) {
        byte[] key = Model.key(i);
        long ref = arena.allocate(Entry.size(key.length, 0, Entry.NO_EXPIRY));
        Entry.write(
            arena.address(ref), EntryKind.MEMBER, 0, Entry.NO_EXPIRY, key, 0, key.length, 0);
        HashTable table = tables[random.nextInt(tables.length)];
        table.insert(table.hash(key, 0, key.length), ref);
      }
      long total = 0;
      for (HashTable table : tables) {
        total += table.size();
        assertTrue(table.clear(Integer.MAX_VALUE, arena::free));
      }
      assertEquals(30_000, total);
      assertEquals(0, arena.usedBytes());
    }
  }

  @Test
  void clearingGoesInBoundedSteps() {
    try (Model model = new Model(20)) {
      for (int i = 0; i < 50_000; i++) {
        model.put(Model.key(i), Entry.NO_EXPIRY);
      }
      int size = model.table.size();
      int steps = 0;
      boolean done = false;
      while (!done) {
        done = model.table.clear(500, model.arena::free);
        int taken = size - model.table.size();
        assertTrue(taken <= 500 + SegmentDirectory.MAX_BUCKETS * Bucket.SLOTS);
        size = model.table.size();
        steps++;
      }
      assertTrue(steps > 20);
      assertEquals(0, model.arena.usedBytes());
      model.expected.clear();
      model.put(Model.key(3), EXPIRY);
      model.check();
    }
  }

  @Test
  void copesWithHashesThatDoNotSpread() {
    SplittableRandom random = new SplittableRandom(22);
    try (Model model = new Model(22)) {
      int next = 0;
      while (model.expected.size() < 4000) {
        byte[] key = Model.key(next++);
        if (HashTable.position(model.hash(key)) < HashTable.POSITIONS >>> 10) {
          model.put(key, random.nextBoolean() ? EXPIRY : Entry.NO_EXPIRY);
        }
      }
      model.check();
      assertTrue(model.table.nativeBytes() < 4000 * 20);
      List<Bytes> keys = List.copyOf(model.expected.keySet());
      for (int i = 0; i < keys.size(); i++) {
        assertTrue(model.remove(keys.get(i).toByteArray()));
        if (i % 500 == 0) {
          model.check();
        }
      }
      assertEquals(0, model.table.nativeBytes());
    }
  }

  @Test
  void indexStaysSmallBesideItsEntries() {
    KeyHash hash = new KeyHash(21);
    try (SlabArena arena = new SlabArena()) {
      HashTable table = new HashTable(arena, hash);
      double sum = 0;
      int samples = 0;
      for (int i = 0; i < 400_000; i++) {
        byte[] key = Model.key(i);
        long ref = arena.allocate(Entry.size(key.length, 0, Entry.NO_EXPIRY));
        Entry.write(
            arena.address(ref), EntryKind.MEMBER, 0, Entry.NO_EXPIRY, key, 0, key.length, 0);
        table.insert(table.hash(key, 0, key.length), ref);
        if (i >= 50_000 && i % 1000 == 0) {
          sum += (double) table.nativeBytes() / table.size();
          samples++;
        }
      }
      double average = sum / samples;
      assertTrue(average < 11, "index bytes per entry " + average);
      assertFalse(table.clear(1, arena::free));
      assertTrue(table.clear(Integer.MAX_VALUE, arena::free));
      assertEquals(0, arena.usedBytes());
    }
  }
}
