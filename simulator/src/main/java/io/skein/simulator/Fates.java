package io.skein.simulator;

import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Who has the writes that WAIT confirmed, and how each that is lost came to be so.
final class Fates {
  /// Why a write that was on a primary and on a replica is nowhere.
  enum Fate {
    /// A process that had it died, came back with an older file before its replica was elected, and
    /// the replica took that over: with asynchronous replication the primary's word counts.
    OLD_FILE,
    /// A node that never had it became the primary, by votes or by order.
    OUTRANKED,
    /// Whoever had it died before it was in a file.
    ALL_DIED,
    /// Who had it lost it before the client heard of the confirmation.
    UNDERWAY,
    /// Nothing that was seen explains it.
    UNEXPLAINED
  }

  private final World world;
  private final LinkedHashMap<String, Waited> byKey = new LinkedHashMap<>();

  /// A write that was confirmed: who has it, who ever had, and how others ceased to.
  private static final class Waited {
    final BitSet holders = new BitSet();
    final BitSet everHolders = new BitSet();
    final EnumSet<Fate> losses = EnumSet.noneOf(Fate.class);

    void gone(int node, Fate fate) {
      holders.clear(node);
      losses.add(fate);
    }
  }

  Fates(World world) {
    this.world = world;
  }

  /// A client has heard that `key` is on a replica too.
  void confirmed(String key) {
    Waited write = new Waited();
    byKey.put(key, write);
    for (SimNode node : world.nodes) {
      if (Boolean.TRUE.equals(has(node, key))) {
        write.holders.set(node.number);
      }
    }
    write.everHolders.or(write.holders);
    if (write.holders.isEmpty()) {
      write.losses.add(Fate.UNDERWAY);
    }
  }

  private static @Nullable Boolean has(SimNode node, String key) {
    DataPlane plane = node.plane();
    return plane == null ? Boolean.FALSE : plane.has(key);
  }

  /// The process of `node` ended.
  void died(SimNode node) {
    for (Waited write : byKey.values()) {
      if (write.holders.get(node.number)) {
        write.gone(node.number, Fate.ALL_DIED);
      }
    }
  }

  /// The data of `node` may be others: it has loaded a file, taken over its primary's data, or
  /// dropped some.
  void changed(SimNode node) {
    Host primary = node.followed();
    byKey.forEach((key, write) -> {
      Boolean has = has(node, key);
      if (Boolean.TRUE.equals(has)) {
        write.holders.set(node.number);
        write.everHolders.set(node.number);
      } else if (Boolean.FALSE.equals(has) && write.holders.get(node.number)) {
        boolean primaryHad = primary != null && write.everHolders.get(primary.number);
        write.gone(node.number, primaryHad ? Fate.OLD_FILE : Fate.OUTRANKED);
      }
    });
  }

  /// How `key`, which is lost, came to be so.
  Fate of(String key) {
    Waited write = byKey.get(key);
    if (write == null) {
      return Fate.UNEXPLAINED;
    }
    if (!write.holders.isEmpty()) {
      // Somebody has it still who does not serve it: a node that lacked it was preferred.
      boolean really =
          write.holders.stream()
              .anyMatch(number -> Boolean.TRUE.equals(has(world.nodes.get(number), key)));
      return really ? Fate.OUTRANKED : Fate.UNEXPLAINED;
    }
    for (Fate fate : Fate.values()) {
      if (write.losses.contains(fate)) {
        return fate;
      }
    }
    return Fate.UNEXPLAINED;
  }
}
