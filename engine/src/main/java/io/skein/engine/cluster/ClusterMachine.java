package io.skein.engine.cluster;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.failover.Ballot;
import io.skein.engine.cluster.failover.ClusterHealth;
import io.skein.engine.cluster.failover.Election;
import io.skein.engine.cluster.failover.ElectionState;
import io.skein.engine.cluster.failover.ManualFailover;
import io.skein.engine.cluster.failover.ReplicaMigration;
import io.skein.engine.cluster.failover.Roles;
import io.skein.engine.cluster.gossip.BanList;
import io.skein.engine.cluster.gossip.FailureDetector;
import io.skein.engine.cluster.gossip.GossipSection;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.NodesConf;
import io.skein.engine.machine.Machine;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The control plane of one node of a Redis Cluster.
///
/// # Driving it
///
/// - One thread calls [#on], [#tick] and [#request]; the first call should be a `tick`, at start.
///   It hands out the first `Persist` and `PublishView`.
/// - `nowMs` counts milliseconds since 1970, as it shows in replies and in gossip, but must never
///   go back: take the wall clock once and go on by a monotonic one.
/// - After each call, carry out the effects in order, and call `tick` no later than
///   [#nextDeadlineMs].
/// - `Persist` completes before the effects after it begin. When it fails, stop the node.
/// - What a call leads to comes in this order: `Persist`, `BecomePrimary`, `PublishView`,
///   `BecomeReplicaOf`, `SlotsReassigned`, `StateChanged`, then links, messages, data to drop,
///   pauses and log lines as they came up. So a node is a primary before its view says that it
///   serves, and has ceased to serve slots before their keys are dropped.
/// - Messages are accepted and links opened only after the data was loaded (`DataLoaded`); ticks
///   before that do no harm.
///
/// # Its parts
///
/// `Inbox` takes in bytes; `Heartbeats` believes or disbelieves PING, PONG and MEET; `SlotClaims`
/// decides who owns a slot; `FailureDetector` who has failed; `Ballot` grants votes; `Election`
/// gathers them; `ManualFailover` and `ReplicaMigration` move roles on purpose; `Cadence` does what
/// is due ten times a second; `AdminRequests` does what people ask; `Outgoing` collects effects.
///
/// *Invariants*: those of [Membership], [Ballot] and [Election]; and across nodes, those of
/// [ClusterInvariants].
///
/// *Threads*: one.
///
/// *See*: the Redis Cluster specification,
/// https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/.
public final class ClusterMachine implements Machine<ClusterEvent, ClusterEffect> {
  private static final long ROUND_MS = 100;

  /// A machine that is called later than this does not get the time that it needs.
  private static final long AWAY_MS = 2 * ROUND_MS;

  private final LocalState local;
  private final Membership members;
  private final Outgoing out;
  private final Links links;
  private final FailureDetector detector;
  private final ManualFailover manual;
  private final Election election;
  private final ReplicaMigration migration;
  private final ClusterHealth health;
  private final Inbox inbox;
  private final Cadence cadence;
  private final AdminRequests admin;
  private final ViewPublisher publisher;

  private boolean started;
  private long nextRoundMs;

  /// When this machine was called last.
  private long awakeMs;

  private @Nullable Followed followed;

  /// The node we told the data plane to replicate from.
  private record Followed(String nodeId, String host, int port) {}

  /// A node that never was in a cluster: it draws an id, and knows nobody.
  public static ClusterMachine fresh(
      ClusterSettings settings, RandomGenerator entropy, long nowMs) {
    return new ClusterMachine(settings, new Membership(entropy, nowMs), false, entropy);
  }

  /// A node that comes back with what its `nodes.conf` says.
  public static ClusterMachine restored(
      ClusterSettings settings, NodesConf conf, RandomGenerator entropy, long nowMs) {
    Membership members = new Membership(entropy, conf, nowMs);
    return new ClusterMachine(settings, members, conf.nodes().size() > 1, entropy);
  }

  private ClusterMachine(
      ClusterSettings settings, Membership members, boolean hasPast, RandomGenerator entropy) {
    this.members = members;
    this.local = new LocalState(members, settings);
    this.out = new Outgoing(local);
    this.links = out.links();
    this.detector = new FailureDetector(local, out);
    this.manual = new ManualFailover(local, out);
    this.health = new ClusterHealth(local, hasPast, out);
    BanList bans = new BanList();
    GossipSection gossip = new GossipSection(local, detector, bans, out);
    out.composer(new Composer(local, gossip, bans, manual, health));
    Roles roles = new Roles(local, manual, out);
    this.election = new Election(local, manual, roles, entropy, out);
    this.migration = new ReplicaMigration(local, roles, out);
    SlotClaims claims = new SlotClaims(local, roles, health, out);
    Heartbeats heartbeats = new Heartbeats(local, detector, gossip, bans, claims, out);
    this.inbox =
        new Inbox(
            members, heartbeats, detector, new Ballot(local, out), election, manual, claims, out);
    this.cadence = new Cadence(local, detector, out);
    this.admin =
        new AdminRequests(local, heartbeats, detector, bans, manual, roles, inbox, election, out);
    this.publisher = new ViewPublisher(local, health, links);
    announce();
  }

  /// The id of this node.
  public String myId() {
    return members.myself().id();
  }

  /// The newest epoch that this node knows of.
  public long currentEpoch() {
    return members.currentEpoch();
  }

  /// Where this node stands in an election.
  public ElectionState electionState() {
    return election.state();
  }

  @Override
  public void on(ClusterEvent event, long nowMs, Consumer<ClusterEffect> effects) {
    begin(nowMs);
    switch (event) {
      case ClusterEvent.LinkOpened opened -> onOpened(opened);
      case ClusterEvent.LinkAccepted accepted -> links.accepted(accepted, nowMs);
      case ClusterEvent.LinkRefused refused -> onRefused(refused.linkId(), nowMs);
      case ClusterEvent.LinkClosed closed -> onClosed(closed, nowMs);
      case ClusterEvent.Received received -> {
        Link link = links.get(received.linkId());
        if (link != null) {
          inbox.on(link, received.bytes(), nowMs);
        }
      }
      case ClusterEvent.SendBuffer buffer -> onSendBuffer(buffer);
      case ClusterEvent.DataPlane status -> {
        long silentMs = status.primarySilentMs();
        local.dataPlane(
            status.replicationOffset(), silentMs < 0 ? 0 : nowMs - silentMs, status.writesPaused());
        manual.onOffset(nowMs);
        out.reviewElection();
      }
      case ClusterEvent.Surroundings(long clockMs, long maxmemoryBytes, int flags) ->
          local.surroundings(clockMs - nowMs, maxmemoryBytes, flags);
      case ClusterEvent.DataLoaded loaded -> onDataLoaded(loaded.slotsWithKeys());
      case ClusterEvent.SettingsChanged changed -> {
        local.settings(changed.settings());
        announce();
        out.saveSoon();
        out.reviewHealth();
        out.reviewElection();
      }
      case ClusterEvent.Publish publish -> out.publish(publish);
    }
    finish(nowMs, false, effects);
  }

  @Override
  public void tick(long nowMs, Consumer<ClusterEffect> effects) {
    begin(nowMs);
    boolean round = nowMs >= nextRoundMs;
    if (round) {
      nextRoundMs = nowMs - nextRoundMs > ROUND_MS ? nowMs + ROUND_MS : nextRoundMs + ROUND_MS;
      cadence.round(nowMs);
      health.watch(nowMs);
      manual.tick(nowMs);
      migration.tick(health.isOk(), nowMs);
      out.saveWhatWaits();
      if (!health.isOk()) {
        out.reviewHealth();
      }
    }
    cadence.watchPrimary(nowMs);
    manual.askForOffset();
    links.connectDue(nowMs);
    out.reviewElection();
    finish(nowMs, round, effects);
  }

  /// Carries out what an administrator asks, and answers at once.
  public ClusterResult request(
      ClusterRequest request, long nowMs, Consumer<ClusterEffect> effects) {
    begin(nowMs);
    ClusterResult result = admin.on(request, nowMs);
    links.connectDue(nowMs);
    finish(nowMs, false, effects);
    return result;
  }

  @Override
  public long nextDeadlineMs() {
    long next = Math.min(nextRoundMs, Math.min(election.nextDeadlineMs(), links.nextDeadlineMs()));
    return Math.min(next, Math.min(cadence.nextWatchMs(), manual.nextDeadlineMs(awakeMs)));
  }

  private void begin(long nowMs) {
    out.begin(nowMs);
    if (!started) {
      started = true;
      nextRoundMs = nowMs;
      out.saveNow();
      out.reviewHealth();
    } else if (nowMs - awakeMs > Math.max(local.settings().nodeTimeoutMs(), AWAY_MS)) {
      health.overslept(nowMs);
    }
    if (nowMs - awakeMs > AWAY_MS && awakeMs != 0) {
      detector.wasAway(nowMs - awakeMs, nowMs);
      health.wasAway(nowMs - awakeMs, nowMs);
    }
    awakeMs = nowMs;
  }

  private void onOpened(ClusterEvent.LinkOpened opened) {
    ClusterNode node = links.opened(opened);
    if (node == null) {
      out.add(new ClusterEffect.Close(opened.linkId()));
    } else {
      detector.onAlive(node);
      cadence.onOpened(node);
    }
  }

  private void onRefused(long linkId, long nowMs) {
    ClusterNode node = links.gone(linkId, nowMs);
    if (node != null) {
      cadence.onUnreachable(node, nowMs);
      node.nextConnectMs = detector.onRefused(node, nowMs);
    }
  }

  private void onClosed(ClusterEvent.LinkClosed closed, long nowMs) {
    ClusterNode node = links.gone(closed.linkId(), nowMs);
    if (node != null) {
      out.log(LogLevel.DEBUG, "Link to node " + node + " is gone: " + closed.reason());
      detector.onAlive(node);
      cadence.onUnreachable(node, nowMs);
      links.connectDue(nowMs);
    }
  }

  private void onSendBuffer(ClusterEvent.SendBuffer buffer) {
    Link link = links.get(buffer.linkId());
    long limitBytes = local.settings().linkSendBufferLimitBytes();
    if (link != null && links.sendBuffer(link, buffer.bytes(), limitBytes)) {
      ClusterNode node = link.node();
      out.log(
          LogLevel.WARNING,
          "Freeing cluster link("
              + (link.isInbound() ? "from" : "to")
              + " node "
              + (node == null ? "" : node.id())
              + ", used memory: "
              + buffer.bytes()
              + ") due to exceeding send buffer memory limit.");
    }
  }

  /// Brings the slots in line with the data: a slot with keys that nobody owns is ours, one that
  /// another owns is marked as importing, so that tools see it and can repair it.
  private void onDataLoaded(SlotSet slotsWithKeys) {
    ClusterNode myself = members.myself();
    if (myself.isReplica()) {
      return;
    }
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      ClusterNode owner = members.owner(slot);
      if (!slotsWithKeys.contains(slot) || owner == myself || members.importingFrom(slot) != null) {
        continue;
      }
      if (owner == null) {
        out.log(
            LogLevel.NOTICE,
            "I have keys for unassigned slot " + slot + ". Taking responsibility for it.");
        members.assign(slot, myself);
      } else {
        out.log(
            LogLevel.NOTICE,
            "I have keys for slot "
                + slot
                + ", but the slot is assigned to another node. Setting it to importing state.");
        members.importing(slot, owner);
      }
      out.saveNow();
      out.reviewHealth();
    }
  }

  /// Applies what the settings say about this node itself.
  private void announce() {
    ClusterSettings settings = local.settings();
    ClusterSettings.Announcement announcement = settings.announcement();
    ClusterNode myself = members.myself();
    String ip = announcement.ip().isEmpty() ? myself.ip() : announcement.ip();
    myself.address(
        new ClusterNode.Address(
            ip,
            settings.announcedTcpPort(),
            settings.announcedTlsPort(),
            settings.announcedBusPort()));
    myself.hostname(announcement.hostname());
    myself.humanNodename(announcement.humanNodename());
    if (settings.replicas().noFailover()) {
      myself.set(NodeFlags.NOFAILOVER);
    } else {
      myself.clear(NodeFlags.NOFAILOVER);
    }
  }

  private void finish(long nowMs, boolean round, Consumer<ClusterEffect> effects) {
    while (out.takeElectionReview()) {
      election.review(nowMs);
    }
    boolean stateChanged = out.takeHealthReview() && health.review(nowMs);
    members.checkInvariants();
    if (out.takeSave()) {
      effects.accept(new ClusterEffect.Persist(NodesConf.encode(members)));
    } else if (out.takeWrite()) {
      effects.accept(new ClusterEffect.Write(NodesConf.encode(members)));
    }
    if (followed != null && members.myself().isPrimary()) {
      followed = null;
      effects.accept(new ClusterEffect.BecomePrimary());
    }
    if (round || publisher.isDue()) {
      effects.accept(new ClusterEffect.PublishView(publisher.view(out.sent(), inbox.received())));
    }
    followPrimary(effects);
    SlotSet reassigned = members.takeReassigned();
    if (!reassigned.isEmpty()) {
      effects.accept(new ClusterEffect.SlotsReassigned(reassigned));
    }
    if (stateChanged) {
      effects.accept(new ClusterEffect.StateChanged(health.isOk(), health.reason()));
    }
    out.take().forEach(effects);
  }

  /// Has the data plane replicate from our primary, as soon as its address is known, and again when
  /// it changes.
  private void followPrimary(Consumer<ClusterEffect> effects) {
    ClusterNode primary = members.myself().primary();
    if (primary == null || !ViewPublisher.isReachable(primary)) {
      return;
    }
    boolean tls = local.settings().ports().tlsReplication();
    Followed wanted = new Followed(primary.id(), primary.ip(), primary.address().clientPort(tls));
    if (!wanted.equals(followed)) {
      followed = wanted;
      effects.accept(
          new ClusterEffect.BecomeReplicaOf(wanted.nodeId(), wanted.host(), wanted.port()));
    }
  }
}
