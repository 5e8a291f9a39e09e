package io.skein.server.rebalance;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which slots go where so that each primary has its share.
///
/// @param moves in the order of their sources
record Plan(List<Move> moves, Map<String, Integer> wanted) {
  /// Slots that go from one primary to another.
  record Move(Primary from, Primary to, BitSet slots) {
    /// First and last slot of each range.
    List<String> ranges() {
      List<String> words = new ArrayList<>();
      for (int first = slots.nextSetBit(0); first >= 0; ) {
        int end = slots.nextClearBit(first);
        words.add(Integer.toString(first));
        words.add(Integer.toString(end - 1));
        first = slots.nextSetBit(end);
      }
      return words;
    }
  }

  private static final class Balance {
    private final Primary node;
    private final BitSet left;
    private int over;

    Balance(Primary node, int wanted) {
      this.node = node;
      this.left = (BitSet) node.slots().clone();
      this.over = node.slots().cardinality() - wanted;
    }
  }

  /// Gives each of `nodes` its share by weight, with as few slots moved as can be.
  ///
  /// @param weights by id; not all zero
  /// @param thresholdPercent nothing is moved while no node is off its share by more
  static Plan of(List<Primary> nodes, Map<String, Double> weights, double thresholdPercent) {
    Map<String, Integer> wanted = shares(nodes, weights);
    List<Balance> balances = new ArrayList<>();
    boolean needed = false;
    for (Primary node : nodes) {
      int share = wanted.getOrDefault(node.id(), 0);
      Balance balance = new Balance(node, share);
      balances.add(balance);
      double off = share == 0 ? 100 : Math.abs(balance.over) * 100.0 / share;
      needed |= balance.over != 0 && Math.abs(balance.over) > 1 && off > thresholdPercent;
    }
    List<Move> moves = new ArrayList<>();
    if (needed) {
      balances.sort(Comparator.comparingInt(b -> -b.over));
      for (Balance giver : balances) {
        for (int i = balances.size() - 1; i >= 0 && giver.over > 0; i--) {
          Balance taker = balances.get(i);
          int count = Math.min(giver.over, -taker.over);
          if (count > 0) {
            moves.add(new Move(giver.node, taker.node, take(giver, count)));
            giver.over -= count;
            taker.over += count;
          }
        }
      }
    }
    return new Plan(moves, wanted);
  }

  /// How many slots each node should have: the parts by weight, and what rounding leaves to those
  /// that have the most slots now.
  private static Map<String, Integer> shares(List<Primary> nodes, Map<String, Double> weights) {
    int all = nodes.stream().mapToInt(node -> node.slots().cardinality()).sum();
    double total = nodes.stream().mapToDouble(node -> weights.getOrDefault(node.id(), 1.0)).sum();
    Map<String, Integer> wanted = new LinkedHashMap<>();
    int given = 0;
    for (Primary node : nodes) {
      int share = (int) Math.floor(all * weights.getOrDefault(node.id(), 1.0) / total);
      wanted.put(node.id(), share);
      given += share;
    }
    List<Primary> byNeed = new ArrayList<>(nodes);
    byNeed.removeIf(node -> weights.getOrDefault(node.id(), 1.0) == 0);
    byNeed.sort(
        Comparator.comparingInt(
            node -> wanted.getOrDefault(node.id(), 0) - node.slots().cardinality()));
    for (int i = 0; given < all; i = (i + 1) % byNeed.size()) {
      wanted.merge(byNeed.get(i).id(), 1, Integer::sum);
      given++;
    }
    return wanted;
  }

  /// The last slots that a node has, so that ranges stay whole.
  private static BitSet take(Balance from, int count) {
    BitSet taken = new BitSet();
    for (int i = 0; i < count; i++) {
      int last = from.left.length() - 1;
      from.left.clear(last);
      taken.set(last);
    }
    return taken;
  }
}
