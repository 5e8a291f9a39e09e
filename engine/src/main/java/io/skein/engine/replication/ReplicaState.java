package io.skein.engine.replication;

/// How far a server has come on its way to following a primary.
public enum ReplicaState {
  /// It follows nobody: it is a primary.
  PRIMARY("none"),
  /// It will connect soon.
  CONNECT("connect"),
  /// A connection is being made.
  CONNECTING("connecting"),
  /// It sent PING.
  AWAIT_PONG("handshake"),
  /// It sent AUTH and what follows.
  AWAIT_AUTH("handshake"),
  /// It said on which port it listens.
  AWAIT_PORT("handshake"),
  /// It said at which address it is to be found.
  AWAIT_IP("handshake"),
  /// It said what it is capable of.
  AWAIT_CAPA("handshake"),
  /// It asked for the data.
  AWAIT_PSYNC("handshake"),
  /// It receives a snapshot.
  TRANSFER("sync"),
  /// It has received a snapshot and is not done with loading it.
  LOADING("sync"),
  /// It follows.
  CONNECTED("connected");

  private final String label;

  ReplicaState(String label) {
    this.label = label;
  }

  /// Returns the name that ROLE has for it.
  public String label() {
    return label;
  }

  /// Whether a connection is there and the two sides introduce themselves.
  public boolean isHandshake() {
    return compareTo(AWAIT_PONG) >= 0 && compareTo(AWAIT_PSYNC) <= 0;
  }

  boolean mayBecome(ReplicaState next) {
    if (next == PRIMARY || next == CONNECT) {
      return this != next;
    }
    return switch (this) {
      case PRIMARY -> false;
      case CONNECT -> next == CONNECTING;
      case CONNECTING -> next == AWAIT_PONG;
      case AWAIT_PONG -> next == AWAIT_AUTH || next == AWAIT_PORT;
      case AWAIT_AUTH -> next == AWAIT_PORT;
      case AWAIT_PORT -> next == AWAIT_IP || next == AWAIT_CAPA;
      case AWAIT_IP -> next == AWAIT_CAPA;
      case AWAIT_CAPA -> next == AWAIT_PSYNC;
      case AWAIT_PSYNC -> next == TRANSFER || next == CONNECTED;
      case TRANSFER -> next == LOADING;
      case LOADING -> next == CONNECTED;
      case CONNECTED -> false;
    };
  }
}
