package io.skein.server.net;

import java.util.ArrayList;
import java.util.List;

/// Holds connections back that come before the node has begun to load its data set, or to do
/// without: there is nothing yet that they could be answered.
///
/// *States*: shut; open, from [#open] on.
///
/// *Threads*: any.
final class StartGate {
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean isOpen;

  /// Runs `admission`, at once or when the gate is opened.
  void pass(Runnable admission) {
    synchronized (this) {
      if (!isOpen) {
        waiting.add(admission);
        return;
      }
    }
    admission.run();
  }

  void open() {
    List<Runnable> admitted;
    synchronized (this) {
      isOpen = true;
      admitted = List.copyOf(waiting);
      waiting.clear();
    }
    admitted.forEach(Runnable::run);
  }
}
