package io.skein.simulator.sentinel;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What goes wrong: crashes, pauses, partitions, disks, and orders that people give.
final class SentinelFaults {
  private final SentinelWorld world;
  private long endMs;

  SentinelFaults(SentinelWorld world) {
    this.world = world;
  }

  void begin(long untilMs) {
    endMs = untilMs;
    next();
  }

  private void next() {
    world.time.after(
        1000 + world.random.nextInt(15_000),
        () -> {
          if (world.time.nowMs() < endMs) {
            happen();
            next();
          }
        });
  }

  private long soon(int most) {
    return 500L + world.random.nextInt(most);
  }

  private SimServer server() {
    // More often than not it is the primary that is hit.
    for (SimServer server : world.servers) {
      if (server.isPrimary() && world.random.nextBoolean()) {
        return server;
      }
    }
    return world.servers.get(world.random.nextInt(world.servers.size()));
  }

  private SimSentinel sentinel() {
    return world.sentinels.get(world.random.nextInt(world.sentinels.size()));
  }

  private void happen() {
    switch (world.random.nextInt(10)) {
      case 0, 1 -> crashServer(server());
      case 2 -> pause(server(), 20_000);
      case 3 -> crashSentinel(sentinel());
      case 4 -> pause(sentinel(), 8000);
      case 5, 6 -> partition();
      case 7, 8 -> orders();
      default -> disk(sentinel());
    }
  }

  private void crashServer(SimServer server) {
    if (!server.up) {
      return;
    }
    world.trace(server, "crashes");
    server.crash();
    world.time.after(soon(40_000), server::restart);
  }

  /// Somebody orders a failover, or two people do on two Sentinels.
  private void orders() {
    order(sentinel());
    if (world.random.nextBoolean()) {
      SimSentinel second = sentinel();
      world.time.after(world.random.nextInt(20), () -> order(second));
    }
  }

  private void order(SimSentinel sentinel) {
    if (sentinel.up && !sentinel.paused) {
      boolean onlyCoordinated = world.random.nextBoolean();
      world.trace(sentinel, "is told to fail over" + (onlyCoordinated ? ", coordinated" : ""));
      world.checks.ordered(
          sentinel,
          () -> sentinel.ask(admin -> admin.failover(SentinelWorld.NAME, onlyCoordinated)));
    }
  }

  private void crashSentinel(SimSentinel sentinel) {
    if (!sentinel.up) {
      return;
    }
    world.trace(sentinel, "crashes");
    sentinel.crash();
    world.time.after(
        soon(20_000),
        () -> {
          if (!sentinel.up) {
            sentinel.start();
          }
        });
  }

  private void pause(SimHost host, int mostMs) {
    world.trace(host, "stands still");
    host.paused = true;
    world.time.after(soon(mostMs), () -> host.paused = false);
  }

  private void partition() {
    List<SimHost> all = new ArrayList<>(world.servers);
    all.addAll(world.sentinels);
    Set<SimHost> hosts = new LinkedHashSet<>();
    for (SimHost host : all) {
      if (world.random.nextInt(3) == 0) {
        hosts.add(host);
      }
    }
    boolean in = world.random.nextInt(4) != 0;
    boolean out = !in || world.random.nextInt(4) != 0;
    world.note("cut off: " + hosts.stream().map(host -> host.ip).toList());
    world.cut(hosts, in, out);
    world.time.after(soon(30_000), () -> world.cut(Set.of(), true, true));
  }

  private void disk(SimSentinel sentinel) {
    if (world.random.nextBoolean()) {
      world.trace(sentinel, "crashes when it saves next");
      sentinel.crashesOnSave = true;
    } else {
      world.trace(sentinel, "cannot save");
      sentinel.diskFails = true;
      world.time.after(soon(15_000), () -> sentinel.diskFails = false);
    }
  }

  /// Ends all that goes wrong.
  void heal() {
    world.note("all is well again");
    world.cut(Set.of(), true, true);
    for (SimServer server : world.servers) {
      server.paused = false;
      if (!server.up) {
        server.restart();
      }
    }
    for (SimSentinel sentinel : world.sentinels) {
      sentinel.paused = false;
      sentinel.diskFails = false;
      sentinel.crashesOnSave = false;
      if (!sentinel.up) {
        sentinel.start();
      }
    }
  }
}
