package io.skein.engine.replication;

import io.skein.engine.replication.PrimaryEvent.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who introduced itself as a replica, and who is one.
final class Roster {
  private final Map<Long, ReplicaLink> links = new LinkedHashMap<>();

  /// Those of [#links] that asked for the data, in the order in which they did.
  private final List<ReplicaLink> replicas = new ArrayList<>();

  private long emptySinceMs;
  private int good;

  ReplicaLink introduce(Peer peer) {
    return links.computeIfAbsent(peer.link(), k -> new ReplicaLink(peer));
  }

  @Nullable ReplicaLink get(long link) {
    return links.get(link);
  }

  void attach(ReplicaLink link, long nowMs) {
    replicas.add(link);
    link.syncAskedAtMs = nowMs;
    link.drainedAtMs = nowMs;
    link.ackedAtMs = nowMs;
  }

  void remove(ReplicaLink link, long nowMs) {
    link.release();
    links.remove(link.peer.link());
    if (replicas.remove(link) && replicas.isEmpty()) {
      emptySinceMs = nowMs;
    }
  }

  List<ReplicaLink> replicas() {
    return replicas;
  }

  /// Returns the replicas, to be walked through while some are removed.
  List<ReplicaLink> snapshot() {
    return List.copyOf(replicas);
  }

  boolean isEmpty() {
    return replicas.isEmpty();
  }

  long emptySinceMs() {
    return emptySinceMs;
  }

  void emptySinceMs(long atMs) {
    emptySinceMs = atMs;
  }

  int countAcked(long offset) {
    return (int) replicas.stream().filter(r -> r.isOnline() && r.ackOffset >= offset).count();
  }

  /// Returns the highest offset that `count` replicas have confirmed, or -1 when there are not so
  /// many.
  long ackedBy(int count) {
    long[] acked =
        replicas.stream()
            .filter(ReplicaLink::isOnline)
            .mapToLong(r -> r.ackOffset)
            .sorted()
            .toArray();
    return acked.length < count ? -1 : acked[acked.length - count];
  }

  int countFsynced(long offset) {
    return (int) replicas.stream().filter(r -> r.isOnline() && r.fsyncedOffset >= offset).count();
  }

  /// Counts those again that are online and confirmed something within `maxLagMs`.
  void countGood(long maxLagMs, long nowMs) {
    good =
        (int)
            replicas.stream().filter(r -> r.isOnline() && nowMs - r.ackedAtMs <= maxLagMs).count();
  }

  int good() {
    return good;
  }

  List<ReplicaView> views(long nowMs) {
    return replicas.stream().map(r -> view(r, nowMs)).toList();
  }

  private static ReplicaView view(ReplicaLink r, long nowMs) {
    long lagSeconds = r.isOnline() ? (nowMs - r.ackedAtMs) / 1000 : 0;
    return new ReplicaView(
        r.peer.link(), r.ip(), r.listeningPort, r.state(), r.ackOffset, lagSeconds, r.lagBytes());
  }
}
