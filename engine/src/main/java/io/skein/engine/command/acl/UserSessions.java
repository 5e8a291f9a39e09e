package io.skein.engine.command.acl;

import io.skein.engine.acl.User;
import io.skein.engine.acl.Users;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Subscriptions;
import io.skein.engine.config.LogLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What becomes of the clients of users that change.
@SuppressWarnings("ReferenceEquality") // Users have no other identity.
final class UserSessions {
  private final Sessions sessions;
  private final Users users;

  UserSessions(Sessions sessions, Users users) {
    this.sessions = sessions;
    this.users = users;
  }

  /// `user` is no more: its clients are disconnected. Who has asked for it gets the reply before.
  void deleted(User user) {
    for (Session session : of(user, session -> true)) {
      session.user(users.defaultUser(), false);
      if (sessions.isCurrent(session)) {
        session.closeAfterReply();
      } else {
        close(session, "its user was deleted");
      }
    }
  }

  /// `user` is about to become what `draft` says: clients that are subscribed to what it may not
  /// hear any more are disconnected.
  void channelsChange(User user, User draft) {
    if (!user.losesChannels(draft)) {
      return;
    }
    for (Session session : of(user, session -> session.kind() == Session.Kind.PUBSUB)) {
      Subscriptions subscriptions = session.attachment(Subscriptions.class);
      if (subscriptions != null
          && !subscriptions.allMeet(
              pattern -> draft.allowsChannel(pattern.toByteArray(), true),
              channel -> draft.allowsChannel(channel.toByteArray(), false))) {
        if (sessions.isCurrent(session)) {
          session.closeAfterReply();
        } else {
          close(session, "its user may not use its channels any more");
        }
      }
    }
  }

  private void close(Session session, String reason) {
    sessions.closeNow(session, LogLevel.VERBOSE, reason);
    sessions.closed(session);
  }

  private List<Session> of(User user, Predicate<Session> which) {
    List<Session> found = new ArrayList<>();
    for (Session session : sessions.all()) {
      if (session.user() == user && which.test(session)) {
        found.add(session);
      }
    }
    return found;
  }
}
