package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.SlotSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An administrator who moves slots between primaries, as a whole and key by key.
///
/// Whoever moves key by key goes on with the nodes that have taken the place of others meanwhile; a
/// slot that cannot be finished in a while is set to stay, and what has gone already is lost.
final class SlotMover {
  private static final long STEP_US = 100_000;
  private static final int MOST_STEPS = 300;
  private static final int MOST_SLOTS = 2000;

  private final World world;
  private final SplittableRandom random;

  /// Whether a slot is being moved key by key: then none is migrated as a whole, and no second one
  /// is begun.
  private boolean moving;

  SlotMover(World world, SplittableRandom random) {
    this.world = world;
    this.random = random.split();
  }

  private @Nullable SimNode drawPrimary(@Nullable SimNode not) {
    List<SimNode> fit = new ArrayList<>();
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (node != not
          && node.isServing()
          && !node.isPaused()
          && node.plane() != null
          && view != null
          && view.myself().slots().size() > 1) {
        fit.add(node);
      }
    }
    return fit.isEmpty() ? null : fit.get(random.nextInt(fit.size()));
  }

  private static String ask(SimNode node, String... words) {
    DataPlane plane = node.plane();
    if (plane == null || node.view() == null) {
      return "";
    }
    String reply = plane.order(words);
    node.say("is told " + String.join(" ", words) + ": " + reply.strip());
    return reply;
  }

  private static SlotSet slotsOf(SimNode node) {
    ClusterView view = node.view();
    return view == null ? SlotSet.EMPTY : view.myself().slots();
  }

  /// Has a primary give some of its slots to another, as a whole; it keeps one.
  void migrate() {
    SimNode from = drawPrimary(null);
    SimNode to = from == null ? null : drawPrimary(from);
    if (from == null || to == null || moving) {
      return;
    }
    SlotSet slots = slotsOf(from);
    int first = slots.nextSlot(0);
    for (int i = random.nextInt(slots.size()); i > 0; i--) {
      first = slots.nextSlot(first + 1);
    }
    int last = first;
    int most = Math.min(slots.size() - 1, 1 + random.nextInt(MOST_SLOTS));
    while (last + 1 < 16_384 && slots.contains(last + 1) && last - first + 1 < most) {
      last++;
    }
    ask(from, "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "" + first, "" + last, "NODE", to.id());
  }

  /// Calls the migrations of a primary off.
  void cancel() {
    SimNode from = drawPrimary(null);
    if (from != null) {
      ask(from, "CLUSTER", "CANCELSLOTMIGRATIONS");
    }
  }

  /// Moves one slot key by key.
  void move() {
    SimNode from = drawPrimary(null);
    SimNode to = from == null ? null : drawPrimary(from);
    if (from == null || to == null || moving) {
      return;
    }
    int slot = slotsOf(from).nextSlot(0);
    for (String key : keys()) {
      int of = Slot.of(key.getBytes(StandardCharsets.ISO_8859_1));
      slot = slotsOf(from).contains(of) && random.nextInt(8) == 0 ? of : slot;
    }
    String name = Integer.toString(slot);
    if (ask(to, "CLUSTER", "SETSLOT", name, "IMPORTING", from.id()).startsWith("+")) {
      moving = true;
      step(slot, 0);
    }
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (SimClient client : world.clients) {
      for (SimClient.Write write : client.acknowledged) {
        keys.add(write.key());
      }
    }
    return keys;
  }

  /// The node of which `test` holds for its view, as it sees the cluster.
  private @Nullable SimNode find(Predicate<ClusterView> test) {
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (node.isServing() && view != null && view.myself().isPrimary() && test.test(view)) {
        return node;
      }
    }
    return null;
  }

  /// Does what comes next, with whoever has taken the place of those who began it.
  private void step(int slot, int steps) {
    SimNode from = find(view -> view.isMine(slot));
    SimNode to = find(view -> view.importingFrom(slot) != null);
    if (to == null && from != null) {
      // It is there, or nobody takes it any more.
      moving = false;
      stay(slot);
      return;
    }
    if (from != null && to != null && from != to) {
      advance(from, to, slot);
    }
    if (steps < MOST_STEPS) {
      world.schedule.after(STEP_US, () -> step(slot, steps + 1));
    } else {
      moving = false;
      stay(slot);
    }
  }

  private static void advance(SimNode from, SimNode to, int slot) {
    String name = Integer.toString(slot);
    ClusterView view = from.view();
    if (view == null || view.migratingTo(slot) == null) {
      ask(from, "CLUSTER", "SETSLOT", name, "MIGRATING", to.id());
      return;
    }
    String keys = ask(from, "CLUSTER", "GETKEYSINSLOT", name, "10");
    if (keys.equals("*0\r\n")) {
      if (ask(to, "CLUSTER", "SETSLOT", name, "NODE", to.id()).startsWith("+")) {
        ask(from, "CLUSTER", "SETSLOT", name, "NODE", to.id());
      }
    } else if (keys.startsWith("*")) {
      List<String> words =
          new ArrayList<>(List.of("MIGRATE", to.ip(), "" + SimNode.CLIENT_PORT, "", "0", "1000"));
      words.add("KEYS");
      for (String line : keys.split("\r\n", -1)) {
        if (!line.isEmpty() && line.charAt(0) != '*' && line.charAt(0) != '$') {
          words.add(line);
        }
      }
      ask(from, words.toArray(String[]::new));
    }
  }

  /// Nobody moves the slot any more.
  private void stay(int slot) {
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (view == null || view.myself().isReplica()) {
        continue;
      }
      if (view.migratingTo(slot) != null || view.importingFrom(slot) != null) {
        ask(node, "CLUSTER", "SETSLOT", Integer.toString(slot), "STABLE");
      }
    }
  }
}
