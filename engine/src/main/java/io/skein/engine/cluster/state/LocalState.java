package io.skein.engine.cluster.state;

/// What the parts of the control plane share: the cluster as known, the settings, and how the data
/// plane stands.
public final class LocalState {
  public final Membership members;
  private ClusterSettings settings;
  private long replicationOffset;
  private long lastPrimaryContactMs;
  private boolean writesPaused;

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
