package io.skein.engine.sentinel;

import java.util.Locale;

/// Where the failover of a primary stands, on the Sentinel that tries or leads it.
enum FailoverState {
  /// There is none.
  NONE,
  /// It asks for votes.
  WAIT_START,
  /// It has the votes, or needs none, and looks for the replica to promote.
  SELECT_SLAVE,
  /// It has chosen, and asks the healthy primary to hand over.
  SEND_FAILOVER,
  /// It has chosen, and tells the replica to be a primary.
  SEND_SLAVEOF_NOONE,
  /// It waits until the replica says that it is a primary.
  WAIT_PROMOTION,
  /// The promotion is a fact: it points the other replicas to the new primary.
  RECONF_SLAVES,
  /// All is done: the promoted replica becomes the primary that is watched.
  UPDATE_CONFIG;

  /// The word for it in SENTINEL MASTER.
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether the failover can be given up in this state: not once there is a new primary.
  boolean canAbort() {
    return this != NONE && compareTo(RECONF_SLAVES) < 0;
  }

  /// Whether `next` may follow.
  boolean leadsTo(FailoverState next) {
    return next == NONE
        || switch (this) {
          case NONE -> next == WAIT_START;
          case WAIT_START -> next == SELECT_SLAVE;
          case SELECT_SLAVE -> next == SEND_FAILOVER || next == SEND_SLAVEOF_NOONE;
          case SEND_FAILOVER -> next == SEND_SLAVEOF_NOONE || next == WAIT_PROMOTION;
          case SEND_SLAVEOF_NOONE -> next == WAIT_PROMOTION;
          case WAIT_PROMOTION -> next == SEND_SLAVEOF_NOONE || next == RECONF_SLAVES;
          case RECONF_SLAVES -> next == UPDATE_CONFIG;
          case UPDATE_CONFIG -> false;
        };
  }
}
