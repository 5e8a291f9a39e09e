package io.skein.engine.command;

import io.skein.engine.config.LogLevel;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.OutputBufferLimits;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All sessions of a node: opens and closes them, writes to them within their limits, and looks
/// after those that wait.
///
/// *Invariants*: a session that is closed is in no set here; one that is blocked is in `blocked`,
/// one that is paused in `held`, one whose output is over the soft limit in `overSoft`.
public final class Sessions {
  private final Settings settings;
  private final Keyspace keyspace;
  private final Map<Long, Session> sessions = new LinkedHashMap<>();
  private final Set<Session> blocked = new LinkedHashSet<>();
  private final Set<Session> held = new LinkedHashSet<>();
  private final Set<Session> overSoft = new LinkedHashSet<>();
  private final List<Session> overLimit = new ArrayList<>();
  private final List<Consumer<Session>> onClose = new ArrayList<>();
  private final List<Consumer<Session>> onReset = new ArrayList<>();
  private RequestInProgress now = new RequestInProgress();
  private final ClientBudget budget;
  private final ClientPeaks peaks;
  private Runnable onTurnBegins = () -> {};
  private Runnable onTurnEnds = () -> {};
  private BiConsumer<LogLevel, String> log = (level, text) -> {};
  private long nextId = 1;
  private long accepted;
  private long rejected;
  private long closedForOutput;
  private final NetworkBytes bytes;

  public Sessions(Settings settings, Keyspace keyspace) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.budget = new ClientBudget(settings, this);
    this.peaks = new ClientPeaks(this);
    this.bytes = new NetworkBytes(this);
  }

  /// What clients take of memory.
  public ClientBudget budget() {
    return budget;
  }

  /// What clients' buffers held at most.
  public ClientPeaks peaks() {
    return peaks;
  }

  /// Has `sink` take the lines of the log that say why a connection is closed.
  public void log(BiConsumer<LogLevel, String> sink) {
    log = sink;
  }

  /// What happens at the beginning and at the end of each turn of an event loop.
  public void onTurn(Runnable begins, Runnable ends) {
    onTurnBegins = begins;
    onTurnEnds = ends;
  }

  /// Has `action` forget a session that closes.
  public void onClose(Consumer<Session> action) {
    onClose.add(action);
  }

  /// Has `action` forget what it keeps for a session that is reset to what a new one is.
  public void onReset(Consumer<Session> action) {
    onReset.add(action);
  }

  public void turnBegins() {
    onTurnBegins.run();
  }

  public void turnEnds() {
    onTurnEnds.run();
    forgetOverLimit();
  }

  public Session open(Outlet outlet, String peer, String local, boolean fromThisMachine) {
    Session session = new Session(nextId++, outlet, peer, local, fromThisMachine, keyspace.nowMs());
    sessions.put(session.id(), session);
    accepted++;
    return session;
  }

  /// A session for the connection that this node made to its primary; it counts as a client, but
  /// was not accepted.
  public Session openPrimary(Outlet outlet, String peer, String local) {
    Session session = new Session(nextId++, outlet, peer, local, false, keyspace.nowMs());
    session.kind(Session.Kind.PRIMARY);
    sessions.put(session.id(), session);
    return session;
  }

  /// Whether one more client may be served.
  public boolean hasRoom() {
    return sessions.size() < settings.number(NetworkSettings.MAXCLIENTS);
  }

  public void rejected() {
    rejected++;
  }

  /// The connection is gone: forgets everything about its session.
  public void closed(Session session) {
    if (sessions.remove(session.id()) == null) {
      return;
    }
    bytes.closed(session);
    discardTransaction(session);
    Blocked wait = session.blocked();
    if (wait != null) {
      session.blocked(null);
      blocked.remove(session);
      wait.onCancel(session);
    }
    held.remove(session);
    overSoft.remove(session);
    for (Consumer<Session> action : onClose) {
      action.accept(session);
    }
    session.closeAfterReply();
    budget.forget(session);
  }

  /// Closes the connection without waiting for what it has not read. An operator must know of it.
  public void closeNow(Session session, String reason) {
    closeNow(session, LogLevel.WARNING, reason);
  }

  /// As [#closeNow(Session, String)], with a line of that level.
  public void closeNow(Session session, LogLevel level, String reason) {
    log.accept(
        level, "Closing client " + session.id() + " at " + session.peerAddress() + ": " + reason);
    session.closeAfterReply();
    session.outlet().close(false);
  }

  /// Closes the connection at the wish of another client, and forgets its session at once.
  public void kill(Session session) {
    closeNow(session, LogLevel.VERBOSE, "killed by another client");
    closed(session);
  }

  /// Closes the connection, and forgets its session at once.
  public void disconnect(Session session, String reason) {
    closeNow(session, reason);
    closed(session);
  }

  /// Makes a session what a new one is, but for who is behind it and its client library's name.
  public void reset(Session session) {
    discardTransaction(session);
    for (Consumer<Session> action : onReset) {
      action.accept(session);
    }
    session.kind(Session.Kind.NORMAL);
    session.db(0);
    session.protocol(2);
    session.name("");
    session.asking(false);
    session.readOnly(false);
    session.noEvict(false);
    session.noTouch(false);
    session.replyMode(Session.ReplyMode.ON);
  }

  /// Forgets what was counted.
  public void resetStats() {
    accepted = 0;
    rejected = 0;
    closedForOutput = 0;
    budget.reset();
    bytes.reset();
  }

  /// From now on until [#gatheringEnds] replies to `session` are gathered in `replies` and have not
  /// left: what is sent to it goes behind them.
  public void gathering(Session session, Reply replies) {
    now.gathering = session;
    now.gathered = replies;
  }

  /// The replies have left.
  public void gatheringEnds() {
    now.gathering = null;
    now.gathered = null;
  }

  /// Puts aside what is in the midst of being executed, so that requests of others can be.
  public RequestInProgress setAside() {
    RequestInProgress aside = now;
    now = new RequestInProgress();
    return aside;
  }

  /// Goes on with what was [put aside][#setAside].
  public void takeBack(RequestInProgress aside) {
    now = aside;
  }

  /// A request of `session` is taken up.
  public void takeUp(Session session) {
    now.current = session;
  }

  /// The command of the current request is being executed: what is sent to its session from now on
  /// waits for the reply.
  public void executing() {
    now.executing = true;
  }

  /// The session whose command is being executed, or null.
  public @Nullable Session author() {
    return now.executing ? now.current : null;
  }

  /// Whether a request of `session` is being dealt with.
  @SuppressWarnings("ReferenceEquality") // Sessions have no other identity.
  public boolean isCurrent(Session session) {
    return session == now.current;
  }

  /// The request is done with, and its reply has been written to `reply`: behind it comes what
  /// waited.
  public void executed(Reply reply) {
    now.executed(reply);
  }

  /// Sends a session what is no reply to a command of its own: a message, a line of MONITOR.
  @SuppressWarnings("ReferenceEquality") // Sessions have no other identity.
  public void send(Session session, byte[] bytes, int length) {
    Reply replies = session == now.gathering ? now.gathered : null;
    if (now.executing && session == now.current) {
      now.defer(bytes, length);
    } else if (replies != null) {
      replies.raw(bytes, 0, length);
    } else if (!session.isClosing()) {
      write(session, bytes, length);
    }
  }

  /// Writes to a session, and closes it when it reads too slowly.
  public void write(Session session, byte[] bytes, int length) {
    session.countOutput(length);
    session.outlet().write(bytes, 0, length);
    OutputBufferLimits.Limit limit = limitOf(session);
    if (limit != null && (limit.hardBytes() != 0 || limit.softBytes() != 0)) {
      check(session, limit);
    }
    if (budget.isCounting()) {
      budget.recount(session);
    }
  }

  private OutputBufferLimits.@Nullable Limit limitOf(Session session) {
    OutputBufferLimits limits = settings.get(NetworkSettings.CLIENT_OUTPUT_BUFFER_LIMIT);
    return switch (session.kind()) {
      case NORMAL -> limits.normal();
      case REPLICA -> limits.replica();
      case PUBSUB -> limits.pubsub();
      case PRIMARY, IMPORT, FILE -> null;
    };
  }

  private void check(Session session, OutputBufferLimits.Limit limit) {
    long pending = session.outlet().pendingBytes();
    if (limit.hardBytes() != 0 && Long.compareUnsigned(pending, limit.hardBytes()) > 0) {
      closeForOutput(session, "its output buffer is over the hard limit");
      return;
    }
    if (limit.softBytes() == 0 || Long.compareUnsigned(pending, limit.softBytes()) <= 0) {
      session.softLimitSinceMs(-1);
      overSoft.remove(session);
    } else if (session.softLimitSinceMs() < 0) {
      session.softLimitSinceMs(keyspace.nowMs());
      overSoft.add(session);
    } else if (keyspace.nowMs() - session.softLimitSinceMs() > limit.softSeconds() * 1000L) {
      closeForOutput(session, "its output buffer was over the soft limit for too long");
    }
  }

  /// Closes the connection of a replica that lags over its output limit.
  public void cutOff(Session session) {
    closedForOutput++;
    session.closeAfterReply();
    session.outlet().close(false);
  }

  /// Closes the connection at once, but forgets the session later: somebody may be walking over
  /// those that are written to.
  private void closeForOutput(Session session, String reason) {
    if (overLimit.contains(session)) {
      return;
    }
    closedForOutput++;
    closeNow(session, reason);
    overLimit.add(session);
  }

  private void forgetOverLimit() {
    while (!overLimit.isEmpty()) {
      closed(overLimit.removeLast());
    }
  }

  /// Closes clients that have been over the soft limit for too long although nothing was written.
  private void checkSoftLimits() {
    for (Session session : new ArrayList<>(overSoft)) {
      OutputBufferLimits.Limit limit = limitOf(session);
      if (limit == null) {
        overSoft.remove(session);
        session.softLimitSinceMs(-1);
      } else {
        check(session, limit);
      }
    }
    forgetOverLimit();
  }

  /// Ends MULTI and WATCH.
  public void discardTransaction(Session session) {
    session.transaction(null);
    WatchedKeys watched = session.attachment(WatchedKeys.class);
    if (watched != null) {
      watched.forget(keyspace.watches());
      session.detach(WatchedKeys.class);
    }
    session.watchBroken(false);
  }

  /// Begins a transaction.
  public void begin(Session session) {
    session.transaction(new Transaction());
  }

  /// Holds the commands of `session` back until `wait` ends.
  public void block(Session session, Blocked wait) {
    session.blocked(wait);
    blocked.add(session);
  }

  /// Goes on with a session that was blocked; its reply has been written.
  public void unblock(Session session) {
    session.blocked(null);
    blocked.remove(session);
    session.outlet().resume();
  }

  /// Ends the wait of a session whose command is about to be repeated.
  void wake(Session session) {
    session.blocked(null);
    blocked.remove(session);
  }

  /// Ends the wait of `session`, if there is one, with an error.
  public void fail(Session session, String error) {
    Blocked wait = session.blocked();
    if (wait == null) {
      return;
    }
    Reply failure = new Reply(64);
    failure.error(error);
    answer(session, failure);
    unblock(session);
    wait.onFailure(session, error);
  }

  /// Replies to a command whose wait is over, if the client wants replies.
  public void answer(Session session, Reply answer) {
    switch (session.replyMode()) {
      case ON -> write(session, answer.bytes(), answer.size());
      case OFF -> {}
      case SKIP_NEXT -> session.replyMode(Session.ReplyMode.SKIP);
      case SKIP -> session.replyMode(Session.ReplyMode.ON);
    }
  }

  /// Holds the commands of `session` back until [#release].
  public void hold(Session session) {
    held.add(session);
  }

  /// Goes on with all sessions that were held back by a pause.
  public void release() {
    List<Session> all = new ArrayList<>(held);
    held.clear();
    for (Session session : all) {
      session.paused(false);
      session.outlet().resume();
    }
  }

  /// Ends waits whose time is over, and closes clients that have been idle for too long.
  public void tick(long nowMs) {
    List<Session> due = new ArrayList<>();
    for (Session session : blocked) {
      Blocked wait = session.blocked();
      if (wait != null && wait.deadlineMs() <= nowMs) {
        due.add(session);
      }
    }
    for (Session session : due) {
      Blocked wait = session.blocked();
      unblock(session);
      if (wait != null) {
        wait.onTimeout(session);
      }
    }
    checkSoftLimits();
    peaks.tick(nowMs);
    if (budget.isCounting()) {
      budget.refresh();
      budget.enforce();
    }
    long idleMs = settings.number(NetworkSettings.TIMEOUT) * 1000;
    if (idleMs > 0) {
      for (Session session : new ArrayList<>(sessions.values())) {
        if (session.kind() == Session.Kind.NORMAL
            && session.blocked() == null
            && nowMs - session.lastInteractionMs() > idleMs) {
          closeNow(session, LogLevel.VERBOSE, "idle for too long");
        }
      }
    }
  }

  public Iterable<Session> all() {
    return sessions.values();
  }

  public @Nullable Session find(long id) {
    return sessions.get(id);
  }

  public int size() {
    return sessions.size();
  }

  public int blockedCount() {
    return blocked.size();
  }

  /// The number of sessions that wait for something, but not for ever.
  public int timedCount() {
    int count = 0;
    for (Session session : blocked) {
      Blocked wait = session.blocked();
      if (wait != null && wait.deadlineMs() != Long.MAX_VALUE) {
        count++;
      }
    }
    return count;
  }

  public long acceptedCount() {
    return accepted;
  }

  public long rejectedCount() {
    return rejected;
  }

  public long closedForOutput() {
    return closedForOutput;
  }

  /// What was received and sent.
  public NetworkBytes bytes() {
    return bytes;
  }
}
