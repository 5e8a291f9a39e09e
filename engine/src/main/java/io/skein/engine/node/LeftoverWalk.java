package io.skein.engine.node;

import org.jspecify.annotations.Nullable;

/// What is left to walk over of a snapshot that was given up: until its marks are cleared, no other
/// can begin.
final class LeftoverWalk {
  private static final int MOST_STEPS_TO_CLEAR = 2000;

  private @Nullable SnapshotRun run;

  /// Takes over a walk, which was cancelled.
  void take(SnapshotRun cancelled) {
    run = cancelled;
  }

  /// Walks on; false when there is nothing left.
  boolean step() {
    SnapshotRun left = run;
    if (left == null) {
      return false;
    }
    if (left.step()) {
      run = null;
    }
    return true;
  }

  /// Carries it to the end, however long it takes.
  void finish() {
    SnapshotRun left = run;
    if (left != null) {
      left.finish();
      run = null;
    }
  }

  /// Carries it to the end, unless it is much: a little is no reason to refuse another snapshot.
  void finishIfSmall() {
    for (int i = 0; run != null && i < MOST_STEPS_TO_CLEAR; i++) {
      step();
    }
  }
}
