package io.skein.simulator;

import org.jspecify.annotations.Nullable;

/// What survives the death of a node's process.
final class NodeDisk {
  /// `nodes.conf`, or null when there is none yet.
  @Nullable String nodesConf;

  /// The data set as it was saved last.
  @Nullable Saved saved;

  /// How long a flush takes.
  long flushUs = 300;

  /// The process dies in the midst of the next flush of `nodes.conf`.
  boolean crashAtFlush;

  /// Flushes are reported and never done, as cheap hardware does it: no promise can hold on this.
  boolean lies;

  /// The next flush of `nodes.conf` fails.
  boolean full;
}
