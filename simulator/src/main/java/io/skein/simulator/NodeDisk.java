package io.skein.simulator;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// What survives the death of a node's process.
final class NodeDisk {
  /// `nodes.conf`, or null when there is none yet.
  @Nullable String nodesConf;

  /// The data set of a modelled data plane as it was saved last.
  @Nullable Saved saved;

  /// The files of a real data plane, by name.
  final LinkedHashMap<String, byte[]> files = new LinkedHashMap<>();

  /// How long a flush takes.
  long flushUs = 300;

  /// The process dies in the midst of the next flush of `nodes.conf`.
  boolean crashAtFlush;

  /// Flushes are reported and never done, as cheap hardware does it: no promise can hold on this.
  boolean lies;

  /// The next flush of `nodes.conf` fails.
  boolean full;
}
