package io.skein.engine.cluster;

/// Something that is wrong with a cluster or may go wrong, and what to do about it.
record Finding(Gravity gravity, String hazard, String remedy) {
  /// How bad it is; the worst first.
  enum Gravity {
    /// Something does not work now.
    BROKEN,
    /// The next failure will cost service or data.
    DANGER,
    /// It may surprise.
    NOTE
  }
}
