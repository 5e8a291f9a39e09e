package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusEncoder;
import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.BusMessage;
import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Collects what an event leads to, until it is dealt with.
final class Outgoing implements Outbox {
  private final Membership members;
  private final Links links;
  private final List<ClusterEffect> pending = new ArrayList<>();
  private final long[] sent = new long[BusType.values().length];
  private @Nullable Composer composer;
  private long nowMs;

  private boolean saveNow;
  private boolean saveSoon;
  private boolean write;
  private boolean reviewHealth;
  private boolean reviewElection;
  private boolean news;

  Outgoing(LocalState local) {
    this.members = local.members;
    this.links = new Links(members, pending::add);
  }

  void composer(Composer newComposer) {
    composer = newComposer;
  }

  Links links() {
    return links;
  }

  /// Begins an event.
  void begin(long eventMs) {
    nowMs = eventMs;
  }

  void add(ClusterEffect effect) {
    pending.add(effect);
  }

  /// Takes what was collected.
  List<ClusterEffect> take() {
    List<ClusterEffect> taken = List.copyOf(pending);
    pending.clear();
    return taken;
  }

  long[] sent() {
    return sent.clone();
  }

  // Messages

  private Composer composer() {
    return Objects.requireNonNull(composer);
  }

  private BusHeader header() {
    return composer().header(0);
  }

  private void send(long linkId, BusType type, byte[] bytes) {
    sent[type.code()]++;
    pending.add(new ClusterEffect.Send(linkId, bytes));
  }

  private void send(ClusterNode node, BusMessage message) {
    if (node.hasLink()) {
      send(node.linkId(), message.type(), BusEncoder.encode(message));
    }
  }

  private void broadcast(BusMessage message) {
    byte[] bytes = BusEncoder.encode(message);
    for (ClusterNode node : members.nodes()) {
      if (node.hasLink() && !node.inHandshake()) {
        send(node.linkId(), message.type(), bytes);
      }
    }
  }

  /// Answers a PING or MEET on the link it came on.
  void pong(Link link) {
    BusMessage message = composer().heartbeat(BusType.PONG, link.node(), nowMs);
    send(link.id, BusType.PONG, BusEncoder.encode(message));
  }

  @Override
  public void ping(ClusterNode node) {
    greet(node, BusType.PING);
  }

  /// Sends a PING or MEET on our link to `node`.
  void greet(ClusterNode node, BusType type) {
    if (node.hasLink()) {
      if (type == BusType.PING) {
        node.pingSentMs = nowMs;
      }
      send(node, composer().heartbeat(type, node, nowMs));
    }
  }

  @Override
  public void pongToAll() {
    for (ClusterNode node : members.nodes()) {
      if (node.hasLink() && !node.inHandshake()) {
        send(node, composer().heartbeat(BusType.PONG, node, nowMs));
      }
    }
  }

  @Override
  public void pongToReplicas() {
    ClusterNode myself = members.myself();
    for (ClusterNode node : members.nodes()) {
      ClusterNode primary = node.primary();
      if (primary != null && (primary == myself || primary == myself.primary())) {
        send(node, composer().heartbeat(BusType.PONG, node, nowMs));
      }
    }
  }

  @Override
  public void pongToReplicasOf(ClusterNode primary) {
    for (ClusterNode replica : primary.replicas()) {
      if (!replica.inHandshake()) {
        send(replica, composer().heartbeat(BusType.PONG, replica, nowMs));
      }
    }
  }

  @Override
  public void sendVoteDenied(ClusterNode candidate, long epoch, String reason) {
    send(candidate, composer().denial(candidate, epoch, reason, nowMs));
  }

  @Override
  public void broadcastFail(ClusterNode failing) {
    broadcast(new BusMessage.Fail(header(), failing.id()));
  }

  @Override
  public void broadcastAuthRequest(boolean force) {
    int flags = force ? BusHeader.FORCE_ACK : 0;
    broadcast(new BusMessage.AuthRequest(composer().header(flags)));
  }

  @Override
  public void sendAuthAck(ClusterNode candidate) {
    send(candidate, new BusMessage.AuthAck(header()));
  }

  @Override
  public void sendUpdate(ClusterNode stale, ClusterNode owner) {
    send(
        stale,
        new BusMessage.Update(
            header(), owner.configEpoch(), owner.id(), members.claimedSlots(owner)));
  }

  @Override
  public void sendManualFailoverStart(ClusterNode primary) {
    send(primary, new BusMessage.ManualFailoverStart(header()));
  }

  /// Passes a publication on to all nodes, or to those of our shard.
  void publish(ClusterEvent.Publish event) {
    BusMessage.Publish message =
        new BusMessage.Publish(header(), event.sharded(), event.channel(), event.message());
    if (!event.sharded()) {
      broadcast(message);
      return;
    }
    byte[] bytes = BusEncoder.encode(message);
    String shard = members.myself().shardId();
    for (ClusterNode node : members.nodes()) {
      if (node.hasLink() && !node.inHandshake() && node.shardId().equals(shard)) {
        send(node.linkId(), message.type(), bytes);
      }
    }
  }

  // Everything else

  @Override
  public void log(LogLevel level, String text) {
    pending.add(new ClusterEffect.Log(level, text));
  }

  @Override
  public void dropLink(ClusterNode node) {
    links.drop(node);
  }

  @Override
  public void pauseWrites() {
    pending.add(new ClusterEffect.PauseWrites());
  }

  @Override
  public void askForOffset() {
    pending.add(new ClusterEffect.ReportOffset());
  }

  @Override
  public void resumeWrites() {
    pending.add(new ClusterEffect.ResumeWrites());
  }

  @Override
  public void saveNow() {
    saveNow = true;
  }

  @Override
  public void saveSoon() {
    saveSoon = true;
  }

  @Override
  public void writeNow() {
    write = true;
    saveSoon = true;
  }

  @Override
  public void reviewHealth() {
    reviewHealth = true;
  }

  @Override
  public void reviewElection() {
    reviewElection = true;
  }

  /// Tells all nodes within a tenth of a second, with `Haste.quickForming`, what they would learn
  /// by and by.
  void news() {
    news = true;
  }

  boolean takeNews() {
    boolean was = news;
    news = false;
    return was;
  }

  boolean takeHealthReview() {
    boolean was = reviewHealth;
    reviewHealth = false;
    return was;
  }

  boolean takeElectionReview() {
    boolean was = reviewElection;
    reviewElection = false;
    return was;
  }

  /// What waited to be saved soon is to be saved now.
  void saveWhatWaits() {
    saveNow |= saveSoon;
  }

  boolean takeSave() {
    boolean was = saveNow;
    if (was) {
      saveNow = false;
      saveSoon = false;
      write = false;
    }
    return was;
  }

  boolean takeWrite() {
    boolean was = write;
    write = false;
    return was;
  }
}
