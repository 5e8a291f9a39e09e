package io.skein.engine.cluster.migration;

/// The limits of an [Export].
///
/// @param silenceMs for how long the target may say nothing (`repl-timeout`)
/// @param pauseMs for how long writes are held back before the target has everything
/// @param claimMs for how long everything is held back until the target's claim is seen; longer
///   than the node timeout, so that a target which is cut off has ceased to serve by then
/// @param pauseBytes how many bytes may be left to be sent when the pause begins
///   (`slot-migration-max-failover-repl-bytes`), or -1 for any number
public record ExportLimits(long silenceMs, long pauseMs, long claimMs, long pauseBytes) {
  /// How long a target that died may have been silent before its slots are taken back: its claim
  /// has reached us by then, if it has reached anybody.
  static final long DEAD_MS = 1000;
}
