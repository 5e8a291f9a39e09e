package io.skein.server.rebalance;

import java.util.BitSet;

/// A primary as CLUSTER NODES shows it.
///
/// @param slots what it serves
/// @param hasOpenSlots whether a slot is marked as moving by SETSLOT; only a node's own line says
///   so
record Primary(String id, String host, int port, BitSet slots, boolean hasOpenSlots) {
  /// What people know it by.
  String name() {
    return id.substring(0, Math.min(8, id.length())) + " (" + host + ":" + port + ")";
  }
}
