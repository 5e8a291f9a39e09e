package io.skein.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What goes wrong in a run: which kinds of faults.
enum Profile {
  /// Nothing: no write may be lost, nobody may be promoted.
  CALM,
  /// Manual failovers with everybody's help: no write may be lost either.
  FAILOVERS,
  CRASHES,
  PARTITIONS,
  PAUSES,
  CLOCKS,
  /// Two primaries die at once, or everybody does.
  TWO_PRIMARIES,
  /// An administrator who gives orders at bad moments.
  ORDERS,
  /// All there is, but for slots that move.
  MIXED,
  /// An administrator moves slots between whole nodes, and has them failed over with everybody's
  /// help: no write may be lost.
  SLOTS,
  /// All there is while slots move.
  SLOTS_MIXED,
  /// Primaries without replicas that die again and again, and that answer when a write is flushed:
  /// none may be lost.
  ALWAYS,
  /// The same, flushed every second: nothing older may be lost.
  EVERYSEC,
  /// Primaries and replicas that die, one at a time, and that answer when the write is flushed and
  /// a replica has it: none may be lost.
  REPLICATED;

  private static final int SECOND_US = 1_000_000;

  /// What can happen; one kind named twice is twice as frequent.
  List<Fault> faults() {
    return switch (this) {
      case CALM -> List.of();
      case FAILOVERS -> List.of(Fault.FAILOVER);
      case CRASHES ->
          List.of(Fault.KILL, Fault.KILL, Fault.POWER, Fault.CRASH_AT_FLUSH, Fault.DISK_FULL);
      case PARTITIONS ->
          List.of(Fault.ISOLATE, Fault.SPLIT, Fault.ONE_WAY, Fault.RESETS, Fault.HALF_OPEN);
      case PAUSES -> List.of(Fault.PAUSE, Fault.PAUSE, Fault.SLOW_NODE, Fault.SLOW_DISK);
      case CLOCKS -> List.of(Fault.CLOCK_JUMP, Fault.CLOCK_JUMP, Fault.KILL, Fault.SLOW_NETWORK);
      case TWO_PRIMARIES ->
          List.of(Fault.KILL_TWO_PRIMARIES, Fault.KILL_TWO_PRIMARIES, Fault.BLACKOUT);
      case ORDERS ->
          List.of(
              Fault.FAILOVER,
              Fault.TAKEOVER,
              Fault.TAKEOVER,
              Fault.BUMP,
              Fault.BUMP,
              Fault.FORGET,
              Fault.RESET,
              Fault.KILL,
              Fault.ISOLATE,
              Fault.SPLIT);
      case MIXED -> allBut(Fault.MIGRATE_SLOTS, Fault.CANCEL_MIGRATIONS, Fault.MOVE_SLOT);
      case SLOTS ->
          List.of(
              Fault.MIGRATE_SLOTS,
              Fault.MIGRATE_SLOTS,
              Fault.MIGRATE_SLOTS,
              Fault.CANCEL_MIGRATIONS,
              Fault.MOVE_SLOT,
              Fault.FAILOVER);
      case SLOTS_MIXED -> {
        // Two who order epochs for one slot on two sides of a partition are a dispute that nothing
        // decides.
        List<Fault> all = new ArrayList<>(allBut(Fault.TAKEOVER, Fault.BUMP));
        all.addAll(Collections.nCopies(16, Fault.MIGRATE_SLOTS));
        all.addAll(Collections.nCopies(4, Fault.KILL));
        yield List.copyOf(all);
      }
      case ALWAYS, EVERYSEC -> {
        List<Fault> all = new ArrayList<>(Collections.nCopies(6, Fault.POWER));
        all.addAll(List.of(Fault.KILL, Fault.KILL, Fault.KILL, Fault.BLACKOUT));
        yield List.copyOf(all);
      }
      case REPLICATED -> List.of(Fault.KILL, Fault.POWER);
    };
  }

  private static List<Fault> allBut(Fault... these) {
    List<Fault> rest = new ArrayList<>(List.of(Fault.values()));
    rest.removeAll(List.of(these));
    return List.copyOf(rest);
  }

  /// Whether slots move, which only whole nodes can do.
  boolean movesSlots() {
    return this == SLOTS || this == SLOTS_MIXED;
  }

  /// Whether it is about what append only files keep, of whole nodes.
  boolean hasFiles() {
    return this == ALWAYS || this == EVERYSEC || this == REPLICATED;
  }

  /// Whether half of the nodes are replicas.
  boolean hasReplicas() {
    return this != ALWAYS && this != EVERYSEC;
  }

  /// How much time passes between faults, on the average.
  int meanPauseUs() {
    return movesSlots() || !hasReplicas() ? 2 * SECOND_US : 7 * SECOND_US;
  }

  /// Whether acknowledged writes survive all that happens.
  boolean losesNothing() {
    return this == CALM
        || this == FAILOVERS
        || this == SLOTS
        || this == ALWAYS
        || this == REPLICATED;
  }
}
