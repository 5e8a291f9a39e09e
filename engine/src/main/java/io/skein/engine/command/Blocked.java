package io.skein.engine.command;

/// What a session waits for while its commands are held back.
public interface Blocked {
  /// When the wait ends by itself, in milliseconds of the node's clock; [Long#MAX_VALUE] for never.
  long deadlineMs();

  /// Replies to the session since the time is over. The session is not blocked any more.
  void onTimeout(Session session);

  /// Forgets the session: it was unblocked by someone else, or is gone.
  void onCancel(Session session);

  /// Forgets the session, which is told `error` in place of a reply.
  default void onFailure(Session session, String error) {
    onCancel(session);
  }

  /// Whether CLIENT UNBLOCK may end the wait.
  default boolean canBeUnblocked() {
    return true;
  }

  /// Whether the command that blocked is executed again when the wait is over, and has not happened
  /// yet as far as statistics are concerned.
  default boolean repeatsCommand() {
    return false;
  }

  /// Takes note that the command took `nanos` until it blocked; if [#repeatsCommand].
  default void spent(long nanos) {}
}
