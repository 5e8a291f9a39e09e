package io.skein.simulator;

import io.skein.engine.cluster.ClusterView;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Makes things go wrong, as a profile has it, and in the end makes all of it good again.
final class Faults {
  private static final int SECOND_US = 1_000_000;
  private static final int SHORT_US = 400_000;
  private static final int TIDY_UP_US = 5 * SECOND_US;
  private static final int CLOCK_JUMP_MS = 4 * 3600 * 1000;

  private final World world;
  private final SplittableRandom random;
  private final Profile profile;
  private final List<Fault> kinds;

  /// Faults that have not been made good, each with what makes it good.
  private final List<Runnable> open = new ArrayList<>();

  final EnumMap<Fault, Integer> counts = new EnumMap<>(Fault.class);
  private final Administrator administrator;
  private final SlotMover movers;
  private boolean over;

  Faults(World world, Profile profile, SplittableRandom random) {
    this.world = world;
    this.profile = profile;
    this.kinds = profile.faults();
    this.random = random;
    this.administrator = new Administrator(world, random.split());
    this.movers = new SlotMover(world, random);
  }

  /// Begins, if there is anything to go wrong.
  void start() {
    if (!kinds.isEmpty()) {
      later();
    }
  }

  /// Whether nodes were made to forget each other, which takes a minute to undo.
  boolean estranged() {
    return administrator.hasTampered();
  }

  /// Nothing goes wrong any more, and what did is made good.
  void end() {
    over = true;
    List.copyOf(open).forEach(Runnable::run);
    for (SimNode node : world.nodes) {
      node.disk.crashAtFlush = false;
      node.disk.full = false;
      node.resume();
      node.start();
    }
    tidyUp();
  }

  private void tidyUp() {
    if (administrator.hasTampered()) {
      administrator.tidyUp();
      world.schedule.after(TIDY_UP_US, this::tidyUp);
    }
  }

  private void later() {
    world.schedule.after(
        SHORT_US + random.nextInt(2 * profile.meanPauseUs()),
        () -> {
          if (!over) {
            happen(kinds.get(random.nextInt(kinds.size())));
            later();
          }
        });
  }

  /// How long a fault lasts: mostly about the node timeout, which is where it matters.
  private long durationUs() {
    long timeoutUs = world.options.nodeTimeoutMs() * 1000;
    return switch (random.nextInt(4)) {
      case 0 -> 1 + random.nextInt(SECOND_US / 2);
      case 1 -> timeoutUs / 2 + random.nextLong(timeoutUs);
      case 2 -> timeoutUs + random.nextLong(3 * timeoutUs);
      default -> 1 + random.nextInt(20 * SECOND_US);
    };
  }

  private void happen(Fault fault) {
    SimNode node = world.nodes.get(random.nextInt(world.nodes.size()));
    counts.merge(fault, 1, Integer::sum);
    world.say("FAULT " + fault);
    switch (fault) {
      case KILL -> kill(node, false);
      case POWER -> kill(node, true);
      case CRASH_AT_FLUSH -> {
        node.disk.crashAtFlush = true;
        undo(() -> revive(node));
      }
      case DISK_FULL -> {
        node.disk.full = true;
        undo(() -> revive(node));
      }
      case KILL_TWO_PRIMARIES -> killPrimaries();
      case BLACKOUT -> world.nodes.forEach(each -> kill(each, false));
      case ISOLATE -> split(List.of(node));
      case SPLIT -> splitInTwo();
      case ONE_WAY -> oneWay(node);
      case RESETS, HALF_OPEN -> {
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
          world.network.breakOne(fault == Fault.HALF_OPEN);
        }
      }
      case PAUSE -> pause(node);
      case SLOW_NODE -> slow(node);
      case SLOW_DISK -> {
        node.disk.flushUs = 1L + random.nextInt(SHORT_US);
        undo(() -> node.disk.flushUs = 300);
      }
      case SLOW_NETWORK -> {
        world.network.delays(1 + random.nextInt(100_000), SECOND_US, random.nextInt(200));
        undo(() -> world.network.delays(world.options.delayUs(), 30_000, 10));
      }
      case CLOCK_JUMP -> node.clock.jump(random.nextInt(-CLOCK_JUMP_MS, CLOCK_JUMP_MS));
      case FAILOVER -> administrator.failOver(!profile.losesNothing());
      case TAKEOVER -> administrator.takeOver();
      case BUMP -> administrator.bump();
      case FORGET -> tidyUpAfter(administrator.forget());
      case RESET -> tidyUpAfter(administrator.reset());
      case MIGRATE_SLOTS -> movers.migrate();
      case CANCEL_MIGRATIONS -> movers.cancel();
      case MOVE_SLOT -> movers.move();
    }
  }

  private void tidyUpAfter(@Nullable SimNode node) {
    if (node != null) {
      undo(administrator::tidyUp);
    }
  }

  private void undo(Runnable good) {
    undoAfter(durationUs(), good);
  }

  private void undoAfter(long us, Runnable good) {
    Runnable[] self = new Runnable[1];
    self[0] =
        () -> {
          if (open.remove(self[0])) {
            good.run();
          }
        };
    open.add(self[0]);
    world.schedule.after(us, self[0]);
  }

  private void kill(SimNode node, boolean power) {
    node.kill(power);
    if (profile.hasReplicas()) {
      undo(() -> revive(node));
    } else {
      undoAfter(1 + random.nextInt(SECOND_US), () -> revive(node));
    }
  }

  private static void revive(SimNode node) {
    node.disk.crashAtFlush = false;
    node.disk.full = false;
    node.start();
  }

  private void killPrimaries() {
    List<SimNode> primaries = new ArrayList<>();
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (view != null && !view.myself().slots().isEmpty()) {
        primaries.add(node);
      }
    }
    for (int i = 0; i < 2 && !primaries.isEmpty(); i++) {
      kill(primaries.remove(random.nextInt(primaries.size())), random.nextBoolean());
    }
  }

  private void splitInTwo() {
    List<SimNode> side = new ArrayList<>();
    for (SimNode node : world.nodes) {
      if (random.nextBoolean()) {
        side.add(node);
      }
    }
    split(side);
  }

  /// Cuts some nodes off from the others; each client finds itself on one side.
  private void split(List<SimNode> nodes) {
    List<Host> inside = new ArrayList<>(nodes);
    List<Host> outside = new ArrayList<>();
    for (SimNode node : world.nodes) {
      if (!nodes.contains(node)) {
        outside.add(node);
      }
    }
    for (SimClient client : world.clients) {
      (random.nextInt(3) == 0 ? inside : outside).add(client);
    }
    world.say("inside: " + nodes.stream().map(node -> node.name).toList());
    for (Host a : inside) {
      for (Host b : outside) {
        world.network.wall(a, b);
        world.network.wall(b, a);
      }
    }
    undo(() -> {
      world.say("the parts are joined again");
      for (Host a : inside) {
        for (Host b : outside) {
          world.network.unwall(a, b);
          world.network.unwall(b, a);
        }
      }
    });
  }

  private void oneWay(SimNode from) {
    List<SimNode> to = new ArrayList<>();
    boolean everybody = random.nextBoolean();
    int only = random.nextInt(world.nodes.size());
    for (SimNode node : world.nodes) {
      if (node != from && (everybody || node.number == only)) {
        to.add(node);
      }
    }
    boolean outward = random.nextBoolean();
    world.say(
        "nothing passes from "
            + (outward ? from.name : to.stream().map(node -> node.name).toList())
            + " to "
            + (outward ? to.stream().map(node -> node.name).toList() : from.name));
    for (SimNode node : to) {
      world.network.wall(outward ? from : node, outward ? node : from);
    }
    undo(() -> {
      for (SimNode node : to) {
        world.network.unwall(outward ? from : node, outward ? node : from);
      }
    });
  }

  private void pause(SimNode node) {
    if (node.alive && !node.isPaused()) {
      node.pause();
      int then = node.incarnation;
      undo(() -> {
        if (node.incarnation == then) {
          node.resume();
        }
      });
    }
  }

  private void slow(SimNode node) {
    node.say("is slow");
    node.control.costUs(1 + random.nextInt(40_000));
    node.data.costUs(1 + random.nextInt(40_000));
    world.heldUp(node);
    undo(() -> {
      node.control.costUs(0);
      node.data.costUs(0);
      world.heldUp(node);
    });
  }
}
