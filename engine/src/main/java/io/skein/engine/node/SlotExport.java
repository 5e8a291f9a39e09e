package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.migration.Export;
import io.skein.engine.cluster.migration.ExportEffect;
import io.skein.engine.cluster.migration.ExportEffect.Holding;
import io.skein.engine.cluster.migration.ExportEvent;
import io.skein.engine.cluster.migration.ExportLimits;
import io.skein.engine.cluster.migration.ExportState;
import io.skein.engine.cluster.migration.Migration;
import io.skein.engine.cluster.migration.MigrationStatus;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Slots on their way to another node: the connection, the snapshot, and the log since.
///
/// # Back-pressure
///
/// What is written to the slots while the snapshot is sent has to be sent behind it, and what is
/// written while that is sent, again behind that. For this to come to an end under any load,
/// writers of these slots may add a quarter of what the target has carried out, and some megabytes;
/// whoever would add more waits until the target has got on. So a target that takes ten times what
/// writers can write holds nobody up, and one that is slow makes writers as slow as itself. A
/// target that does not get on at all holds nobody up for longer than a second.
final class SlotExport implements SnapshotRun.Output {
  /// What writers may be ahead in any case.
  private static final long FREE_BYTES = 8 * 1024 * 1024;

  /// The share of what was carried out that they may add.
  private static final int SHARE = 4;

  /// After so long without progress nobody is held up.
  private static final long MOST_PATIENCE_MS = 1000;

  /// What is kept for a target that does not get on, when replicas have no limit.
  private static final long MOST_BYTES = 1024L * 1024 * 1024;

  private static final long PAUSE_MS = 5000;
  private static final long CLAIM_MS = 5000;

  /// What an export works on.
  record Parts(
      Settings settings,
      Keyspace keyspace,
      CommandLog log,
      CommandTable table,
      Sessions sessions,
      NodeState state,
      NodeHost host,
      Propagation propagation,
      Saver saver,
      ClusterPort port) {}

  private final Parts node;
  private final Export machine;
  private final BitSet slots;
  private final SlotPipe pipe = new SlotPipe();
  private final StatusLines lines = new StatusLines();
  private final LeftoverWalk leftover = new LeftoverWalk();
  private @Nullable SnapshotRun run;
  private @Nullable SlotFeed feed;
  private boolean wantsSnapshot;
  private long written;
  private long progressMs;

  /// Whether somebody was told to wait since the last release.
  private boolean heldWriters;

  private Holding holding = Holding.NOTHING;

  SlotExport(Parts node, Migration migration) {
    this.node = node;
    this.slots = migration.slots().toBits();
    this.machine = new Export(migration, NodeConnection.login(node.settings), limits(), nowMs());
    this.progressMs = nowMs();
  }

  private ExportLimits limits() {
    return new ExportLimits(
        node.settings.number(ReplicationSettings.REPL_TIMEOUT) * 1000,
        PAUSE_MS,
        node.settings.number(ClusterSettings.CLUSTER_NODE_TIMEOUT) + CLAIM_MS,
        node.settings.number(ClusterSettings.SLOT_MIGRATION_MAX_FAILOVER_REPL_BYTES));
  }

  private long nowMs() {
    return node.host.nanos() / 1_000_000;
  }

  void start() {
    machine.start(this::carryOut);
  }

  ExportState state() {
    return machine.state();
  }

  Migration migration() {
    return machine.migration();
  }

  boolean isOver() {
    return machine.state().isOver();
  }

  /// Whether nothing is left to be cleared away.
  boolean isGone() {
    return isOver() && run == null;
  }

  boolean has(int slot) {
    return slots.get(slot);
  }

  /// What can be seen, with times of the wall clock.
  MigrationStatus status() {
    machine.flow(pipe.unsent(), pipe.unconfirmed());
    return machine.status();
  }

  // ---- who waits

  Holding holding() {
    return holding;
  }

  /// Whether writers have to wait until the target has got on.
  boolean isBehind() {
    boolean behind =
        feed != null
            && written > FREE_BYTES + pipe.confirmed() / SHARE
            && nowMs() - progressMs < MOST_PATIENCE_MS;
    heldWriters |= behind;
    return behind;
  }

  /// Lets writers try again that were told to wait.
  private void releaseWriters() {
    if (heldWriters) {
      heldWriters = false;
      node.sessions.release();
    }
  }

  // ---- events

  private void on(ExportEvent event) {
    machine.flow(pipe.unsent(), pipe.unconfirmed());
    machine.on(event, nowMs(), this::carryOut);
  }

  void cancel() {
    on(new ExportEvent.Cancelled());
  }

  boolean canBeCancelled() {
    return machine.canBeCancelled();
  }

  void demoted() {
    on(new ExportEvent.Demoted());
  }

  /// The view has changed, or may have.
  void look(ClusterView view) {
    String target = migration().targetId();
    NodeView seen = view.node(target);
    boolean failed = seen == null || seen.isFailed();
    machine.cluster(view.summary().currentEpoch(), view.ok(), failed, nowMs());
    on(new ExportEvent.OwnerSeen(owner(view, seen)));
  }

  private ExportEvent.Owner owner(ClusterView view, @Nullable NodeView target) {
    boolean mine = true;
    boolean theirs = true;
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      NodeView owner = view.owner(slot);
      mine &= owner != null && owner.isMyself();
      theirs &= owner != null && target != null && owner.shardId().equals(target.shardId());
    }
    return mine
        ? ExportEvent.Owner.MYSELF
        : theirs ? ExportEvent.Owner.TARGET : ExportEvent.Owner.OTHERS;
  }

  void tick() {
    if (isOver()) {
      return;
    }
    machine.limits(limits());
    pipe.tick(nowMs());
    advance();
    if (nowMs() - progressMs >= MOST_PATIENCE_MS) {
      releaseWriters();
    }
    long most = node.settings.get(NetworkSettings.CLIENT_OUTPUT_BUFFER_LIMIT).replica().hardBytes();
    long limit = Math.max(most == 0 ? MOST_BYTES : most, 2 * FREE_BYTES);
    if (pipe.queued() > limit + pipe.confirmed() / SHARE) {
      on(new ExportEvent.Failed("The target does not get on with what is written to the slots"));
    }
  }

  /// A turn ends: what it wrote to the slots is sent.
  void turnEnds() {
    SlotFeed from = feed;
    if (from != null) {
      from.pump();
      if (from.isLost()) {
        on(new ExportEvent.Failed("The log cannot be followed any more"));
        return;
      }
      pipe.pump(nowMs());
      if (machine.state() == ExportState.REPLICATING) {
        advance();
      }
    }
  }

  private void advance() {
    if (machine.state() != ExportState.REPLICATING || !node.state.isMigrationPausePrevented()) {
      machine.flow(pipe.unsent(), pipe.unconfirmed());
      machine.tick(nowMs(), this::carryOut);
    }
  }

  /// Does work that nobody waits for; whether there was any.
  boolean step() {
    if (leftover.step()) {
      if (isOver() && run != null && run.isDone()) {
        run = null;
      }
      return true;
    }
    if (wantsSnapshot && !isInTheWay()) {
      wantsSnapshot = false;
      beginSnapshot();
      return true;
    }
    SnapshotRun walk = run;
    if (walk == null || isOver() || walk.isDone() || walk.isWaiting()) {
      return false;
    }
    if (walk.step()) {
      run = null;
      on(new ExportEvent.SnapshotSent());
      pipe.snapshotSent();
    }
    pipe.pump(nowMs());
    return true;
  }

  private boolean isInTheWay() {
    return node.saver.isBusy()
        || node.saver.isSaving()
        || node.state.isLoading()
        || node.propagation.isInUnit();
  }

  private void beginSnapshot() {
    node.propagation.flush();
    SlotFeed from = SlotFeed.open(node.log, node.table, slots, this::logged);
    if (from == null) {
      on(new ExportEvent.Failed("The log cannot be followed"));
      return;
    }
    feed = from;
    pipe.beginMarks();
    progressMs = nowMs();
    run = new SnapshotRun(node.keyspace, new SlotSnapshot(), node.saver.pace(), this, slots);
    on(new ExportEvent.SnapshotBegun());
  }

  /// Gives the snapshot up, since another one cannot wait.
  void abandonSnapshot(String reason) {
    if (run != null && !isOver()) {
      on(new ExportEvent.Failed(reason));
    }
    leftover.finish();
    run = null;
  }

  // ---- what is sent

  @Override
  public void write(byte[] bytes) {
    pipe.add(bytes);
  }

  @Override
  public long pendingBytes() {
    return pipe.unsentOfSnapshot();
  }

  private void logged(byte[] bytes) {
    written += bytes.length;
    if (run == null) {
      pipe.add(bytes);
    } else {
      pipe.addBehindSnapshot(bytes);
    }
  }

  private void line(String text) {
    if (pipe.confirms(text)) {
      progressMs = nowMs();
      releaseWriters();
    }
    on(new ExportEvent.Answered(text));
  }

  // ---- effects

  private void carryOut(ExportEffect effect) {
    switch (effect) {
      case ExportEffect.Connect _ -> connect();
      case ExportEffect.Send e -> {
        pipe.add(e.words());
        pipe.pump(nowMs());
      }
      case ExportEffect.BeginSnapshot _ -> wantsSnapshot = true;
      case ExportEffect.Hold e -> hold(e.what());
      case ExportEffect.Reclaim e -> node.port.request(new ClusterRequest.ReclaimSlots(e.epoch()));
      case ExportEffect.End _ -> end();
      case ExportEffect.Log e -> node.host.log(LogLevel.NOTICE, e.text());
    }
  }

  private void connect() {
    NodeView target = node.port.view().node(migration().targetId());
    PeerLink made =
        target == null
            ? null
            : NodeConnection.open(node.settings, node.host, target, new Handler());
    if (made == null) {
      on(new ExportEvent.Refused("its address is not known"));
      return;
    }
    pipe.link(made);
  }

  private void hold(Holding what) {
    boolean releases = what == Holding.NOTHING && holding != Holding.NOTHING;
    holding = what;
    if (releases) {
      node.sessions.release();
    }
  }

  private void end() {
    wantsSnapshot = false;
    pipe.close();
    SlotFeed from = feed;
    feed = null;
    if (from != null) {
      from.close();
    }
    SnapshotRun walk = run;
    if (walk != null) {
      walk.cancel();
      leftover.take(walk);
    }
    hold(Holding.NOTHING);
    node.sessions.release();
  }

  /// What comes from the connection, each as a turn of its own.
  private final class Handler implements PeerHandler {
    private void apart(Runnable event) {
      if (!isOver()) {
        node.sessions.turnBegins();
        event.run();
        node.sessions.turnEnds();
      }
    }

    @Override
    public void opened() {
      apart(() -> {
        pipe.opened();
        on(new ExportEvent.Opened());
      });
    }

    @Override
    public void refused(String reason) {
      apart(() -> {
        pipe.closed();
        on(new ExportEvent.Refused(reason));
      });
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      apart(() -> {
        if (!lines.feed(bytes, offset, length, SlotExport.this::line)) {
          on(new ExportEvent.Failed("The target's answer cannot be understood"));
        }
      });
    }

    @Override
    public void drained() {
      apart(() -> pipe.pump(nowMs()));
    }

    @Override
    public void closed(String reason) {
      apart(() -> {
        pipe.closed();
        on(new ExportEvent.Closed(reason));
      });
    }
  }
}
