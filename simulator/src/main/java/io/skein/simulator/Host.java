package io.skein.simulator;

import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// A machine on the network, with at most one process on it.
abstract class Host {
  final World world;
  final int number;
  final String name;
  private final String ip;

  /// The ends of connections that the running process holds.
  final LinkedHashSet<Side> sides = new LinkedHashSet<>();

  /// Whether the machine itself is without power: it does not even refuse.
  boolean dark;

  /// Whether the process runs, or is paused.
  boolean alive;

  /// Counts the processes that ran here, so that what was meant for one does not reach the next.
  int incarnation;

  Host(World world, int number, String name) {
    this.world = world;
    this.number = number;
    this.name = name;
    this.ip = "10.0." + (number >> 8) + "." + ((number & 0xff) + 1);
  }

  String ip() {
    return ip;
  }

  /// Takes a connection to `port`: says who handles it, or null when nothing listens there.
  abstract @Nullable Handler accept(int port, Side side);

  /// The thread that handles the connections of `port`.
  abstract Lane lane(int port);

  /// Has `work` done after a while, if the process still runs then.
  void after(long delayUs, Lane lane, Runnable work) {
    int then = incarnation;
    world.schedule.after(
        delayUs,
        () -> {
          if (alive && incarnation == then) {
            lane.give(work);
          }
        });
  }

  void say(String text) {
    world.trace.line(world.schedule.nowUs(), name, text);
  }
}
