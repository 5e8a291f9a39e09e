package io.skein.engine.replication;

/// How far the link to one replica has come, on the primary's side.
public enum LinkState {
  /// It introduced itself and has not asked for the data yet.
  HANDSHAKE(""),
  /// It needs a snapshot, which has not begun.
  WAITING("wait_bgsave"),
  /// It is part of a snapshot in progress.
  SNAPSHOT("wait_bgsave"),
  /// It is being sent a saved snapshot.
  SENDING_FILE("send_bulk"),
  /// It has been sent a streamed snapshot and has to say that it saw its end before the stream may
  /// follow.
  AWAITING_ACK("online"),
  /// It follows the log.
  ONLINE("online"),
  /// It wanted a snapshot and nothing else, and has got it.
  RDB_SENT("");

  private final String label;

  LinkState(String label) {
    this.label = label;
  }

  /// Returns the name that INFO has for it, empty for what INFO does not show.
  public String label() {
    return label;
  }

  boolean mayBecome(LinkState next) {
    return switch (this) {
      case HANDSHAKE -> next == WAITING || next == ONLINE;
      case WAITING -> next == SNAPSHOT;
      case SNAPSHOT -> next == SENDING_FILE || next == AWAITING_ACK || next == RDB_SENT;
      case SENDING_FILE -> next == ONLINE || next == RDB_SENT;
      case AWAITING_ACK -> next == ONLINE;
      case ONLINE, RDB_SENT -> false;
    };
  }
}
