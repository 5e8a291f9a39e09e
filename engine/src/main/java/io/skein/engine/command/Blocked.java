package io.skein.engine.command;

/// What a session waits for while its commands are held back.
public interface Blocked {
  /// When the wait ends by itself, in milliseconds of the node's clock; [Long#MAX_VALUE] for never.
  long deadlineMs();

  /// Replies to the session since the time is over. The session is not blocked any more.
  void onTimeout(Session session);

  /// Forgets the session: it was unblocked by someone else, or is gone.
  void onCancel(Session session);

  /// Whether CLIENT UNBLOCK may end the wait.
  default boolean canBeUnblocked() {
    return true;
  }
}
