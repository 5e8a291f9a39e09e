package io.skein.engine.node;

import io.skein.engine.command.NodeTitle;
import java.util.SplittableRandom;

/// What the node says about itself as a whole.
record Title(NodeState state, String runId, boolean clustered, long startedMs)
    implements NodeTitle {
  private static final int RUN_ID_CHARS = 40;

  /// One with a run id that is drawn by chance.
  static Title drawn(NodeState state, SplittableRandom entropy, boolean clustered, long startedMs) {
    return new Title(state, RandomHex.of(entropy, RUN_ID_CHARS), clustered, startedMs);
  }

  @Override
  public String mode() {
    return clustered ? "cluster" : state.isSentinel() ? "sentinel" : "standalone";
  }

  @Override
  public boolean isReplica() {
    return state.isReplica();
  }

  @Override
  public boolean isLoading() {
    return state.isLoading() || state.isLoadingBeside();
  }
}
