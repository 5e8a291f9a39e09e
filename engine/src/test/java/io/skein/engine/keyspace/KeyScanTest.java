package io.skein.engine.keyspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Slot;
import io.skein.engine.structure.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyScanTest {
  private static void set(Keyspace keyspace, String key, long expiryMs) {
    byte[] bytes = key.getBytes(StandardCharsets.US_ASCII);
    keyspace.database(0).setString(keyspace.key(bytes), bytes, 0, bytes.length, expiryMs);
  }

  private static void remove(Keyspace keyspace, String key) {
    keyspace.database(0).remove(keyspace.key(key.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String text(long entry) {
    return new String(Entry.key(entry), StandardCharsets.US_ASCII);
  }

  @Test
  void showsEveryKeyOfAClusterWithCursorsThatADoubleHolds() {
    try (Keyspace keyspace = new Keyspace(1, true, 5)) {
      Set<String> all = new TreeSet<>();
      for (int i = 0; i < 5000; i++) {
        String key = i % 3 == 0 ? "{tag}" + i : "key" + i;
        set(keyspace, key, Entry.NO_EXPIRY);
        all.add(key);
      }
      KeyScan scan = new KeyScan(keyspace);
      for (int count : new int[] {1, 7, 100, 10_000}) {
        Set<String> seen = new TreeSet<>();
        long cursor = 0;
        int calls = 0;
        do {
          cursor =
              scan.scan(
                  keyspace.database(0), cursor, count, KeyScan.ANY_SLOT, e -> seen.add(text(e)));
          assertTrue(cursor >= 0 && cursor < 1L << 53, "cursor " + cursor);
          assertTrue(++calls <= 6000, "the walk ends");
        } while (cursor != 0);
        assertEquals(all, seen);
      }
    }
  }

  @Test
  void keepsToOneSlot() {
    try (Keyspace keyspace = new Keyspace(1, true, 5)) {
      for (int i = 0; i < 300; i++) {
        set(keyspace, "{tag}" + i, Entry.NO_EXPIRY);
        set(keyspace, "key" + i, Entry.NO_EXPIRY);
      }
      int slot = Slot.of("tag".getBytes(StandardCharsets.US_ASCII));
      KeyScan scan = new KeyScan(keyspace);
      Set<String> seen = new TreeSet<>();
      long cursor = 0;
      do {
        cursor = scan.scan(keyspace.database(0), cursor, 10, slot, e -> seen.add(text(e)));
      } while (cursor != 0);
      assertEquals(300, seen.size());
      assertTrue(seen.stream().allMatch(k -> k.startsWith("{tag}")));
    }
  }

  @Test
  void showsWhatStaysWhileEverythingElseComesAndGoes() {
    for (boolean clustered : new boolean[] {false, true}) {
      try (Keyspace keyspace = new Keyspace(1, clustered, 9)) {
        SplittableRandom random = new SplittableRandom(3);
        Set<String> stay = new TreeSet<>();
        for (int i = 0; i < 1000; i++) {
          set(keyspace, "stay" + i, Entry.NO_EXPIRY);
          stay.add("stay" + i);
        }
        KeyScan scan = new KeyScan(keyspace);
        Set<String> seen = new TreeSet<>();
        long cursor = 0;
        do {
          cursor =
              scan.scan(keyspace.database(0), cursor, 5, KeyScan.ANY_SLOT, e -> seen.add(text(e)));
          boolean grow = random.nextInt(100) < 50;
          for (int i = 0; i < 100; i++) {
            String key = "other" + random.nextInt(20_000);
            if (grow) {
              set(keyspace, key, Entry.NO_EXPIRY);
            } else {
              remove(keyspace, key);
            }
          }
        } while (cursor != 0);
        assertTrue(seen.containsAll(stay));
      }
    }
  }

  @Test
  void neverFailsOnACursorThatNobodyGave() {
    SplittableRandom random = new SplittableRandom(11);
    for (boolean clustered : new boolean[] {false, true}) {
      try (Keyspace keyspace = new Keyspace(1, clustered, 9)) {
        for (int i = 0; i < 500; i++) {
          set(keyspace, "key" + i, Entry.NO_EXPIRY);
        }
        KeyScan scan = new KeyScan(keyspace);
        for (int i = 0; i < 2000; i++) {
          int slot = random.nextInt(4) == 0 ? random.nextInt(Slot.SLOT_COUNT) : KeyScan.ANY_SLOT;
          long next = scan.scan(keyspace.database(0), random.nextLong(), 10, slot, e -> text(e));
          assertTrue(next >= 0);
        }
      }
    }
  }

  @Test
  void hidesButKeepsWhatHasExpiredOnAReplica() {
    try (Keyspace keyspace = new Keyspace(1, false, 9)) {
      keyspace.nowMs(1000);
      for (int i = 0; i < 200; i++) {
        set(keyspace, "gone" + i, 1500);
      }
      keyspace.nowMs(2000);
      keyspace.expiryRule(Keyspace.ExpiryRule.HIDE);
      KeyScan scan = new KeyScan(keyspace);
      Set<String> seen = new TreeSet<>();
      scan.all(keyspace.database(0), KeyScan.ANY_SLOT, e -> seen.add(text(e)));
      assertEquals(Set.of(), seen);
      assertNull(scan.random(keyspace.database(0), 12345));
      assertEquals(200, keyspace.database(0).size());
      set(keyspace, "here", Entry.NO_EXPIRY);
      assertEquals(
          "here", new String(scan.random(keyspace.database(0), 1), StandardCharsets.US_ASCII));
      keyspace.expiryRule(Keyspace.ExpiryRule.DELETE);
      scan.all(keyspace.database(0), KeyScan.ANY_SLOT, e -> seen.add(text(e)));
      assertEquals(Set.of("here"), seen);
      assertEquals(201, keyspace.database(0).size());
      seen.clear();
      scan.scan(keyspace.database(0), 0, 1000, KeyScan.ANY_SLOT, e -> seen.add(text(e)));
      assertEquals(Set.of("here"), seen);
      assertEquals(1, keyspace.database(0).size());
    }
  }
}
