package io.skein.server.rebalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static Primary node(String id, int first, int last) {
    BitSet slots = new BitSet();
    slots.set(first, last + 1);
    return new Primary(id, "h", 1, slots, false);
  }

  private static Primary empty(String id) {
    return new Primary(id, "h", 1, new BitSet(), false);
  }

  @Test
  void givesAnEmptyNodeItsShareInWholeRanges() {
    Plan plan =
        Plan.of(
            List.of(node("a", 0, 8191), node("b", 8192, 16383), empty("c"), empty("d")),
            Map.of(),
            2);
    assertEquals(Map.of("a", 4096, "b", 4096, "c", 4096, "d", 4096), plan.wanted());
    assertEquals(2, plan.moves().size());
    assertEquals(List.of("4096", "8191"), plan.moves().getFirst().ranges());
  }

  @Test
  void movesNothingWithinTheThreshold() {
    List<Primary> nodes = List.of(node("a", 0, 8270), node("b", 8271, 16383));
    assertTrue(Plan.of(nodes, Map.of(), 2).moves().isEmpty());
    assertEquals(79, Plan.of(nodes, Map.of(), 0.5).moves().getFirst().slots().cardinality());
  }

  @Test
  void emptiesANodeOfWeightZero() {
    Plan plan = Plan.of(List.of(node("a", 0, 8191), node("b", 8192, 16383)), Map.of("b", 0.0), 2);
    assertEquals(8192, plan.moves().getFirst().slots().cardinality());
    assertEquals("a", plan.moves().getFirst().to().id());
  }

  @Test
  void whateverTheClusterEveryoneGetsTheirShareAndNoSlotMovesTwice() {
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(9);
      List<BitSet> slots = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        slots.add(new BitSet());
      }
      for (int slot = 0; slot < 16384; slot++) {
        slots.get(random.nextInt(1 + random.nextInt(count))).set(slot);
      }
      List<Primary> nodes = new ArrayList<>();
      Map<String, Double> weights = new LinkedHashMap<>();
      for (int i = 0; i < count; i++) {
        nodes.add(new Primary("n" + i, "h", 1, slots.get(i), false));
        weights.put("n" + i, i == 0 ? 1.0 : random.nextInt(4));
      }
      Plan plan = Plan.of(nodes, weights, 0);
      for (Plan.Move move : plan.moves()) {
        BitSet from = slots.get(nodes.indexOf(move.from()));
        for (int slot = move.slots().nextSetBit(0); slot >= 0; ) {
          assertTrue(from.get(slot), "seed " + seed);
          from.clear(slot);
          slots.get(nodes.indexOf(move.to())).set(slot);
          slot = move.slots().nextSetBit(slot + 1);
        }
      }
      for (int i = 0; i < count && !plan.moves().isEmpty(); i++) {
        assertEquals(plan.wanted().get("n" + i), slots.get(i).cardinality(), "seed " + seed);
      }
    }
  }

  @Test
  void readsWhatNodesSay() {
    String text =
        "a".repeat(40)
            + " 10.0.0.1:7000@17000,host myself,master - 0 0 1 connected 0-100 200 [5->-x]\n"
            + "b".repeat(40)
            + " :7001@17001 slave x 0 0 1 connected\n"
            + "c".repeat(40)
            + " :7002@17002 master - 0 0 1 connected\n";
    List<Primary> all = NodesText.primaries(text, "h");
    assertEquals(2, all.size());
    assertEquals("{0", all.getFirst().slots().toString().substring(0, 2));
    assertEquals(102, all.getFirst().slots().cardinality());
    assertTrue(all.getFirst().hasOpenSlots());
    assertEquals("h", all.get(1).host());
    assertThrows(IllegalArgumentException.class, () -> NodesText.primaries("hello", "h"));
  }

  @Test
  void anyTextGivesNodesOrAnError() {
    String letters = "abmaster,- :@[]0123456789\n";
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder("a b:1@2 master - 0 0 0 connected ");
      for (int i = random.nextInt(60); i > 0; i--) {
        text.insert(
            random.nextInt(text.length()), letters.charAt(random.nextInt(letters.length())));
      }
      try {
        for (Primary one : NodesText.primaries(text.toString(), "h")) {
          assertTrue(one.slots().length() <= 16384);
        }
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage() != null);
      }
    }
  }
}
