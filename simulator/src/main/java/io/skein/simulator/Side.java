package io.skein.simulator;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One end of a connection.
final class Side {
  final Host host;
  final int incarnation;
  final Lane lane;
  Handler handler;
  @Nullable Side other;

  /// Whether this process may send and wants to receive.
  boolean open;

  /// Whether nothing arrives here any more though nobody noticed.
  boolean deaf;

  /// When the last message on its way to the other end arrives: the next one cannot overtake it.
  long lastArrivalUs;

  /// What was held back of a stream that left in pieces.
  byte[] tail = {};

  /// What could not be delivered to this end and is sent again by and by.
  final ArrayDeque<Object> stalled = new ArrayDeque<>();

  Side(Host host, Lane lane, Handler handler) {
    this.host = host;
    this.incarnation = host.incarnation;
    this.lane = lane;
    this.handler = handler;
  }

  boolean isLive() {
    return open && host.alive && host.incarnation == incarnation;
  }

  /// The name of the machine at the other end.
  String peer() {
    Side o = other;
    return o == null ? "nobody" : o.host.name;
  }

  /// The address of the machine at the other end.
  String peerIp() {
    Side o = other;
    return o == null ? "" : o.host.ip();
  }
}
