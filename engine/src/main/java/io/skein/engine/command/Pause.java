package io.skein.engine.command;

import java.util.function.Consumer;

/// Holds back the commands of clients: CLIENT PAUSE, a failover, a shutdown.
///
/// Each purpose has its own end; what is held back is what any of them asks for.
///
/// *Threads*: only under the data plane.
public final class Pause {
  /// Why commands are held back.
  public enum Purpose {
    CLIENT_COMMAND,
    SHUTDOWN,
    FAILOVER,
    /// The control plane has made a primary of this replica, which has still to become one.
    PROMOTION
  }

  private final long[] untilMs = new long[Purpose.values().length];
  private final boolean[] all = new boolean[Purpose.values().length];
  private long seenMs;
  private boolean active;
  private boolean activeForAll;
  private Runnable onRelease = () -> {};
  private Consumer<Boolean> onChange = held -> {};

  /// Has `action` go on with the clients that were held back, some of which may have to be held
  /// back again.
  public void onRelease(Runnable action) {
    onRelease = action;
  }

  /// Has `action` know whenever a pause begins or ends.
  public void onChange(Consumer<Boolean> action) {
    onChange = action;
  }

  /// Holds commands back until `endMs`, all of them or only those that write. A pause for the same
  /// purpose is never made shorter, nor less strict.
  public void begin(Purpose purpose, long endMs, boolean everything, long nowMs) {
    int p = purpose.ordinal();
    all[p] = everything || all[p] && untilMs[p] > nowMs;
    untilMs[p] = Math.max(untilMs[p], endMs);
    update(nowMs);
  }

  /// Ends what `purpose` asked for.
  public void end(Purpose purpose, long nowMs) {
    untilMs[purpose.ordinal()] = 0;
    all[purpose.ordinal()] = false;
    update(nowMs);
  }

  /// Ends what is over.
  public void tick(long nowMs) {
    if (active) {
      update(nowMs);
    }
  }

  private void update(long nowMs) {
    seenMs = nowMs;
    boolean wasActive = active;
    boolean wasForAll = activeForAll;
    active = false;
    activeForAll = false;
    for (int p = 0; p < untilMs.length; p++) {
      if (untilMs[p] > nowMs) {
        active = true;
        activeForAll |= all[p];
      }
    }
    if (wasActive != active) {
      onChange.accept(active);
    }
    if (wasActive && !active || wasForAll && !activeForAll) {
      onRelease.run();
    }
  }

  /// Whether commands are held back now. Keys then neither expire nor are evicted.
  public boolean isActive() {
    return active;
  }

  /// Whether `purpose` holds commands back now.
  public boolean isActive(Purpose purpose) {
    return active && untilMs[purpose.ordinal()] > seenMs;
  }

  /// Whether all commands are, not only those that write.
  public boolean isForAll() {
    return activeForAll;
  }
}
