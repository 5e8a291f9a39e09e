package io.skein.engine.replication;

import io.skein.engine.log.LogReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One snapshot that brings one or more replicas up to date, and who shares it.
final class SnapshotPass {
  final long id;
  final boolean toFile;
  final boolean data;
  final boolean functions;

  /// The mark that ends a streamed snapshot.
  final String endMark;

  final List<ReplicaLink> members = new ArrayList<>();

  boolean running;
  long cutOffset;

  /// Holds the log from the cut on, for a replica that joins later; null when nobody here follows
  /// the log.
  @Nullable LogReader cut;

  SnapshotPass(long id, boolean toFile, ReplicaLink first, String endMark) {
    this.id = id;
    this.toFile = toFile;
    this.data = first.wantsData;
    this.functions = first.wantsFunctions;
    this.endMark = endMark;
  }

  boolean suits(ReplicaLink link) {
    return link.wantsData == data && link.wantsFunctions == functions;
  }

  void release() {
    if (cut != null) {
      cut.close();
      cut = null;
    }
  }
}
