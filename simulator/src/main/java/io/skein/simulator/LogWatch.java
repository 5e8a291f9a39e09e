package io.skein.simulator;

import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;

/// Looks at what a node's log has grown by, whenever something may have changed it.
final class LogWatch {
  private final SimNode node;
  private final CommandLog log;
  private final Histories histories;
  private String replid;
  private long seen;

  LogWatch(SimNode node, CommandLog log, Histories histories) {
    this.node = node;
    this.log = log;
    this.histories = histories;
    this.replid = log.replid();
    this.seen = log.offset();
  }

  /// Compares what is new with what others have there. Returns whether another history was adopted.
  boolean look() {
    boolean adopted = log.offset() < seen;
    if (!log.replid().equals(replid)) {
      adopted |= changeHistory();
    }
    if (log.offset() != seen) {
      look(log.offset());
    }
    return adopted;
  }

  /// The history has another name: it is continued under it, or is another one. Returns whether it
  /// is another one.
  private boolean changeHistory() {
    boolean continued = log.replid2().equals(replid) && log.secondOffset() > seen;
    if (continued) {
      look(log.secondOffset() - 1);
    } else {
      seen = Math.max(0, log.backlogFirstOffset() - 1);
    }
    replid = log.replid();
    return !continued;
  }

  private void look(long to) {
    seen = Math.max(seen, log.backlogFirstOffset() - 1);
    try (LogReader reader = log.openReader(seen)) {
      // There is none when nobody follows: such writes are counted and not kept.
      if (reader != null && to > seen) {
        byte[] bytes = new byte[(int) (to - seen)];
        reader.read(bytes, 0, bytes.length);
        histories.written(node.name, replid, seen, bytes);
      }
    }
    seen = to;
  }
}
