package io.skein.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits for what must come true.
public final class Await {
  private static final long POLL_NANOS = 5_000_000;

  private Await() {}

  /// Something that is true in the end.
  @FunctionalInterface
  public interface Condition {
    /// Whether it is true now; throwing means that it is not yet.
    boolean holds() throws Exception;
  }

  /// Waits until `condition` holds.
  ///
  /// @param what completes the sentence "waited in vain until ..."
  /// @throws AssertionError when `limit` is over; its cause is what the condition threw last
  public static void until(String what, Duration limit, Condition condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Exception thrown = null;
      try {
        if (condition.holds()) {
          return;
        }
      } catch (Exception notYet) {
        thrown = notYet;
      }
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        throw new AssertionError(
            "waited in vain for " + limit.toSeconds() + " s until " + what, thrown);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
