package io.skein.engine.cluster.state;

import io.skein.engine.cluster.bus.NodeFacts;

/// What the parts of the control plane share: the cluster as known, the settings, and how the data
/// plane stands.
public final class LocalState {
  public final Membership members;

  /// What happened of late, for whoever asks why.
  public final Journal journal = new Journal();

  private ClusterSettings settings;
  private long replicationOffset;
  private long lastPrimaryContactMs;
  private boolean writesPaused;
  private long clockOffsetMs;
  private long maxmemoryBytes;
  private int factFlags;

  public LocalState(Membership members, ClusterSettings settings) {
    this.members = members;
    this.settings = settings;
  }

  public ClusterSettings settings() {
    return settings;
  }

  public void settings(ClusterSettings newSettings) {
    settings = newSettings;
  }

  public ClusterNode myself() {
    return members.myself();
  }

  /// Notes how the data plane stands.
  ///
  /// @param newLastPrimaryContactMs when it last heard from its primary, 0 for never
  public void dataPlane(long newOffset, long newLastPrimaryContactMs, boolean paused) {
    replicationOffset = newOffset;
    lastPrimaryContactMs = newLastPrimaryContactMs;
    writesPaused = paused;
  }

  /// Notes what the data plane knows of this node's surroundings.
  public void surroundings(long newClockOffsetMs, long newMaxmemoryBytes, int newFactFlags) {
    clockOffsetMs = newClockOffsetMs;
    maxmemoryBytes = newMaxmemoryBytes;
    factFlags = newFactFlags;
  }

  /// What this node tells others of itself.
  public NodeFacts facts(long nowMs) {
    return new NodeFacts(
        settings.nodeTimeoutMs(),
        maxmemoryBytes,
        nowMs + clockOffsetMs,
        settings.replicas().validityFactor(),
        factFlags);
  }

  /// How far the machine's clock is ahead of ours, which nobody sets, in milliseconds.
  public long clockOffsetMs() {
    return clockOffsetMs;
  }

  public long replicationOffset() {
    return replicationOffset;
  }

  public long lastPrimaryContactMs() {
    return lastPrimaryContactMs;
  }

  public boolean writesPaused() {
    return writesPaused;
  }
}
