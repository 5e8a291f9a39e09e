package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.NodesConf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A machine with the simplest of shells: a disk of one file, and a data plane that is an offset.
final class TestNode {
  private static final long STATUS_MS = 100;

  final TestNetwork network;
  final int index;
  ClusterSettings settings;
  private final Random random;
  private @Nullable ClusterMachine machine;
  private @Nullable String disk;
  @Nullable ClusterView view;
  boolean alive;
  int incarnation;
  final LinkedHashMap<Long, Long> wires = new LinkedHashMap<>();
  final List<ClusterEffect> effects = new ArrayList<>();
  final List<String> log = new ArrayList<>();
  private long tickAtMs = Long.MAX_VALUE;
  private long stillUntilMs;

  long offset;
  @Nullable String followedId;
  long lastContactMs;
  boolean paused;

  TestNode(TestNetwork network, int index, ClusterSettings settings, long seed) {
    this.network = network;
    this.index = index;
    this.settings = settings;
    this.random = new Random(seed);
  }

  String ip() {
    return "10.0.0." + (index + 1);
  }

  String id() {
    return machine().myId();
  }

  ClusterMachine machine() {
    return Objects.requireNonNull(machine);
  }

  ClusterView view() {
    return Objects.requireNonNull(view);
  }

  NodeView viewOf(TestNode other) {
    return Objects.requireNonNull(view().node(other.id()));
  }

  boolean serves() {
    return view != null && view().ok();
  }

  boolean isPrimaryOf(int slot) {
    return view != null && view().isMine(slot);
  }

  void start() {
    String text = disk;
    machine =
        text == null
            ? ClusterMachine.fresh(settings, random, network.nowMs)
            : ClusterMachine.restored(
                settings, NodesConf.parse(text, false), random, network.nowMs);
    alive = true;
    followedId = null;
    paused = false;
    lastContactMs = 0;
    incarnation++;
    tickAtMs = Long.MAX_VALUE;
    tick(incarnation);
    status(incarnation);
  }

  void kill() {
    alive = false;
    network.invariants.onStopped(id());
    network.trace.add(network.nowMs + " " + index + " KILLED");
    network.closeAll(this);
  }

  /// Does nothing for so long; what comes in between is done then.
  void standStill(long ms) {
    stillUntilMs = network.nowMs + ms;
  }

  private boolean isStill(Runnable later) {
    if (network.nowMs < stillUntilMs) {
      network.schedule(stillUntilMs - network.nowMs, later);
      return true;
    }
    return false;
  }

  void wipe() {
    disk = null;
  }

  private void tick(int inIncarnation) {
    if (alive && incarnation == inIncarnation && !isStill(() -> tick(inIncarnation))) {
      tickAtMs = Long.MAX_VALUE;
      machine().tick(network.nowMs, this::carryOut);
      scheduleTick();
    }
  }

  private void scheduleTick() {
    long next = machine().nextDeadlineMs();
    if (next < tickAtMs) {
      tickAtMs = next;
      int now = incarnation;
      network.schedule(Math.max(0, next - network.nowMs), () -> tick(now));
    }
  }

  /// Reports the data plane: a replica has what its primary has, as long as that lives.
  private void status(int inIncarnation) {
    if (!alive || incarnation != inIncarnation || isStill(() -> status(inIncarnation))) {
      return;
    }
    report();
    network.schedule(STATUS_MS, () -> status(inIncarnation));
  }

  void report() {
    String primaryId = followedId;
    if (primaryId != null) {
      for (TestNode node : network.nodes) {
        if (node.alive && node.id().equals(primaryId)) {
          offset = node.offset;
          lastContactMs = network.nowMs;
        }
      }
    }
    long silentMs = lastContactMs == 0 ? -1 : network.nowMs - lastContactMs;
    on(new ClusterEvent.DataPlane(offset, silentMs, paused));
  }

  void ifSame(int inIncarnation, ClusterEvent event) {
    if (alive && incarnation == inIncarnation) {
      on(event);
    }
  }

  void on(ClusterEvent event) {
    int now = incarnation;
    if (alive && !isStill(() -> ifSame(now, event))) {
      machine().on(event, network.nowMs, this::carryOut);
      scheduleTick();
    }
  }

  ClusterResult request(ClusterRequest request) {
    ClusterResult result = machine().request(request, network.nowMs, this::carryOut);
    scheduleTick();
    return result;
  }

  void addSlots(int first, int last) {
    request(new ClusterRequest.AddSlots(List.of(new SlotRange(first, last))));
  }

  private void carryOut(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.Connect connect -> network.connect(this, connect);
      case ClusterEffect.Send send -> network.send(this, send.linkId(), send.bytes());
      case ClusterEffect.Close close -> network.close(this, close.linkId());
      case ClusterEffect.Persist persist -> disk = persist.text();
      case ClusterEffect.Write write -> disk = write.text();
      case ClusterEffect.PublishView published -> {
        view = published.view();
        network.invariants.onView(published.view());
      }
      case ClusterEffect.BecomePrimary _ -> followedId = null;
      case ClusterEffect.BecomeReplicaOf replica -> followedId = replica.nodeId();
      case ClusterEffect.PauseWrites _ -> {
        paused = true;
        network.schedule(1, this::report);
      }
      case ClusterEffect.ResumeWrites _ -> paused = false;
      case ClusterEffect.ReportOffset _ -> network.schedule(1, this::report);
      case ClusterEffect.Log line -> {
        if (line.text().startsWith("Failover election won")) {
          network.invariants.onElected(id(), view().myself().configEpoch());
        }
        if (line.level() != LogLevel.DEBUG || line.text().startsWith("election")) {
          log.add(line.text());
          network.trace.add(network.nowMs + " " + index + " " + line.text());
        }
      }
      case ClusterEffect.DropSlots _, ClusterEffect.DropAllData _ -> effects.add(effect);
      case ClusterEffect.SlotsReassigned _,
          ClusterEffect.StateChanged _,
          ClusterEffect.Deliver _ -> {}
    }
  }

  boolean logged(String text) {
    return log.stream().anyMatch(line -> line.contains(text));
  }

  SlotSet mySlots() {
    return view().myself().slots();
  }

  @Nullable String disk() {
    return disk;
  }
}
