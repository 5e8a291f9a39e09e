package io.skein.simulator;

/// The kinds of faults that a run can have.
enum Fault {
  /// A process is killed, and started again later.
  KILL,
  /// A machine loses power: nobody is told, and what was not flushed is gone.
  POWER,
  /// A process dies while it writes `nodes.conf`.
  CRASH_AT_FLUSH,
  /// `nodes.conf` cannot be written; the process has to stop.
  DISK_FULL,
  /// Two primaries die in the same moment.
  KILL_TWO_PRIMARIES,
  /// All processes die in the same moment.
  BLACKOUT,
  /// One machine is cut off from all others.
  ISOLATE,
  /// The network falls into two parts.
  SPLIT,
  /// What one machine sends does not arrive, at one other or at all.
  ONE_WAY,
  /// Some connections are reset.
  RESETS,
  /// Some connections lose what is sent on them, and nobody is told.
  HALF_OPEN,
  /// A process is stopped for a while and does not know it.
  PAUSE,
  /// A node's threads take long for everything.
  SLOW_NODE,
  /// A node's disk takes long to flush.
  SLOW_DISK,
  /// All messages take long, some very long.
  SLOW_NETWORK,
  /// A wall clock is set forth or back.
  CLOCK_JUMP,
  /// An administrator has a replica take its primary's place.
  FAILOVER,
  /// An administrator has a replica take its primary's place without asking anybody.
  TAKEOVER,
  /// An administrator has a primary take a new epoch.
  BUMP,
  /// An administrator has a replica forgotten, and met again later.
  FORGET,
  /// An administrator resets a replica, which is met again later.
  RESET,
  /// An administrator has a primary give slots to another, as a whole.
  MIGRATE_SLOTS,
  /// An administrator calls such migrations off.
  CANCEL_MIGRATIONS,
  /// An administrator moves a slot key by key, by SETSLOT and MIGRATE.
  MOVE_SLOT
}
