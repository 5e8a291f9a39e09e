package io.skein.engine.command.tracking;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Tracking;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Remembers what clients have read and may have cached, and tells them when it has changed.
///
/// What a session has read is told of at once, and once: who wants to hear of the key again reads
/// it again. To the session whose command changed the key, it is told behind the command's reply.
/// The keys of prefixes are gathered and told of at the end of the turn.
public final class ClientTracking {
  /// Keys forgotten at one go at least, when there are more than `tracking-table-max-keys`.
  private static final int LEAST_EFFORT = 100;

  private final Settings settings;
  private final Sessions sessions;
  private final ReadKeys readKeys = new ReadKeys();
  private final Broadcasts broadcasts = new Broadcasts();
  private int clients;
  private int effort = LEAST_EFFORT;

  public ClientTracking(Settings settings, Sessions sessions) {
    this.settings = settings;
    this.sessions = sessions;
    sessions.onClose(this::disable);
    sessions.onReset(this::disable);
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(InfoSection.CLIENTS, out -> out.field("tracking_clients", clients));
    report.add(
        InfoSection.STATS,
        out ->
            out.field("tracking_total_keys", readKeys.size())
                .field("tracking_total_items", readKeys.items())
                .field("tracking_total_prefixes", broadcasts.size()));
  }

  /// The memory that is taken by what clients have read, in bytes, about.
  public long bytes() {
    return readKeys.bytes();
  }

  /// Begins to track for `session`, or changes how; `prefixes` are added to those it has.
  void enable(Session session, Tracking.Options options, List<Bytes> prefixes) {
    Tracking tracking = session.tracking();
    if (tracking == null) {
      tracking = new Tracking(options);
      session.tracking(tracking);
      clients++;
    } else {
      tracking.options(options);
    }
    if (options.broadcast()) {
      for (Bytes prefix : prefixes.isEmpty() ? List.of(Bytes.EMPTY) : prefixes) {
        tracking.add(prefix);
        broadcasts.add(prefix, session);
      }
    }
  }

  /// Tracks no more for `session`. What it has read is forgotten key by key, as these change.
  void disable(Session session) {
    Tracking tracking = session.tracking();
    if (tracking != null) {
      for (Bytes prefix : tracking.prefixes()) {
        broadcasts.remove(prefix, session);
      }
      session.tracking(null);
      clients--;
    }
  }

  /// `session`, which is tracked for, has executed `call`: remembers what it read.
  public void executed(Session session, Call call) {
    Tracking tracking = session.tracking();
    Command command = call.command();
    if (tracking == null
        || !tracking.remembers()
        || !command.has(CommandFlag.READONLY)
        || command.has(CommandFlag.PUBSUB)) {
      return;
    }
    for (int i = 0; i < call.keyCount(); i++) {
      readKeys.add(call.keyAt(i).toBytes(), session.id());
    }
  }

  /// A request of `session`, which is tracked for, is done with, for better or worse: what CLIENT
  /// CACHING said was about it, unless that was the request, or the transaction goes on.
  public void requestDone(Session session, @Nullable Command command) {
    Tracking tracking = session.tracking();
    if (tracking != null
        && session.transaction() == null
        && session.blocked() == null
        && (command == null || !command.name().equals("client"))) {
      tracking.caching(false);
    }
  }

  /// `key` was created, changed or deleted by the command in progress.
  public void changed(Key key) {
    if (!broadcasts.isEmpty()) {
      broadcasts.changed(key, sessions.author());
    }
    if (!readKeys.isEmpty()) {
      invalidate(key.toBytes());
    }
  }

  /// `key` was deleted by nobody's command; [#changed] was called before.
  public void vanished(Key key) {
    if (!broadcasts.isEmpty()) {
      broadcasts.changed(key, null);
    }
  }

  private void invalidate(Bytes key) {
    IdSet ids = readKeys.remove(key);
    if (ids == null) {
      return;
    }
    byte[] value = arrayOf(List.of(key));
    ids.forEach(id -> {
      Session session = sessions.find(id);
      Tracking tracking = session == null ? null : session.tracking();
      if (session != null
          && tracking != null
          && !tracking.options().broadcast()
          && !(tracking.options().noLoop() && sessions.isCurrent(session))) {
        send(session, tracking, value);
      }
    });
  }

  /// Keys are served elsewhere from now on: whoever has read them is told to forget them.
  public void leave(Predicate<Bytes> left) {
    readKeys.matching(left).forEach(this::invalidate);
  }

  /// All keys are gone, or may be others now: tells everybody to forget everything.
  public void flushed() {
    readKeys.clear();
    if (clients == 0) {
      return;
    }
    List<Session> told = new ArrayList<>();
    for (Session session : sessions.all()) {
      if (session.tracking() != null) {
        told.add(session);
      }
    }
    for (Session session : told) {
      Tracking tracking = session.tracking();
      if (tracking != null) {
        send(session, tracking, null);
      }
    }
  }

  /// Forgets keys while there are more than `tracking-table-max-keys`, as if they had changed; the
  /// longer it takes, the more at a time.
  public void limit() {
    long most = settings.number(ServerSettings.TRACKING_TABLE_MAX_KEYS);
    if (most == 0 || readKeys.size() <= most) {
      effort = LEAST_EFFORT;
      return;
    }
    for (int i = 0; i < effort && readKeys.size() > most; i++) {
      invalidate(readKeys.oldest());
    }
    effort += LEAST_EFFORT;
  }

  /// Tells of the keys of prefixes that have changed in this turn.
  public void broadcast() {
    if (!broadcasts.isPending()) {
      return;
    }
    Map<Session, List<byte[]>> messages = new LinkedHashMap<>();
    for (Broadcasts.Prefix prefix : broadcasts.take()) {
      if (prefix.keys.isEmpty()) {
        continue;
      }
      byte[] all = arrayOf(prefix.keys.keySet());
      for (Session session : prefix.sessions) {
        Tracking tracking = session.tracking();
        byte[] told =
            tracking != null && tracking.options().noLoop() ? ofOthers(prefix, session) : all;
        if (told.length > 0) {
          messages.computeIfAbsent(session, s -> new ArrayList<>(1)).add(told);
        }
      }
      prefix.keys.clear();
    }
    messages.forEach((session, told) -> {
      for (byte[] value : told) {
        Tracking tracking = session.tracking();
        if (tracking != null) {
          send(session, tracking, value);
        }
      }
    });
  }

  /// The keys of `prefix` that not `session` itself was the last to change; empty when there are
  /// none.
  @SuppressWarnings("ReferenceEquality") // Sessions have no other identity.
  private static byte[] ofOthers(Broadcasts.Prefix prefix, Session session) {
    List<Bytes> keys = new ArrayList<>();
    prefix.keys.forEach((key, author) -> {
      if (author != session) {
        keys.add(key);
      }
    });
    return keys.isEmpty() ? new byte[0] : arrayOf(keys);
  }

  private static byte[] arrayOf(Collection<Bytes> keys) {
    Reply array = new Reply(64);
    array.array(keys.size());
    for (Bytes key : keys) {
      array.bulk(key.toByteArray());
    }
    return Arrays.copyOf(array.bytes(), array.size());
  }

  /// Tells the one whom `session` has chosen of `keys`, an array that is laid out already, or null
  /// for all keys there are.
  private void send(Session session, Tracking tracking, byte @Nullable [] keys) {
    long redirect = tracking.options().redirect();
    Session target = redirect == 0 ? session : sessions.find(redirect);
    Reply message = new Reply(64 + (keys == null ? 0 : keys.length));
    if (target == null || target.isClosing()) {
      tracking.broken(true);
      if (session.protocol() > 2) {
        message.protocol(3);
        message.push(2);
        message.bulk("tracking-redir-broken");
        message.integer(redirect);
        sessions.send(session, message.bytes(), message.size());
      }
      return;
    }
    message.protocol(target.protocol());
    if (target.protocol() > 2) {
      message.push(2);
      message.bulk("invalidate");
    } else if (redirect != 0 && target.kind() == Session.Kind.PUBSUB) {
      message.array(3);
      message.bulk("message");
      message.bulk("__redis__:invalidate");
    } else {
      // RESP2 has no way to tell a client what it has not asked for.
      return;
    }
    if (keys == null) {
      message.nullBulk();
    } else {
      message.raw(keys);
    }
    sessions.send(target, message.bytes(), message.size());
  }
}
