package io.skein.simulator.sentinel;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// What must hold among Sentinels, whatever happens; looked at with everything that they say and
/// do.
final class SentinelChecks {
  /// So long after it has come into reach, a majority answers whoever asks it.
  private static final long REACHED_MS = 5000;

  private final SentinelWorld world;
  private final Map<String, Long> newEpoch = new LinkedHashMap<>();
  private final Map<String, Long> standsIn = new LinkedHashMap<>();
  private final Map<Long, String> leaders = new LinkedHashMap<>();

  /// Who voted for whom, by epoch.
  private final Map<Long, Map<String, String>> votes = new LinkedHashMap<>();

  private final Map<String, Long> toldEpoch = new LinkedHashMap<>();
  private final Map<Long, String> placeOf = new LinkedHashMap<>();

  /// Epochs in which somebody's order is carried out, and by which Sentinels.
  private final Map<Long, Set<String>> orders = new LinkedHashMap<>();

  /// Of those, where it was done without the votes of a majority: there can be two then.
  private final Set<Long> unvoted = new LinkedHashSet<>();

  /// Since when a Sentinel could have had the votes of a majority.
  private final Map<String, Long> reachesSinceMs = new LinkedHashMap<>();

  private boolean ordering;
  int failovers;
  int elections;

  SentinelChecks(SentinelWorld world) {
    this.world = world;
  }

  /// Somebody gives a Sentinel an order.
  void ordered(SimSentinel sentinel, Runnable order) {
    ordering = true;
    order.run();
    ordering = false;
  }

  /// To be called all the time.
  void look() {
    for (SimSentinel sentinel : world.sentinels) {
      long reached =
          world.sentinels.stream().filter(other -> world.canAsk(sentinel, other)).count();
      if (reached > world.sentinels.size() / 2) {
        reachesSinceMs.putIfAbsent(sentinel.ip, world.time.nowMs());
      } else {
        reachesSinceMs.remove(sentinel.ip);
      }
    }
  }

  private void stands(String id) {
    long epoch = newEpoch.getOrDefault(id, 0L);
    standsIn.put(id, epoch);
    if (ordering) {
      orders.computeIfAbsent(epoch, e -> new LinkedHashSet<>()).add(id);
    }
  }

  private boolean isOrdered(String id, long epoch) {
    return orders.getOrDefault(epoch, Set.of()).contains(id);
  }

  /// A Sentinel tells its subscribers of something.
  void event(SimSentinel sentinel, String channel, String message) {
    String id = sentinel.id();
    switch (channel) {
      case "+new-epoch" -> newEpoch.put(id, Long.parseLong(message));
      case "+try-failover" -> stands(id);
      case "+vote-for-leader" -> {
        String[] words = message.split(" ");
        voted(id, words[0], Long.parseLong(words[1]));
      }
      case "+elected-leader" -> elected(sentinel, standsIn.getOrDefault(id, 0L));
      case "+promoted-slave" -> failovers++;
      default -> {}
    }
  }

  private void voted(String voter, String leader, long epoch) {
    Map<String, String> given = votes.computeIfAbsent(epoch, e -> new LinkedHashMap<>());
    String before = given.putIfAbsent(voter, leader);
    world.check(before == null || before.equals(leader), voter + " votes twice in epoch " + epoch);
  }

  private void elected(SimSentinel sentinel, long epoch) {
    String id = sentinel.id();
    elections++;
    Set<String> voters = new LinkedHashSet<>();
    votes
        .getOrDefault(epoch, Map.of())
        .forEach((voter, leader) -> {
          if (leader.equals(id)) {
            voters.add(voter);
          }
        });
    int majority = world.sentinels.size() / 2 + 1;
    if (voters.size() < majority && isOrdered(id, epoch)) {
      unvoted.add(epoch);
      Long since = reachesSinceMs.get(sentinel.ip);
      world.check(
          since == null || world.time.nowMs() - since < REACHED_MS,
          id + " leads epoch " + epoch + " without the votes of those whom it could ask");
      return;
    }
    String before = leaders.putIfAbsent(epoch, id);
    world.check(before == null || before.equals(id), "two leaders in epoch " + epoch);
    world.check(
        voters.size() >= majority,
        id + " leads epoch " + epoch + " with the votes of " + voters.size());
  }

  /// A server is told to be a primary.
  void promoted(SimServer server, SimSentinel by) {
    long epoch = standsIn.getOrDefault(by.id(), 0L);
    world.check(
        by.id().equals(leaders.get(epoch)) || isOrdered(by.id(), epoch) && unvoted.contains(epoch),
        server.ip + " is promoted by " + by.ip + ", which does not lead epoch " + epoch);
  }

  /// A hello was sent.
  void hello(String message) {
    String[] fields = message.split(",");
    long configEpoch = Long.parseLong(fields[7]);
    long before = toldEpoch.getOrDefault(fields[2], 0L);
    world.check(configEpoch >= before, "the config epoch of " + fields[2] + " goes back");
    toldEpoch.put(fields[2], configEpoch);
    String place = placeOf.putIfAbsent(configEpoch, fields[5]);
    world.check(
        place == null || place.equals(fields[5]) || unvoted.contains(configEpoch),
        "config epoch " + configEpoch + " has two places: " + place + " and " + message);
  }
}
