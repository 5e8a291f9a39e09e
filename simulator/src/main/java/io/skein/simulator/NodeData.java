package io.skein.simulator;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.command.Session;
import io.skein.engine.config.AppendFsync;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.SavePoint;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.node.Disk;
import io.skein.engine.node.Node;
import io.skein.engine.node.NodeHost;
import io.skein.engine.node.PeerHandler;
import io.skein.engine.node.PeerLink;
import io.skein.engine.node.Turn;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The real data plane: a whole [Node], driven as a server drives it.
///
/// Everything here happens in the data plane's thread. What is written in a turn leaves when it
/// ends.
final class NodeData implements DataPlane, NodeHost {
  private static final long TICK_US = 100_000;

  /// How many ticks lie between two looks at all data.
  private static final int SAMPLE_EVERY = 16;

  private static final long REWRITE_BYTES = 2000;
  private static final int DIGEST_DIGITS = 40;
  private static final long WORK_AGAIN_US = 1000;
  private static final long WORK_NANOS = 2_000_000;
  private static final long NANOS_PER_US = 1000;

  /// What looking at the clock takes, so that work with a budget comes to an end.
  private static final long LOOK_NANOS = 1000;

  private final SimNode node;
  private final NodeFiles files;
  private final Node engine;
  private final Turn turn;
  private final Inspector inspector;
  private final Inspector mover;
  private final LogWatch watch;
  private long lastNanos;
  private boolean workScheduled;
  private int ticks;

  /// Whether the data may have been replaced or dropped since this was told.
  private boolean changed = true;

  NodeData(SimNode node, SplittableRandom random) {
    this.node = node;
    this.files = new NodeFiles(node, random.split());
    Settings settings = new Settings("/", (current, requested) -> requested);
    settings.put(NetworkSettings.PORT, (long) SimNode.CLIENT_PORT);
    settings.put(ReplicationSettings.REPL_DISKLESS_SYNC_DELAY, 0L);
    settings.put(ReplicationSettings.REPL_TIMEOUT, 10L);
    settings.put(ReplicationSettings.REPL_PING_REPLICA_PERIOD, 1L);
    settings.put(ReplicationSettings.REPL_DISKLESS_SYNC, random.nextBoolean());
    settings.put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
    settings.put(PersistenceSettings.SAVE, List.of(new SavePoint(4, 1)));
    keepFiles(settings, node.world.options.profile());
    engine = new Node(settings, random.split(), this, node.port());
    turn = engine.newTurn();
    inspector = new Inspector(this, Session.Kind.PRIMARY);
    mover = new Inspector(this, Session.Kind.NORMAL);
    watch = new LogWatch(node, engine.log(), node.world.checks.logs);
  }

  /// With append only files, these are rewritten again and again.
  private static void keepFiles(Settings settings, Profile profile) {
    if (profile.hasFiles()) {
      settings.put(PersistenceSettings.APPENDONLY, true);
      settings.put(
          PersistenceSettings.APPENDFSYNC,
          profile == Profile.EVERYSEC ? AppendFsync.EVERYSEC : AppendFsync.ALWAYS);
      settings.put(PersistenceSettings.AUTO_AOF_REWRITE_MIN_SIZE, REWRITE_BYTES);
      settings.put(
          ReplicationSettings.REPLY_WAIT_REPLICAS, profile == Profile.REPLICATED ? 1L : 0L);
    }
  }

  @Override
  public void start() {
    engine.start();
    tick();
  }

  private void tick() {
    engine.tick();
    pump();
    if (changed && !inspector.position().isEmpty()) {
      changed = false;
      node.world.fates.changed(node);
    }
    if (++ticks % SAMPLE_EVERY == 0) {
      String position = inspector.position();
      if (!position.isEmpty()) {
        node.world.checks.onData(node, position, inspector.digest());
      }
    }
    node.after(TICK_US, node.data, this::tick);
  }

  Turn turn() {
    return turn;
  }

  Node engine() {
    return engine;
  }

  /// Does what arrived, and some of what nobody waits for.
  void pump() {
    run();
    if (engine.work(WORK_NANOS) && !workScheduled) {
      workScheduled = true;
      node.after(WORK_AGAIN_US, node.data, this::workAgain);
    }
    run();
    changed |= watch.look();
  }

  private void workAgain() {
    workScheduled = false;
    pump();
  }

  private void run() {
    while (turn.hasInput()) {
      turn.run();
    }
  }

  // ---- what the control plane asks

  @Override
  public void onView(ClusterView view) {}

  @Override
  public void carryOut(ClusterEffect effect) {
    engine.carryOut(effect);
    changed |=
        effect instanceof ClusterEffect.DropSlots || effect instanceof ClusterEffect.DropAllData;
    pump();
  }

  @Override
  public ClusterEvent.DataPlane status() {
    return engine.clusterStatus();
  }

  @Override
  public @Nullable SlotSet slotsWithKeys() {
    return engine.slotsWithKeys();
  }

  // ---- what the checks ask

  @Override
  public boolean isInSync() {
    String info = inspector.ask("INFO", "replication");
    return info.contains("role:master") || info.contains("master_link_status:up");
  }

  @Override
  public long digest() {
    return inspector.digest();
  }

  @Override
  public @Nullable String get(String key) {
    return Resp.value(inspector.ask("GET", key));
  }

  @Override
  public @Nullable Boolean has(String key) {
    String reply = inspector.ask("DEBUG", "DIGEST-VALUE", key);
    return reply.startsWith("*") ? !reply.contains("0".repeat(DIGEST_DIGITS)) : null;
  }

  @Override
  public String order(String... words) {
    String reply = mover.ask(words);
    node.data.give(this::pump);
    return reply;
  }

  @Override
  public boolean isSettled() {
    String info = inspector.ask("INFO", "cluster");
    return info.contains("cluster_slot_exports:0")
        && info.contains("cluster_slot_imports:0")
        && info.contains("cluster_slots_staged_keys:0");
  }

  @Override
  public void close() {
    engine.close();
  }

  // ---- what the node asks

  @Override
  public Handler accept(Side side) {
    return new ClientSession(this, node);
  }

  @Override
  public long nanos() {
    lastNanos = Math.max(lastNanos + LOOK_NANOS, node.clock.monotonicUs() * NANOS_PER_US);
    return lastNanos;
  }

  @Override
  public long unixMs() {
    return node.clock.wallMs();
  }

  @Override
  public void log(LogLevel level, String text) {
    node.say(level + " " + text);
  }

  @Override
  public Disk disk() {
    return files;
  }

  @Override
  public void exit(int code) {
    node.say("exits with " + code);
    node.kill(false);
  }

  @Override
  public PeerLink connect(String host, int port, PeerHandler handler) {
    Host to = node.world.host(host);
    return to == null
        ? NodePeer.unreachable(node, this, handler)
        : new NodePeer(node, this, handler, to, port);
  }
}
