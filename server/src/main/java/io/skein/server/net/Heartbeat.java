package io.skein.server.net;

import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.util.concurrent.TimeUnit;

/// Has the node do what is due, `hz` times per second, and what nobody waits for in between.
///
/// Background work runs in slices: after each, the loop serves whoever has sent something.
public final class Heartbeat {
  private final DataPlane plane;
  private final Settings settings;
  private final Runnable also;
  private static final long SLICE_NANOS = 300_000;

  private final Runnable beat = this::beat;
  private final Runnable begin = this::begin;
  private final Runnable work = this::work;
  private boolean working;

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
    begin();
    long periodMicros = 1_000_000 / Math.max(1, settings.integer(ServerSettings.HZ));
    loop.schedule(beat, periodMicros, TimeUnit.MICROSECONDS);
  }

  /// Goes on with work that has waited for something; for any thread.
  public void workSoon() {
    plane.firstLoop().execute(begin);
  }

  private void begin() {
    if (!working) {
      working = true;
      plane.firstLoop().execute(work);
    }
  }

  private void work() {
    DataLoop loop = plane.firstLoop();
    working = false;
    loop.inPlane(() -> working = plane.node().work(SLICE_NANOS));
    if (working) {
      loop.execute(work);
    }
  }
}
