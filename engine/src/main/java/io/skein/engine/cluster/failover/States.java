package io.skein.engine.cluster.failover;

import io.skein.engine.machine.Invariant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/// Which state may follow which: the executable form of a state diagram.
final class States<S extends Enum<S>> {
  private final EnumMap<S, EnumSet<S>> next;

  /// @param table the states that may follow each state
  States(Class<S> type, Map<S, EnumSet<S>> table) {
    this.next = new EnumMap<>(type);
    next.putAll(table);
  }

  void check(S from, S to) {
    EnumSet<S> allowed = next.get(from);
    Invariant.check(
        allowed != null && allowed.contains(to), "no transition from " + from + " to " + to);
  }
}
