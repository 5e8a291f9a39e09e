package io.skein.engine.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Memory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankedTreeTest {
  /// A tree of thirteen-byte records, a long and five bytes that repeat its lowest, beside a sorted
  /// list that says what it must hold.
  private static final class Model implements AutoCloseable {
    static final int BYTES = 13;

    final SlabArena arena = new SlabArena(true);
    final RankedTree tree = new RankedTree(arena, BYTES);
    final List<Long> expected = new ArrayList<>();

    static RankedTree.Probe probe(long value) {
      return address -> Long.compare(value, Memory.getLong(address));
    }

    static void write(long address, long value) {
      Memory.putLong(address, value);
      Memory.fill(address + 8, 5, (byte) value);
    }

    static long read(long address) {
      long value = Memory.getLong(address);
      for (int i = 8; i < BYTES; i++) {
        assertEquals((byte) value, Memory.getByte(address + i));
      }
      return value;
    }

    void insert(long value) {
      int at = Collections.binarySearch(expected, value);
      assertEquals(at < 0 ? -1 : at, tree.rank(probe(value)));
      if (at < 0) {
        expected.add(-1 - at, value);
        write(tree.insert(probe(value)), value);
      }
    }

    void remove(long value) {
      int at = Collections.binarySearch(expected, value);
      assertEquals(at >= 0, tree.remove(probe(value)));
      if (at >= 0) {
        expected.remove(at);
      }
    }

    void removeRange(int from, int to) {
      List<Long> removed = new ArrayList<>();
      tree.removeRange(from, to, address -> removed.add(read(address)));
      List<Long> range = expected.subList(from, to);
      assertEquals(range, removed);
      range.clear();
    }

    void check() {
      tree.check();
      assertEquals(expected.size(), tree.size());
      RankedCursor cursor = tree.cursor();
      List<Long> forwards = new ArrayList<>();
      for (long at = cursor.next(); at != 0; at = cursor.next()) {
        assertEquals(forwards.size(), cursor.rank());
        forwards.add(read(at));
      }
      assertEquals(expected, forwards);
      assertEquals(expected.size(), cursor.rank());
      List<Long> backwards = new ArrayList<>();
      for (long at = cursor.previous(); at != 0; at = cursor.previous()) {
        assertEquals(expected.size() - 1 - backwards.size(), cursor.rank());
        backwards.add(read(at));
      }
      assertEquals(expected.reversed(), backwards);
      assertEquals(-1, cursor.rank());
    }

    void checkPlaces(SplittableRandom random, long bound) {
      for (int i = 0; i < 20; i++) {
        long value = random.nextLong(bound);
        int at = Collections.binarySearch(expected, value);
        assertEquals(at < 0 ? -1 - at : at, tree.lowerBound(probe(value)));
        assertEquals(at >= 0, tree.find(probe(value)) != 0);
        int rank = random.nextInt(expected.size() + 2) - 1;
        long found = tree.at(rank);
        assertEquals(rank >= 0 && rank < expected.size(), found != 0);
        if (found != 0) {
          assertEquals(expected.get(rank), read(found));
        }
      }
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithASortedListUnderAnySequenceOfChanges(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (Model model = new Model()) {
      long bound = 20_000;
      for (int phase = 0; phase < 12; phase++) {
        int inserts = random.nextInt(1, 10);
        for (int i = 0; i < 2000; i++) {
          if (random.nextInt(10) < inserts) {
            model.insert(random.nextLong(bound));
          } else {
            model.remove(random.nextLong(bound));
          }
        }
        if (random.nextBoolean()) {
          int from = random.nextInt(model.expected.size() + 1);
          model.removeRange(from, from + random.nextInt(model.expected.size() - from + 1));
        }
        model.check();
        model.checkPlaces(random, bound);
      }
      model.removeRange(0, model.expected.size());
      model.check();
      assertEquals(0, model.tree.memoryBytes());
      assertEquals(0, model.arena.usedBytes());
    }
  }

  @Test
  void keepsItsLeavesFullWhenRecordsComeInOrder() {
    try (Model model = new Model()) {
      for (long i = 0; i < 100_000; i++) {
        Model.write(model.tree.append(), i);
        model.expected.add(i);
      }
      model.check();
      assertTrue(model.tree.memoryBytes() <= 100_064L * Model.BYTES);
    }
  }

  @Test
  void takesRecordsInFallingOrder() {
    try (Model model = new Model()) {
      for (long i = 30_000; i > 0; i--) {
        Model.write(model.tree.insert(Model.probe(i)), i);
      }
      for (long i = 1; i <= 30_000; i++) {
        model.expected.add(i);
      }
      model.check();
      assertTrue(model.tree.memoryBytes() <= 30_064L * Model.BYTES);
    }
  }

  @Test
  void takesFromEitherEndUntilNothingIsLeft() {
    try (Model model = new Model()) {
      for (long i = 0; i < 20_000; i++) {
        model.insert(i);
      }
      SplittableRandom random = new SplittableRandom(7);
      while (!model.expected.isEmpty()) {
        boolean first = random.nextBoolean();
        model.remove(first ? model.expected.getFirst() : model.expected.getLast());
        if (model.expected.size() % 2500 == 0) {
          model.check();
        }
      }
      assertEquals(0, model.arena.usedBytes());
      assertEquals(0, model.tree.at(0));
    }
  }

  @Test
  void findsTheFirstOfSeveralThatAProbeDoesNotTellApart() {
    try (Model model = new Model()) {
      for (long i = 0; i < 5000; i++) {
        model.insert(i);
      }
      for (int hundred = 0; hundred < 50; hundred++) {
        int sought = hundred;
        assertEquals(
            hundred * 100,
            model.tree.lowerBound(address -> Long.compare(sought, Memory.getLong(address) / 100)));
      }
    }
  }

  @Test
  void growsWithItsFirstRecords() {
    try (Model model = new Model()) {
      model.insert(5);
      assertTrue(model.tree.memoryBytes() <= 4 * Model.BYTES);
      for (long i = 0; i < 64; i++) {
        model.insert(i);
      }
      assertTrue(model.tree.memoryBytes() <= 64 * Model.BYTES);
      for (long i = 3; i < 64; i++) {
        model.remove(i);
      }
      assertTrue(model.tree.memoryBytes() <= 8 * Model.BYTES);
      model.check();
    }
  }

  @Test
  void walksFromAnyRankBothWays() {
    try (Model model = new Model()) {
      SplittableRandom random = new SplittableRandom(3);
      for (int i = 0; i < 9000; i++) {
        model.insert(random.nextLong(1_000_000));
      }
      RankedCursor cursor = model.tree.cursor();
      for (int i = 0; i < 500; i++) {
        int rank = random.nextInt(model.expected.size());
        assertNotEquals(0, cursor.toRank(rank));
        for (int step = 0; step < 150; step++) {
          rank += i % 2 == 0 ? 1 : -1;
          long at = i % 2 == 0 ? cursor.next() : cursor.previous();
          if (rank < 0 || rank >= model.expected.size()) {
            assertEquals(0, at);
            break;
          }
          assertEquals(rank, cursor.rank());
          assertEquals(model.expected.get(rank), Model.read(at));
        }
      }
    }
  }

  @Test
  void givesItsMemoryBackInSteps() {
    try (Model model = new Model()) {
      for (long i = 0; i < 50_000; i++) {
        model.insert(i);
      }
      int steps = 0;
      while (!model.tree.free(10)) {
        steps++;
      }
      assertTrue(steps >= 70, "took " + steps + " steps");
      assertEquals(0, model.arena.usedBytes());
      assertEquals(0, model.tree.size());
      assertFalse(model.tree.remove(Model.probe(1)));
      model.expected.clear();
      model.insert(1);
      model.check();
    }
  }
}
