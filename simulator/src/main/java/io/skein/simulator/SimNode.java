package io.skein.simulator;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterMachine;
import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.NodesConf;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One node of the cluster: the real control plane, a data plane, and the machine they run on.
///
/// Control plane and data plane are threads of their own: one that is slow does not hold up the
/// other. What the control plane asks of data is carried out in order, when the data plane gets to
/// it; the view it publishes is seen at once.
final class SimNode extends Host {
  static final int CLIENT_PORT = 7000;
  static final int BUS_PORT = 17_000;

  private static final long STATUS_US = 100_000;
  private static final long MIN_LOAD_US = 20_000;
  private static final int MAX_LOAD_US = 400_000;

  final ClusterSettings settings;
  final NodeDisk disk = new NodeDisk();
  final NodeClock clock;
  final Lane control;
  final Lane data;
  private final SplittableRandom random;
  private final Bus bus = new Bus(this);

  private @Nullable ClusterMachine machine;
  private @Nullable DataPlane plane;
  private @Nullable ClusterView view;

  /// When the control plane looked at the cluster last, by the clock of this node.
  private long lookedAtMs;

  private @Nullable Host followed;
  private final ArrayDeque<ClusterEffect> pending = new ArrayDeque<>();
  private ClusterEffect.@Nullable Persist flushing;
  private long tickAtUs;
  private boolean loadedReported;

  SimNode(World world, int number, ClusterSettings settings, SplittableRandom random) {
    super(world, number, "n" + number);
    this.settings = settings;
    this.random = random;
    this.clock = new NodeClock(world.schedule, random.nextInt(-300, 301));
    this.control = new Lane(world.schedule);
    this.data = new Lane(world.schedule);
  }

  // ---- life and death

  void start() {
    if (alive) {
      return;
    }
    dark = false;
    alive = true;
    incarnation++;
    clock.start();
    world.checks.onStarted(this);
    say("starts");
    after(MIN_LOAD_US + random.nextInt(MAX_LOAD_US), control, this::loaded);
    world.network.resend();
  }

  private void loaded() {
    String text = disk.nodesConf;
    NodesConf conf = text == null ? null : NodesConf.parse(text, false);
    SplittableRandom entropy = random.split();
    machine =
        conf == null
            ? ClusterMachine.fresh(settings, entropy, nowMs())
            : ClusterMachine.restored(settings, conf, entropy, nowMs());
    tickAtUs = Long.MAX_VALUE;
    DataPlane fresh =
        switch (world.options.data()) {
          case NODE -> new NodeData(this, random.split());
          case MODEL -> new ModelData(this, conf == null || wasPrimary(conf), random.split());
        };
    plane = fresh;
    loadedReported = false;
    tick();
    control.give(() -> data.give(fresh::start));
    status();
  }

  /// The control plane does nothing any more, and the data plane goes on as if it did: for tests of
  /// the checks.
  void blind() {
    control.pause();
    lookedAtMs = Long.MAX_VALUE;
  }

  private static boolean wasPrimary(NodesConf conf) {
    return conf.nodes().stream()
        .anyMatch(
            line -> line.id().equals(conf.myselfId()) && (line.flags() & NodeFlags.PRIMARY) != 0);
  }

  /// The process ends at once. Without power its machine cannot even say so.
  void kill(boolean power) {
    if (!alive) {
      return;
    }
    say(power ? "loses power" : "is killed");
    disk.endOfProcess(power);
    ClusterEffect.Persist unfinished = flushing;
    if (unfinished != null && random.nextBoolean()) {
      disk.nodesConf = unfinished.text();
    }
    disk.died(power, random);
    dark = power;
    world.network.abandon(this);
    if (machine != null) {
      world.checks.onStopped(this);
    }
    DataPlane over = plane;
    if (over != null) {
      // Not within its own call, as when it exits by itself.
      world.schedule.after(0, over::close);
    }
    world.fates.died(this);
    world.losses.died(this);
    followed = null;
    alive = false;
    machine = null;
    plane = null;
    view = null;
    flushing = null;
    pending.clear();
    bus.clear();
    control.clear();
    data.clear();
  }

  /// Gives back what the process holds beyond the heap; nothing happens to it any more.
  void release() {
    DataPlane p = plane;
    plane = null;
    if (p != null) {
      p.close();
    }
  }

  void pause() {
    say("is paused");
    world.heldUp(this);
    control.pause();
    data.pause();
  }

  void resume() {
    if (control.isPaused()) {
      say("goes on");
      world.heldUp(this);
      control.resume();
      data.resume();
    }
  }

  boolean isPaused() {
    return control.isPaused();
  }

  /// Whether it gets less time than it needs.
  boolean isHeldUp() {
    return data.isPaused() || control.isSlow();
  }

  // ---- what others see

  boolean isServing() {
    return machine != null;
  }

  @Nullable ClusterView view() {
    return view;
  }

  /// The machine that it was told to replicate last; null for a primary.
  @Nullable Host followed() {
    return followed;
  }

  @Nullable DataPlane plane() {
    return plane;
  }

  String id() {
    return Objects.requireNonNull(machine).myId();
  }

  /// The newest epoch that it knows of.
  long currentEpoch() {
    return Objects.requireNonNull(machine).currentEpoch();
  }

  long nowMs() {
    return clock.processMs();
  }

  // ---- the control plane

  /// Gives the machine an event, in its thread.
  void give(ClusterEvent event) {
    control.give(() -> on(event));
  }

  /// The same, from within its thread.
  void on(ClusterEvent event) {
    ClusterMachine m = machine;
    if (m != null) {
      m.on(event, nowMs(), pending::add);
      carryOut();
    }
  }

  /// Carries out an administrator's request, at once.
  ClusterResult request(ClusterRequest request) {
    ClusterResult result = Objects.requireNonNull(machine).request(request, nowMs(), pending::add);
    carryOut();
    return result;
  }

  private void tick() {
    control.give(() -> {
      ClusterMachine m = machine;
      if (m != null) {
        tickAtUs = Long.MAX_VALUE;
        lookedAtMs = nowMs();
        m.tick(lookedAtMs, pending::add);
        carryOut();
      }
    });
  }

  private void status() {
    DataPlane p = plane;
    if (p != null) {
      give(world.mutation.status(this, p.status()));
      SlotSet slots = loadedReported ? null : p.slotsWithKeys();
      if (slots != null) {
        loadedReported = true;
        give(new ClusterEvent.DataLoaded(slots));
      }
      after(STATUS_US, data, this::status);
    }
  }

  private void scheduleTick() {
    ClusterMachine m = machine;
    if (m == null) {
      return;
    }
    long atUs = Math.max(world.schedule.nowUs(), clock.toUs(m.nextDeadlineMs()));
    if (atUs < tickAtUs) {
      tickAtUs = atUs;
      int then = incarnation;
      world.schedule.at(
          atUs,
          () -> {
            if (alive && incarnation == then && tickAtUs == atUs) {
              tick();
            }
          });
    }
  }

  /// Carries effects out in order; a flush holds up those after it.
  private void carryOut() {
    while (flushing == null) {
      ClusterEffect effect = pending.pollFirst();
      if (effect == null) {
        scheduleTick();
        return;
      }
      if (effect instanceof ClusterEffect.Persist persist) {
        beginFlush(persist);
      } else {
        apply(effect);
      }
    }
  }

  private void beginFlush(ClusterEffect.Persist persist) {
    if (disk.full) {
      disk.full = false;
      say("cannot write nodes.conf: stops");
      kill(false);
      return;
    }
    if (world.mutation == Mutation.VOTE_BEFORE_DISK) {
      after(disk.flushUs, control, () -> disk.nodesConf = persist.text());
      return;
    }
    flushing = persist;
    if (disk.crashAtFlush) {
      disk.crashAtFlush = false;
      say("dies while it writes nodes.conf");
      kill(random.nextBoolean());
      return;
    }
    control.block(disk.flushUs);
    control.giveFirst(() -> {
      if (persist.equals(flushing)) {
        flushed(persist);
      }
    });
  }

  private void flushed(ClusterEffect.Persist persist) {
    disk.written = null;
    if (!disk.lies) {
      disk.nodesConf = persist.text();
    }
    flushing = null;
    carryOut();
  }

  /// Carries out a request of the data plane, which waits for the disk.
  private ClusterResult requestOfData(ClusterRequest request) {
    ClusterResult result = request(request);
    for (ClusterEffect.Persist now = flushing; now != null; now = flushing) {
      flushed(now);
    }
    return result;
  }

  private void apply(ClusterEffect effect) {
    DataPlane p = Objects.requireNonNull(plane);
    switch (effect) {
      case ClusterEffect.Connect connect -> bus.connect(connect);
      case ClusterEffect.Send send -> {
        world.checks.onSend(this, send.bytes());
        bus.send(send.linkId(), send.bytes());
      }
      case ClusterEffect.Close close -> bus.close(close.linkId());
      case ClusterEffect.Persist _ -> throw new IllegalStateException("flushed before");
      case ClusterEffect.Write write -> disk.written = write.text();
      case ClusterEffect.PublishView published -> {
        view = published.view();
        world.checks.onView(this, published.view());
        p.onView(published.view());
      }
      case ClusterEffect.StateChanged changed -> {
        say(changed.ok() ? "serves" : "does not serve: " + changed.reason());
        data.give(() -> p.carryOut(changed));
      }
      case ClusterEffect.Log line -> {
        world.checks.onLog(this, line.text());
        say(line.level() + " " + line.text());
      }
      case ClusterEffect.ReportOffset _ ->
          data.give(() -> give(world.mutation.status(this, p.status())));
      case ClusterEffect.BecomePrimary _,
          ClusterEffect.BecomeReplicaOf _,
          ClusterEffect.DropSlots _,
          ClusterEffect.DropAllData _,
          ClusterEffect.PauseWrites _,
          ClusterEffect.ResumeWrites _,
          ClusterEffect.SlotsReassigned _,
          ClusterEffect.Deliver _ ->
          data.give(() -> {
            if (effect instanceof ClusterEffect.BecomeReplicaOf of) {
              followed = world.host(of.host());
            } else if (effect instanceof ClusterEffect.BecomePrimary) {
              followed = null;
            }
            p.carryOut(effect);
          });
    }
  }

  // ---- the network

  @Override
  @Nullable Handler accept(int port, Side side) {
    DataPlane p = plane;
    if (p == null || view == null) {
      return null;
    }
    return switch (port) {
      case BUS_PORT -> bus.accept();
      case CLIENT_PORT -> p.accept(side);
      default -> null;
    };
  }

  /// Whether the view may be older than a failover takes.
  boolean isViewOld() {
    return nowMs() - lookedAtMs > settings.nodeTimeoutMs();
  }

  /// The control plane, as the data plane asks it.
  ClusterPort port() {
    return new ClusterPort() {
      private @Nullable ClusterView lastView;

      @Override
      public ClusterView view() {
        // A process that dies in the midst of something ends that.
        ClusterView now = view;
        lastView = now == null ? lastView : now;
        return Objects.requireNonNull(lastView);
      }

      @Override
      public long waitingBytes() {
        return 0;
      }

      @Override
      public long viewAgeMs() {
        return nowMs() - lookedAtMs;
      }

      @Override
      public ClusterResult request(ClusterRequest request) {
        return SimNode.this.requestOfData(request);
      }

      @Override
      public void publish(byte[] channel, byte[] message, boolean sharded) {
        give(new ClusterEvent.Publish(channel, message, sharded));
      }
    };
  }

  @Override
  Lane lane(int port) {
    return port == BUS_PORT ? control : data;
  }
}
