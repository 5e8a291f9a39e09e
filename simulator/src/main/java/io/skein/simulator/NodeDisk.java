package io.skein.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What survives the death of a node's process.
final class NodeDisk {
  /// `nodes.conf`, or null when there is none yet.
  @Nullable String nodesConf;

  /// What was written in its place since, and not flushed; or null.
  @Nullable String written;

  /// The data set of a modelled data plane as it was saved last.
  @Nullable Saved saved;

  /// The files of a real data plane, by name.
  final LinkedHashMap<String, StoredFile> files = new LinkedHashMap<>();

  /// Files that the process appends to.
  final List<NodeAppender> appenders = new ArrayList<>();

  /// How long a flush takes.
  long flushUs = 300;

  /// The process dies in the midst of the next flush of `nodes.conf`.
  boolean crashAtFlush;

  /// Flushes are reported and never done, as cheap hardware does it: no promise can hold on this.
  boolean lies;

  /// The next flush of `nodes.conf` fails.
  boolean full;

  /// The process has died: what it wrote is there, unless the machine has no power any more.
  void endOfProcess(boolean power) {
    String last = written;
    written = null;
    if (last != null && !power && !lies) {
      nodesConf = last;
    }
  }

  /// The process has died: of what it was appending some may have been written, up to any byte.
  /// Without power, what was not flushed is gone from some byte on.
  void died(boolean power, SplittableRandom random) {
    for (NodeAppender appender : appenders) {
      appender.tear(random);
    }
    appenders.clear();
    if (power) {
      for (StoredFile file : files.values()) {
        int unsynced = file.unsynced();
        if (unsynced > 0) {
          file.truncate(file.size() - random.nextInt(unsynced + 1));
        }
      }
    }
  }
}
