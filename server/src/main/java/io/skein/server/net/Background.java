package io.skein.server.net;

import java.util.concurrent.TimeUnit;

/// Work of the node that nobody waits for, in slices on the first loop: after each, the loop serves
/// whoever has sent something.
///
/// A slice is a *scheduled* task of the loop, due at once. Plain tasks the loop runs for as long as
/// there are any, for up to a second, before it looks at its connections again; and a slice that
/// has more to do adds another one.
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
      plane.firstLoop().schedule(slice, 0, TimeUnit.NANOSECONDS);
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
