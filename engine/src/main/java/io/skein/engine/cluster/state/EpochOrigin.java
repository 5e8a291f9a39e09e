package io.skein.engine.cluster.state;

/// How a node comes by a new epoch, which shows in the epoch itself.
///
/// An epoch that a majority voted on has one holder. One that is taken without asking may be taken
/// on two sides of a partition, or voted on elsewhere meanwhile; and two nodes that claim one slot
/// under one epoch are a dispute that nothing decides. So each origin has numbers of its own: an
/// epoch that was taken never is one that was, or will be, voted on.
///
/// Nodes of Redis count on by one whatever the reason, and understand ours: any greater number is a
/// newer epoch. In a cluster with such nodes this holds between those that are ours.
public enum EpochOrigin {
  /// By the votes of a majority: an even number.
  ELECTION(0, 2),

  /// Taken by a primary of its own accord, to part from another that has the same.
  COLLISION(1, 4),

  /// Taken because an administrator wants so: a slot was imported, `BUMPEPOCH`, a takeover.
  ORDER(3, 4);

  private final int remainder;
  private final int divisor;

  EpochOrigin(int remainder, int divisor) {
    this.remainder = remainder;
    this.divisor = divisor;
  }

  /// The first epoch of this origin after `epoch`.
  public long after(long epoch) {
    long next = epoch + 1;
    return next + Math.floorMod(remainder - next, divisor);
  }
}
