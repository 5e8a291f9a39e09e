package io.skein.simulator;

import java.util.ArrayDeque;

/// One thread of a process: it does one piece of work at a time, in the order in which they came,
/// and none while the process is paused or the thread is busy.
final class Lane {
  private final Schedule schedule;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean paused;
  private boolean running;
  private boolean pumping;
  private long busyUntilUs;
  private long costUs;

  Lane(Schedule schedule) {
    this.schedule = schedule;
  }

  /// Hands over work, to be done at once if the thread is idle.
  void give(Runnable work) {
    waiting.addLast(work);
    pump();
  }

  /// Hands over what has to be done before anything that waits.
  void giveFirst(Runnable work) {
    waiting.addFirst(work);
    pump();
  }

  /// From now on every piece of work takes so long.
  void costUs(long us) {
    costUs = us;
  }

  /// The thread is blocked, by a disk for example, for so long.
  void block(long us) {
    busyUntilUs = Math.max(busyUntilUs, schedule.nowUs()) + us;
  }

  boolean isBlocked() {
    return busyUntilUs > schedule.nowUs();
  }

  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    pump();
  }

  boolean isSlow() {
    return costUs > 0;
  }

  boolean isPaused() {
    return paused;
  }

  /// The process died: what waited is gone.
  void clear() {
    waiting.clear();
    paused = false;
    busyUntilUs = 0;
  }

  private void pump() {
    if (running) {
      return;
    }
    running = true;
    while (!paused && !isBlocked()) {
      Runnable work = waiting.pollFirst();
      if (work == null) {
        break;
      }
      if (costUs > 0) {
        block(costUs);
      }
      work.run();
    }
    running = false;
    if (!paused && !waiting.isEmpty() && !pumping) {
      pumping = true;
      schedule.at(
          busyUntilUs,
          () -> {
            pumping = false;
            pump();
          });
    }
  }
}
