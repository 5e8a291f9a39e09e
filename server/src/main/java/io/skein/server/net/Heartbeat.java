package io.skein.server.net;

import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.util.concurrent.RejectedExecutionException;

/// Has the node do what is due, as often as it says: see [io.skein.engine.node.Node#hertz].
///
/// *Threads*: the beat runs on the first loop, but a thread of its own counts the time: a loop that
/// has something scheduled arms a timer of the kernel each time it waits, which for short requests
/// is thousands of times for one beat.
public final class Heartbeat {
  private final DataPlane plane;
  private final Runnable also;
  private final Runnable beat = this::beat;

  /// Whether a beat waits for the loop, which may have more to do than to beat.
  private volatile boolean due;

  private volatile int hertz;

  /// @param also what else is to happen at each beat, under the data plane
  public Heartbeat(DataPlane plane, Settings settings, Runnable also) {
    this.also = also;
    this.plane = plane;
    this.hertz = Math.max(1, settings.integer(ServerSettings.HZ));
  }

  /// Beats until the loops end.
  public void start() {
    Thread.ofPlatform().name("heartbeat").daemon().start(this::count);
  }

  private void count() {
    DataLoop loop = plane.firstLoop();
    try {
      while (!loop.isShuttingDown()) {
        if (!due) {
          due = true;
          loop.execute(beat);
        }
        Thread.sleep(Math.max(1, 1000 / hertz));
      }
    } catch (RejectedExecutionException | InterruptedException ended) {
      // The loops have ended, or the process does.
    }
  }

  private void beat() {
    plane
        .firstLoop()
        .inPlane(() -> {
          due = false;
          plane.node().tick();
          hertz = plane.node().hertz();
          also.run();
        });
    plane.background().begin();
  }
}
