package io.skein.engine.replication;

/// How far a [FailoverMachine] has come.
public enum FailoverState {
  /// Nobody has asked for anything.
  NONE("no-failover"),
  /// Writes are held back until a replica has confirmed all of the log.
  WAIT_FOR_SYNC("waiting-for-sync"),
  /// The replica is asked to take over.
  IN_PROGRESS("failover-in-progress");

  private final String label;

  FailoverState(String label) {
    this.label = label;
  }

  /// Returns the name that INFO has for it.
  public String label() {
    return label;
  }

  boolean mayBecome(FailoverState next) {
    return switch (this) {
      case NONE -> next == WAIT_FOR_SYNC;
      case WAIT_FOR_SYNC -> next == IN_PROGRESS || next == NONE;
      case IN_PROGRESS -> next == NONE;
    };
  }
}
