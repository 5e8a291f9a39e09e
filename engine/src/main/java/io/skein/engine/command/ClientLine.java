package io.skein.engine.command;

/// A client as CLIENT LIST and ACL LOG describe it, in one line.
public final class ClientLine {
  private ClientLine() {}

  /// Appends the description of `session` without an end of line.
  ///
  /// @param call the one that asks
  public static void append(StringBuilder s, Session session, Call call) {
    long nowMs = call.nowMs();
    Outlet outlet = session.outlet();
    Transaction transaction = session.transaction();
    Command last = session.lastCommand();
    byte[] input = session.input();
    long output = outlet.pendingBytes();
    int buffered = outlet.bufferedBytes();
    s.append("id=").append(session.id());
    s.append(" addr=").append(session.peerAddress());
    s.append(" laddr=").append(session.localAddress());
    s.append(" fd=").append(outlet.descriptor());
    s.append(" name=").append(session.name());
    s.append(" age=").append(seconds(nowMs - session.createdMs()));
    s.append(" idle=").append(seconds(nowMs - session.lastInteractionMs()));
    s.append(" flags=");
    flags(s, session);
    s.append(" db=").append(session.db());
    Subscriptions subscriptions = session.attachment(Subscriptions.class);
    s.append(" sub=").append(subscriptions == null ? 0 : subscriptions.channels());
    s.append(" psub=").append(subscriptions == null ? 0 : subscriptions.patterns());
    s.append(" ssub=").append(subscriptions == null ? 0 : subscriptions.shardChannels());
    s.append(" multi=").append(transaction == null ? -1 : transaction.commands().size());
    s.append(" qbuf=").append(session.queryBytes());
    s.append(" qbuf-free=").append(input == null ? 0 : input.length - session.inputSize());
    s.append(" argv-mem=").append(argumentBytes(session, call));
    s.append(" multi-mem=").append(transaction == null ? 0 : transaction.bytes());
    s.append(" rbs=").append(outlet.bufferBytes());
    s.append(" rbp=").append(session.replyPeak());
    s.append(" obl=").append(buffered);
    s.append(" oll=").append(outlet.queuedBuffers());
    s.append(" omem=").append(output - buffered);
    s.append(" tot-mem=").append(ClientMemory.of(session));
    s.append(" events=").append(output == 0 ? "r" : "rw");
    s.append(" cmd=").append(last == null ? "NULL" : last.fullName());
    s.append(" user=").append(session.user().nameText());
    Tracking tracking = session.tracking();
    s.append(" redir=").append(tracking == null ? -1 : tracking.options().redirect());
    s.append(" resp=").append(session.protocol());
    s.append(" lib-name=").append(session.libraryName());
    s.append(" lib-ver=").append(session.libraryVersion());
  }

  /// The arguments of a session's request: of the one being executed, or of one that is not
  /// complete.
  private static long argumentBytes(Session session, Call call) {
    if (session.id() != call.session().id()) {
      return session.parser().argumentBytes();
    }
    long sum = 0;
    for (int i = 0; i < call.count(); i++) {
      sum += call.length(i);
    }
    return sum;
  }

  private static long seconds(long ms) {
    return Math.max(0, ms / 1000);
  }

  private static void flags(StringBuilder s, Session session) {
    int before = s.length();
    if (session.isMonitor()) {
      s.append('O');
    } else if (session.kind() == Session.Kind.REPLICA) {
      s.append('S');
    }
    flag(s, session.kind() == Session.Kind.PRIMARY, 'M');
    flag(s, session.kind() == Session.Kind.IMPORT, 'o');
    flag(s, session.kind() == Session.Kind.PUBSUB, 'P');
    flag(s, session.transaction() != null, 'x');
    flag(s, session.blocked() != null || session.isPaused(), 'b');
    Tracking tracking = session.tracking();
    flag(s, tracking != null, 't');
    flag(s, tracking != null && tracking.isBroken(), 'R');
    flag(s, tracking != null && tracking.options().broadcast(), 'B');
    flag(s, session.isWatchBroken(), 'd');
    flag(s, session.isClosing(), 'c');
    flag(s, session.peerAddress().startsWith("/"), 'U');
    flag(s, session.isReadOnly(), 'r');
    flag(s, session.isNoEvict(), 'e');
    flag(s, session.isNoTouch(), 'T');
    if (s.length() == before) {
      s.append('N');
    }
  }

  private static void flag(StringBuilder s, boolean on, char letter) {
    if (on) {
      s.append(letter);
    }
  }
}
