package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One run: a cluster, its clients and its faults, in one thread and virtual time.
///
/// 1. The cluster is formed, as `redis-cli --cluster create` does it.
/// 2. Clients write while things go wrong.
/// 3. All is made good; within a while the cluster has to be whole again.
/// 4. What the clients were promised is compared with what is there.
final class World {
  private static final long SECOND_US = 1_000_000;
  private static final long FORMING_US = 90 * SECOND_US;
  private static final int CHECK_EVERY = 50;

  final Options options;
  final Trace trace;
  final Schedule schedule;
  final Network network;
  final Checks checks;
  final Fates fates = new Fates(this);

  /// The bug that all nodes have, for tests of the checks.
  Mutation mutation = Mutation.NONE;

  final Losses losses = new Losses(this);
  final List<SimNode> nodes = new ArrayList<>();
  private final HashMap<String, Host> byIp = new HashMap<>();
  final List<SimClient> clients = new ArrayList<>();
  private final Faults faults;
  private final Aftermath aftermath = new Aftermath(this);

  /// When each node was last paused, slow or starting, or ceased to be.
  private final long[] heldUpUs;

  World(Options options, @Nullable Consumer<String> printer) {
    this.options = options;
    SplittableRandom random = new SplittableRandom(options.seed() ^ 0x5DEECE66DL);
    int hosts = options.nodes() + options.clients();
    trace = new Trace(printer);
    schedule = new Schedule(trace);
    network = new Network(schedule, trace, random.split(), hosts, options.delayUs());
    checks = new Checks(this, hosts);
    heldUpUs = new long[hosts];
    for (int i = 0; i < options.nodes(); i++) {
      SimNode node = new SimNode(this, i, options.settings(i), random.split());
      nodes.add(node);
      byIp.put(node.ip(), node);
    }
    for (int i = 0; i < options.clients(); i++) {
      clients.add(new SimClient(this, options.nodes() + i, random.split()));
    }
    faults = new Faults(this, options.profile(), random.split());
  }

  /// Runs to the end.
  ///
  /// @throws Invariant.Broken when something did not hold
  Outcome run() {
    try {
      return runToEnd();
    } finally {
      nodes.forEach(SimNode::release);
    }
  }

  private Outcome runToEnd() {
    form();
    clients.forEach(SimClient::start);
    faults.start();
    long endUs = schedule.nowUs() + (long) (options.faultMinutes() * 60 * SECOND_US);
    while (schedule.step(endUs)) {
      // Everything is checked as it happens.
    }
    say("all is made good");
    faults.end();
    clients.forEach(SimClient::stop);
    long healedUs = schedule.nowUs();
    long patienceUs = (faults.estranged() ? 120 : 60) * SECOND_US + 8000 * options.nodeTimeoutMs();
    until("whole again, with equal data", patienceUs, aftermath::isWhole);
    return aftermath.outcome(schedule.nowUs() - healedUs, faults.counts, checks.elections);
  }

  private void until(String what, long withinUs, BooleanSupplier holds) {
    long endUs = schedule.nowUs() + withinUs;
    int steps = 0;
    while (steps++ % CHECK_EVERY != 0 || !holds.getAsBoolean()) {
      Invariant.check(
          schedule.step(endUs),
          "not " + what + " within " + withinUs / SECOND_US + " s: " + aftermath.obstacle());
    }
  }

  private void form() {
    nodes.forEach(SimNode::start);
    until("started", FORMING_US, () -> nodes.stream().allMatch(SimNode::isServing));
    for (SimNode node : nodes) {
      if (node.number < options.primaries()) {
        int first = Slot.SLOT_COUNT * node.number / options.primaries();
        int last = Slot.SLOT_COUNT * (node.number + 1) / options.primaries() - 1;
        ask(node, new ClusterRequest.AddSlots(List.of(new SlotRange(first, last))));
      }
      ask(node, new ClusterRequest.SetConfigEpoch(node.number + 1L));
      if (node.number > 0) {
        ask(
            node,
            new ClusterRequest.Meet(nodes.getFirst().ip(), SimNode.CLIENT_PORT, SimNode.BUS_PORT));
      }
    }
    until("acquainted", FORMING_US, aftermath::isAcquainted);
    for (SimNode node : nodes) {
      if (node.number >= options.primaries()) {
        SimNode primary = nodes.get(node.number % options.primaries());
        ask(node, new ClusterRequest.Replicate(primary.id(), false));
      }
    }
    until("formed", FORMING_US, () -> aftermath.isFormed() && aftermath.isWhole());
    say("formed");
  }

  private static void ask(SimNode node, ClusterRequest request) {
    ClusterResult result = node.request(request);
    Invariant.check(result.equals(ClusterResult.OK), request + " is answered by " + result);
  }

  /// The machine with this address, or null.
  @Nullable Host host(String ip) {
    return byIp.get(ip);
  }

  void say(String text) {
    trace.line(schedule.nowUs(), "", text);
  }

  /// `node` begins or ceases to get less time than it needs.
  void heldUp(SimNode node) {
    heldUpUs[node.number] = schedule.nowUs();
  }

  /// Whether `node` was paused or slow at any time after `sinceUs`, or a little before it.
  boolean wasHeldUp(SimNode node, long sinceUs) {
    return node.isHeldUp() || heldUpUs[node.number] > sinceUs - SECOND_US;
  }

  /// A client read `found` where `written` was acknowledged.
  void checkRead(String key, String written, @Nullable String found) {
    Invariant.check(
        found == null || found.equals(written),
        "read " + found + " from " + key + ", where only " + written + " was ever written");
    Invariant.check(
        found != null || !options.profile().losesNothing(), "acknowledged write lost: " + key);
  }
}
