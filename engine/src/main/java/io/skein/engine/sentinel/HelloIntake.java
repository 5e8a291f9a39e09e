package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import org.jspecify.annotations.Nullable;

/// Learns from the hellos of other Sentinels: who they are, and where a primary has moved.
final class HelloIntake {
  private final SentinelState state;
  private final Registry registry;

  HelloIntake(SentinelState state, Registry registry) {
    this.state = state;
    this.registry = registry;
  }

  /// Takes a message; one that makes no sense, is our own, or is about a primary that we do not
  /// watch, says nothing.
  void on(String text) {
    Hello hello = Hello.parse(text);
    if (hello == null || hello.runId().equals(state.myId)) {
      return;
    }
    Primary primary = state.primaries.get(hello.primary());
    if (primary == null) {
      return;
    }
    Address from = state.locate(hello.ip(), hello.port(), true);
    Peer peer = from == null ? null : Registry.peerAt(primary, from, hello.runId());
    if (peer == null && from != null) {
      peer = meet(primary, hello, from);
    }
    if (hello.currentEpoch() > state.currentEpoch()) {
      state.sawEpoch(hello.currentEpoch());
      state.save();
      state.out.told(LogLevel.WARNING, "+new-epoch", primary, Long.toString(state.currentEpoch()));
    }
    if (peer != null) {
      adopt(primary, hello, peer);
      peer.helloMs = state.nowMs;
    }
  }

  private @Nullable Peer meet(Primary primary, Hello hello, Address from) {
    boolean moved = registry.removePeer(primary, hello.runId());
    if (moved) {
      state.out.event(
          LogLevel.NOTICE,
          "+sentinel-address-switch",
          primary,
          " ip " + hello.ip() + " port " + hello.port() + " for " + hello.runId());
    } else {
      Peer other = Registry.peerAt(primary, from, null);
      if (other != null) {
        state.out.event(LogLevel.NOTICE, "+sentinel-invalid-addr", other);
        state.primaries.values().forEach(each -> registry.removePeer(each, other.name()));
      }
    }
    Peer peer = registry.addPeer(primary, hello.runId(), hello.ip(), hello.port()).instance();
    if (peer != null) {
      if (moved) {
        registry.moved(peer);
      } else {
        state.out.event(LogLevel.NOTICE, "+sentinel", peer);
      }
      state.save();
    }
    return peer;
  }

  /// A greater config epoch wins: the other Sentinel knows of a failover that we have not seen.
  private void adopt(Primary primary, Hello hello, Peer from) {
    if (hello.configEpoch() < primary.configEpoch()) {
      return;
    }
    Address next = state.locate(hello.primaryHost(), hello.primaryPort(), false);
    // Of a failover of our own that has a new primary already, that one: it is what we tell others.
    Address before = primary.currentAddress();
    if (next == null
        || hello.configEpoch() == primary.configEpoch() && !yields(primary, before, next)) {
      return;
    }
    primary.configEpoch(hello.configEpoch());
    if (next.isSame(before)) {
      state.save();
      return;
    }
    state.out.event(LogLevel.WARNING, "+config-update-from", from);
    state.out.told(
        LogLevel.WARNING,
        "+switch-master",
        primary,
        primary.name()
            + " "
            + state.announced(before)
            + " "
            + before.port()
            + " "
            + hello.primaryHost()
            + " "
            + hello.primaryPort());
    registry.switchTo(primary, next);
    state.out.clientsMove(primary, false, before, primary.address());
  }

  /// Whether our place gives way to another with the same config epoch. There are two only after
  /// orders on two sides of a partition, neither of which could ask a majority: everybody must
  /// choose the same then, or they would never agree again.
  private static boolean yields(Primary primary, Address ours, Address theirs) {
    return primary.configEpoch() > 0
        && !ours.ip().isEmpty()
        && !theirs.ip().isEmpty()
        && !theirs.isSame(ours)
        && Address.text(theirs.ip(), theirs.port()).compareTo(Address.text(ours.ip(), ours.port()))
            > 0;
  }
}
