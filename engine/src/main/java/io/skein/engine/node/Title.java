package io.skein.engine.node;

import io.skein.engine.command.NodeTitle;

/// What the node says about itself as a whole.
record Title(NodeState state, String runId, boolean clustered, long startedMs)
    implements NodeTitle {
  @Override
  public String mode() {
    return clustered ? "cluster" : "standalone";
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
