package io.skein.server;

import java.util.function.IntConsumer;
import sun.misc.Signal;

/// The signals that end the process.
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
}
