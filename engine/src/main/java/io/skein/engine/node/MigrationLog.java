package io.skein.engine.node;

import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.migration.ImportState;
import io.skein.engine.cluster.migration.Migration;
import io.skein.engine.cluster.migration.MigrationPort.Replicated;
import io.skein.engine.cluster.migration.MigrationStatus;
import io.skein.engine.cluster.migration.SlotRanges;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/// The migrations that GETSLOTMIGRATIONS shows: those under way, and the last of those that are
/// over.
final class MigrationLog {
  private record Listed(String name, Supplier<MigrationStatus> status, BooleanSupplier isOver) {}

  private final LongUnaryOperator wallTime;

  /// The newest first.
  private final Deque<Listed> all = new ArrayDeque<>();

  /// @param wallTime the Unix time of a moment that is told in the time that never goes back
  MigrationLog(LongUnaryOperator wallTime) {
    this.wallTime = wallTime;
  }

  void add(String name, Supplier<MigrationStatus> status, BooleanSupplier isOver) {
    all.addFirst(new Listed(name, status, isOver));
  }

  /// The log of our primary, or a file, tells of a migration.
  void replicated(Replicated event, Migration migration, long nowMs) {
    Listed known = null;
    for (Listed one : all) {
      known = one.name.equals(migration.name()) ? one : known;
    }
    if (known == null && event != Replicated.BEGIN) {
      return;
    }
    long createdMs = known == null ? nowMs : known.status.get().createdMs();
    ImportState state =
        switch (event) {
          case BEGIN -> ImportState.OCCURRING_ON_PRIMARY;
          case PUBLISH -> ImportState.SUCCESS;
          case DROP -> ImportState.FAILED;
        };
    if (known != null) {
      all.remove(known);
    }
    MigrationStatus status =
        new MigrationStatus(migration, createdMs, nowMs, nowMs, state.wireName(), "", 0);
    add(migration.name(), () -> status, state::isOver);
  }

  /// Forgets the oldest that are over, so that `most` are left.
  void trim(long most) {
    Iterator<Listed> oldest = all.descendingIterator();
    while (all.size() > most && oldest.hasNext()) {
      if (oldest.next().isOver.getAsBoolean()) {
        oldest.remove();
      }
    }
  }

  /// What is shown, with times of the wall clock.
  List<MigrationStatus> statuses() {
    List<MigrationStatus> shown = new ArrayList<>();
    for (Listed one : all) {
      MigrationStatus s = one.status.get();
      shown.add(
          new MigrationStatus(
              s.migration(),
              wallTime.applyAsLong(s.createdMs()),
              wallTime.applyAsLong(s.updatedMs()),
              wallTime.applyAsLong(s.ackedMs()),
              s.state(),
              s.message(),
              s.remainingBytes()));
    }
    return shown;
  }

  /// Stands for migrations that nobody remembers.
  static Migration orphan(BitSet slots, String myId) {
    List<SlotRange> ranges = new ArrayList<>();
    for (int from = slots.nextSetBit(0); from >= 0; ) {
      int end = slots.nextClearBit(from);
      ranges.add(new SlotRange(from, end - 1));
      from = slots.nextSetBit(end);
    }
    return new Migration("0".repeat(40), false, new SlotRanges(ranges), myId, myId);
  }
}
