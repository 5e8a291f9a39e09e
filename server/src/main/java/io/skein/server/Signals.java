package io.skein.server;

import java.util.function.IntConsumer;
import sun.misc.Signal;

/// The signals that the process minds.
///
/// The JDK has no public interface for a signal that the process may survive: a shutdown hook
/// cannot refuse.
final class Signals {
  static final int INT = 2;
  static final int TERM = 15;

  private Signals() {}

  /// Calls `action` with the number of each SIGINT or SIGTERM, on a thread of its own.
  static void handle(IntConsumer action) {
    Signal.handle(new Signal("INT"), signal -> action.accept(INT));
    Signal.handle(new Signal("TERM"), signal -> action.accept(TERM));
  }

  /// Calls `action` at each SIGHUP, which does not end the process then.
  static void onHangUp(Runnable action) {
    Signal.handle(new Signal("HUP"), signal -> action.run());
  }
}
