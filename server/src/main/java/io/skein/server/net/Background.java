package io.skein.server.net;

/// Work of the node that nobody waits for, in slices on the first loop: after each, the loop serves
/// whoever has sent something.
///
/// *Threads*: that of the first loop.
final class Background {
  private static final long SLICE_NANOS = 300_000;

  private final DataPlane plane;
  private final Runnable slice = this::slice;
  private boolean scheduled;

  Background(DataPlane plane) {
    this.plane = plane;
  }

  /// Begins with what there is to do, if it is not being done already.
  void begin() {
    if (!scheduled) {
      scheduled = true;
      plane.firstLoop().execute(slice);
    }
  }

  private void slice() {
    scheduled = false;
    plane
        .firstLoop()
        .inPlane(() -> {
          if (plane.node().work(SLICE_NANOS)) {
            begin();
          }
        });
  }
}
