package io.skein.server.net;

import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.util.concurrent.TimeUnit;

/// Has the node do what is due, `hz` times per second, and ten times at least.
public final class Heartbeat {
  private static final int LEAST_HZ = 10;

  private final DataPlane plane;
  private final Settings settings;
  private final Runnable also;
  private final Runnable beat = this::beat;

  /// @param also what else is to happen at each beat, under the data plane
  public Heartbeat(DataPlane plane, Settings settings, Runnable also) {
    this.also = also;
    this.plane = plane;
    this.settings = settings;
  }

  /// Beats until the loops end.
  public void start() {
    plane.firstLoop().execute(beat);
  }

  private void beat() {
    DataLoop loop = plane.firstLoop();
    loop.inPlane(() -> {
      plane.node().tick();
      also.run();
    });
    plane.background().begin();
    long periodMicros = 1_000_000 / Math.max(LEAST_HZ, settings.integer(ServerSettings.HZ));
    loop.schedule(beat, periodMicros, TimeUnit.MICROSECONDS);
  }
}
