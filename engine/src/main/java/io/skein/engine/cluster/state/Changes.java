package io.skein.engine.cluster.state;

/// Counts changes to what a view shows, so that a new one is made only when there was one.
final class Changes {
  private long count;

  void note() {
    count++;
  }

  boolean noteIf(boolean changed) {
    if (changed) {
      count++;
    }
    return changed;
  }

  long count() {
    return count;
  }
}
