package io.skein.engine.command;

/// What a session takes of memory, in bytes, about.
public final class ClientMemory {
  /// A connection with nothing to do: the session, its channel, and its part of the buffers that
  /// the loop's connections share. Requests and replies up to [#SMALL] bytes are in here.
  public static final int IDLE_BYTES = 4096;

  private static final int SMALL = 1024;

  private ClientMemory() {}

  /// All that `session` takes.
  public static long of(Session session) {
    long sum = IDLE_BYTES;
    byte[] input = session.input();
    sum += beyondSmall(input == null ? session.turnBytes() : input.length);
    sum += beyondSmall(session.outlet().pendingBytes());
    Transaction transaction = session.transaction();
    if (transaction != null) {
      sum += transaction.bytes();
    }
    WatchedKeys watched = session.attachment(WatchedKeys.class);
    if (watched != null) {
      sum += watched.bytes();
    }
    Subscriptions subscriptions = session.attachment(Subscriptions.class);
    if (subscriptions != null) {
      sum += subscriptions.bytes();
    }
    Tracking tracking = session.tracking();
    return tracking == null ? sum : sum + tracking.bytes();
  }

  private static long beyondSmall(long bytes) {
    return Math.max(0, bytes - SMALL);
  }
}
