package io.skein.simulator.sentinel;

import io.skein.engine.sentinel.Admin;
import io.skein.engine.sentinel.Answer;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A primary, its replicas and their Sentinels in virtual time, all of which follows from a seed.
///
/// Things go wrong for a while; then all is well again, and after some minutes everybody must agree
/// on one primary.
public final class SentinelWorld {
  private static final long HEALING_MS = 240_000;
  static final String NAME = "mymaster";

  final Timeline time = new Timeline();
  final SplittableRandom random;
  final SentinelChecks checks = new SentinelChecks(this);
  final List<SimServer> servers = new ArrayList<>();
  final List<SimSentinel> sentinels = new ArrayList<>();
  final Set<Pipe> pipes = new LinkedHashSet<>();

  /// Hosts that are cut off from all others, and by which directions.
  private final Set<SimHost> island = new LinkedHashSet<>();

  private boolean cutsIn = true;
  private boolean cutsOut = true;
  private final @Nullable PrintStream out;
  private long hash = 1;
  private @Nullable String broken;

  /// @param out takes a line for each event of a Sentinel, or null
  public SentinelWorld(long seed, int sentinelCount, int replicaCount, @Nullable PrintStream out) {
    this.random = new SplittableRandom(seed);
    this.out = out;
    for (int i = 0; i <= replicaCount; i++) {
      servers.add(new SimServer(this, i, i == 0 ? null : servers.getFirst().ip));
    }
    String config =
        "sentinel monitor "
            + (NAME + " " + servers.getFirst().ip + " " + SimServer.PORT + " ")
            + (sentinelCount / 2 + 1)
            + "\nsentinel down-after-milliseconds mymaster 2000"
            + "\nsentinel failover-timeout mymaster 10000\n";
    for (int i = 0; i < sentinelCount; i++) {
      sentinels.add(new SimSentinel(this, replicaCount + 1 + i, config));
    }
  }

  /// Runs it, with faults for `minutes` minutes.
  ///
  /// @return what was broken, or null
  public @Nullable String run(int minutes) {
    live();
    sentinels.forEach(SimSentinel::start);
    // Sentinels that have not met yet would each be a majority.
    until(time.nowMs() + 20_000);
    SentinelFaults faults = new SentinelFaults(this);
    long faultsEndMs = time.nowMs() + minutes * 60_000L;
    faults.begin(faultsEndMs);
    until(faultsEndMs);
    faults.heal();
    until(time.nowMs() + HEALING_MS);
    if (broken == null) {
      checkEnd();
    }
    return broken;
  }

  /// How many failovers came to a promotion.
  public int failovers() {
    return checks.failovers;
  }

  /// A number that two equal runs have in common.
  public long hash() {
    return hash;
  }

  private void until(long endMs) {
    while (broken == null && time.step(endMs)) {
      // Time passes.
    }
  }

  private void live() {
    servers.forEach(SimServer::live);
    checks.look();
    time.after(100, this::live);
  }

  private void checkEnd() {
    List<SimServer> primaries = servers.stream().filter(SimServer::isPrimary).toList();
    check(primaries.size() == 1, primaries.size() + " primaries in the end");
    if (primaries.size() != 1) {
      return;
    }
    String ip = primaries.getFirst().ip;
    for (SimServer server : servers) {
      check(
          server.isPrimary() || ip.equals(server.primaryHost),
          server.ip + " follows " + server.primaryHost + " in the end, not " + ip);
    }
    Answer expected =
        new Answer.Items(List.of(new Answer.Bulk(ip), new Answer.Bulk("" + SimServer.PORT)));
    for (SimSentinel sentinel : sentinels) {
      Answer address = sentinel.ask(admin -> admin.addressOf(NAME));
      check(
          expected.equals(address),
          sentinel.ip + " says " + address + " in the end, not " + expected);
      Answer quorum = sentinel.ask(admin -> admin.checkQuorum(NAME));
      check(quorum instanceof Answer.Text, sentinel.ip + " says in the end: " + quorum);
    }
  }

  /// Why a Sentinel sees the primary as it does.
  public @Nullable Answer why(int sentinel) {
    return sentinels.get(sentinel).ask((Admin admin) -> admin.why(NAME));
  }

  void check(boolean holds, String what) {
    if (!holds && broken == null) {
      broken = what;
      note("BROKEN: " + what);
    }
  }

  void trace(SimHost host, String text) {
    note(host.ip + " " + text);
  }

  void note(String text) {
    hash = hash * 31 + text.hashCode() + time.nowMs();
    if (out != null) {
      out.println(time.nowMs() % 10_000_000 + " " + text);
    }
  }

  String hex(int digits) {
    StringBuilder text = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }

  /// What a message takes on its way.
  long delay() {
    return random.nextInt(20) == 0 ? random.nextInt(100) : 1 + random.nextInt(3);
  }

  @Nullable SimServer serverAt(String ip) {
    for (SimServer server : servers) {
      if (server.ip.equals(ip)) {
        return server;
      }
    }
    return null;
  }

  SimHost hostAt(String ip) {
    SimServer server = serverAt(ip);
    if (server != null) {
      return server;
    }
    for (SimSentinel sentinel : sentinels) {
      if (sentinel.ip.equals(ip)) {
        return sentinel;
      }
    }
    throw new IllegalStateException("no host " + ip);
  }

  List<Pipe> pipesTo(SimHost host) {
    return pipes.stream().filter(pipe -> pipe.server.equals(host)).toList();
  }

  void closeAllTo(SimHost host) {
    pipesTo(host).forEach(Pipe::close);
  }

  void cut(Set<SimHost> hosts, boolean in, boolean outwards) {
    island.clear();
    island.addAll(hosts);
    cutsIn = in;
    cutsOut = outwards;
  }

  /// Whether `one` can have the vote of `other`.
  boolean canAsk(SimSentinel one, SimSentinel other) {
    boolean bothRun = one.up && !one.paused && !one.diskFails && other.up && !other.paused;
    return bothRun
        && !other.diskFails
        && !other.crashesOnSave
        && !isCut(one, other)
        && !isCut(other, one);
  }

  boolean isCut(SimHost from, SimHost to) {
    boolean fromIsland = island.contains(from);
    return fromIsland != island.contains(to) && (fromIsland ? cutsOut : cutsIn);
  }
}
