package io.skein.engine.node;

import io.skein.engine.acl.User;
import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;

/// The primary's connection as one of the node's clients, while its stream is followed: CLIENT LIST
/// shows it, and CLIENT KILL ends it.
///
/// Replies to it go nowhere.
final class PrimaryClient implements Outlet {
  private final Sessions sessions;
  private final PrimaryConnection connection;
  private final Runnable onKilled;

  /// @param onKilled lets go of the connection; nothing is carried out for the session any more
  PrimaryClient(Sessions sessions, PrimaryConnection connection, Runnable onKilled) {
    this.sessions = sessions;
    this.connection = connection;
    this.onKilled = onKilled;
  }

  /// A session for a stream that begins.
  Session open(int db) {
    Session session =
        sessions.openPrimary(this, connection.remoteAddress(), connection.localAddress());
    session.user(User.superuser(), true);
    session.db(db);
    return session;
  }

  /// The stream of `session` has ended.
  void close(Session session) {
    sessions.closed(session);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    // A primary expects no replies.
  }

  @Override
  public void close(boolean afterWrites) {
    onKilled.run();
  }

  @Override
  public long pendingBytes() {
    return connection.pendingBytes();
  }

  @Override
  public int descriptor() {
    return connection.descriptor();
  }

  @Override
  public void resume() {
    // Never held back.
  }
}
