package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import org.jspecify.annotations.Nullable;

/// What INFO tells of keys that make room, and of the cluster's connections.
record MemoryReport(Background background, MemoryBound memory, @Nullable ClusterPort cluster) {
  void addTo(InfoReport report) {
    report.add(InfoSection.STATS, background::describe);
    report.add(InfoSection.STATS, memory::describe);
    report.onReset(memory::reset);
    report.add(InfoSection.CLIENTS, out -> out.field("cluster_connections", connections()));
  }

  /// As Redis counts: one in each direction, for every other node.
  private int connections() {
    return cluster == null ? 0 : (cluster.view().nodes().size() - 1) * 2;
  }
}
