package io.skein.simulator;

import io.skein.engine.cluster.ClusterInvariants;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.BusDecoder;
import io.skein.engine.cluster.bus.BusMessage;
import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// What must hold at every moment, checked as it happens.
///
/// 1. Those of [ClusterInvariants]: no slot with two owners in one epoch, no election with two
///    winners, no vote taken back.
/// 2. Epochs: what a process knows never goes back.
/// 3. A vote is on disk before it is sent, and a node votes for one candidate in an epoch, whatever
///    crashed in between.
/// 4. Histories: two nodes that are at one offset of one history have had the same writes, compared
///    byte for byte whenever a log may have grown; and, now and then, have the same data.
/// 5. A primary that hears nothing from a majority accepts no writes for longer than it may need to
///    notice: one and a half times the node timeout.
final class Checks {
  private static final int TYPE_AT = 12;
  private static final long MARGIN_MS = 1500;
  private static final int US_PER_MS = 1000;

  private final World world;
  private final ClusterInvariants cluster = new ClusterInvariants();
  private final LinkedHashMap<String, Long> currentEpochs = new LinkedHashMap<>();
  private final LinkedHashMap<String, String> votes = new LinkedHashMap<>();

  /// The histories of whole nodes.
  final Histories logs = new Histories();

  /// Those of modelled ones, as hashes.
  private final LinkedHashMap<String, List<Long>> histories = new LinkedHashMap<>();

  /// When each node last heard from each host, or could have: where nobody is cut off, nodes need
  /// not talk with each other for long, since others tell them how they are.
  private final long[][] heardUs;

  private final LinkedHashMap<String, Long> data = new LinkedHashMap<>();

  /// How often the data of a node were compared with what was there before at the same position.
  int compared;

  int elections;
  int published;

  /// How long after it last heard from a majority a primary still accepted a write, at worst.
  long longestIsolatedWriteMs;

  Checks(World world, int hosts) {
    this.world = world;
    this.heardUs = new long[hosts][hosts];
  }

  void onView(SimNode node, ClusterView view) {
    published++;
    cluster.onView(view);
    long epoch = view.summary().currentEpoch();
    Long before = currentEpochs.put(view.myself().id(), epoch);
    Invariant.check(
        before == null || before <= epoch,
        node.name + " knew epoch " + before + " and now " + epoch);
  }

  void onStopped(SimNode node) {
    cluster.onStopped(node.id());
    currentEpochs.remove(node.id());
  }

  void onLog(SimNode node, String text) {
    ClusterView view = node.view();
    if (text.startsWith("Failover election won") && view != null) {
      elections++;
      cluster.onElected(node.id(), view.myself().configEpoch());
    }
  }

  void onSend(SimNode node, byte[] bytes) {
    if (bytes[TYPE_AT] != 0 || bytes[TYPE_AT + 1] != BusType.AUTH_ACK.code()) {
      return;
    }
    BusMessage message = BusDecoder.decode(bytes);
    long epoch = message.header().currentEpoch();
    String conf = node.disk.nodesConf;
    int at = conf == null ? -1 : conf.lastIndexOf("lastVoteEpoch ");
    long saved = conf == null || at < 0 ? -1 : Long.parseLong(conf.substring(at).split("\\s+")[1]);
    Invariant.check(
        saved >= epoch,
        node.name + " sends a vote in epoch " + epoch + " with " + saved + " on disk");
    String vote = node.id() + " in epoch " + epoch;
    Invariant.check(votes.put(vote, vote) == null, "two votes of " + vote);
  }

  void onAppend(SimNode node, String replid, long offset, long hash) {
    List<Long> known = histories.computeIfAbsent(replid, k -> new ArrayList<>());
    while (known.size() <= offset) {
      known.add(null);
    }
    Long before = known.set((int) offset, hash);
    Invariant.check(
        before == null || before == hash,
        node.name + " has other writes than another node at " + replid + ":" + offset);
  }

  /// The data of `node` are those at `position`, a history and an offset: whoever is there has the
  /// same.
  void onData(SimNode node, String position, long digest) {
    Long before = data.putIfAbsent(position, digest);
    compared += before == null ? 0 : 1;
    Invariant.check(
        before == null || before == digest,
        node.name + " has other data than another node at " + position);
  }

  /// A process starts: it may believe in all others for a while.
  void onStarted(SimNode node) {
    Arrays.fill(heardUs[node.number], world.schedule.nowUs());
  }

  /// Something arrived at `node` on the bus.
  void onHeard(SimNode node, Host from) {
    heardUs[node.number][from.number] = world.schedule.nowUs();
    noteReachable(node);
  }

  private void noteReachable(SimNode node) {
    for (SimNode other : world.nodes) {
      if (other.alive && !other.isHeldUp() && world.network.isOpen(node, other)) {
        heardUs[node.number][other.number] = world.schedule.nowUs();
      }
    }
  }

  /// `node` accepted a write of a client.
  void onWrite(SimNode node) {
    ClusterView view = node.view();
    if (view == null) {
      return;
    }
    noteReachable(node);
    long sinceUs = heardFromMajorityUs(node, view);
    if (world.wasHeldUp(node, sinceUs)) {
      return;
    }
    long ms = (world.schedule.nowUs() - sinceUs) / US_PER_MS;
    longestIsolatedWriteMs = Math.max(longestIsolatedWriteMs, ms);
    long timeoutMs = node.settings.nodeTimeoutMs();
    Invariant.check(
        ms <= timeoutMs + timeoutMs / 2 + MARGIN_MS,
        node.name + " accepts a write " + ms + " ms after it last heard of a majority");
  }

  /// When `node` last had heard from so many primaries that they are a majority with it.
  private long heardFromMajorityUs(SimNode node, ClusterView view) {
    List<Long> heard = new ArrayList<>();
    for (NodeView other : view.nodes()) {
      Host host = world.host(other.ip());
      if (other.isPrimary() && !other.slots().isEmpty() && host != null) {
        heard.add(host == node ? world.schedule.nowUs() : heardUs[node.number][host.number]);
      }
    }
    heard.sort(Comparator.reverseOrder());
    return heard.isEmpty() ? world.schedule.nowUs() : heard.get(heard.size() / 2);
  }
}
