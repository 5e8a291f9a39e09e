package io.skein.engine.command.pubsub;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Glob;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Subscriptions;
import io.skein.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Who is subscribed to what, and the delivery of messages to them.
///
/// A message reaches a session once for its channel and once for each pattern that matches it.
/// Shard channels are a world of their own: patterns do not see them.
public final class PubSub {
  private static final byte[] MESSAGE = ascii("message");
  private static final byte[] PATTERN_MESSAGE = ascii("pmessage");
  private static final byte[] SHARD_MESSAGE = ascii("smessage");

  /// The kinds of topics.
  enum Kind {
    CHANNEL("subscribe", "unsubscribe"),
    PATTERN("psubscribe", "punsubscribe"),
    SHARD("ssubscribe", "sunsubscribe");

    private final String subscribed;
    private final String unsubscribed;

    Kind(String subscribed, String unsubscribed) {
      this.subscribed = subscribed;
      this.unsubscribed = unsubscribed;
    }

    String subscribed() {
      return subscribed;
    }

    String unsubscribed() {
      return unsubscribed;
    }
  }

  private final Sessions sessions;
  private final Topics channels = new Topics();
  private final Topics patterns = new Topics();
  private final Topics shardChannels = new Topics();

  public PubSub(Sessions sessions) {
    this.sessions = sessions;
    sessions.onClose(this::forget);
    sessions.onReset(this::forget);
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(
        InfoSection.STATS,
        out ->
            out.field("pubsub_channels", channels.names().size())
                .field("pubsub_patterns", patterns.names().size())
                .field("pubsubshard_channels", shardChannels.names().size()));
  }

  /// Delivers a message to the subscribers on this node, and returns how many receive it.
  public int deliver(byte[] channel, byte[] message, boolean sharded) {
    Bytes name = Bytes.of(channel);
    Set<Session> direct = (sharded ? shardChannels : channels).of(name);
    int receivers = 0;
    if (direct != null) {
      receivers =
          new Message(sharded ? SHARD_MESSAGE : MESSAGE, channel, message).sendTo(direct, sessions);
    }
    if (sharded) {
      return receivers;
    }
    for (Map.Entry<Bytes, Set<Session>> entry : patterns.all().entrySet()) {
      if (Glob.matches(entry.getKey(), name)) {
        receivers +=
            new Message(PATTERN_MESSAGE, entry.getKey().toByteArray(), channel, message)
                .sendTo(entry.getValue(), sessions);
      }
    }
    return receivers;
  }

  Topics topics(Kind kind) {
    return switch (kind) {
      case CHANNEL -> channels;
      case PATTERN -> patterns;
      case SHARD -> shardChannels;
    };
  }

  /// What `session` is subscribed to of one kind.
  Set<Bytes> of(Session session, Kind kind) {
    Subscriber subscriber = subscriber(session);
    return switch (kind) {
      case CHANNEL -> subscriber.channels;
      case PATTERN -> subscriber.patterns;
      case SHARD -> subscriber.shardChannels;
    };
  }

  private static Subscriber subscriber(Session session) {
    Subscriptions known = session.attachment(Subscriptions.class);
    if (known instanceof Subscriber subscriber) {
      return subscriber;
    }
    Subscriber subscriber = new Subscriber();
    session.attach(Subscriptions.class, subscriber);
    return subscriber;
  }

  void subscribe(Session session, Kind kind, Bytes topic) {
    if (of(session, kind).add(topic)) {
      subscriber(session).count(topic, 1);
      topics(kind).add(topic, session);
      if (session.kind() == Session.Kind.NORMAL) {
        session.kind(Session.Kind.PUBSUB);
      }
    }
  }

  void unsubscribe(Session session, Kind kind, Bytes topic) {
    if (of(session, kind).remove(topic)) {
      subscriber(session).count(topic, -1);
      topics(kind).remove(topic, session);
      settle(session);
    }
  }

  private static void settle(Session session) {
    if (subscriber(session).isEmpty()) {
      session.detach(Subscriptions.class);
      if (session.kind() == Session.Kind.PUBSUB) {
        session.kind(Session.Kind.NORMAL);
      }
    }
  }

  /// Ends all subscriptions to shard channels that are `gone` to another node, and tells the
  /// subscribers.
  public void endSharded(Predicate<Bytes> gone) {
    for (Bytes topic : new ArrayList<>(shardChannels.names())) {
      Set<Session> of = gone.test(topic) ? shardChannels.of(topic) : null;
      if (of == null) {
        continue;
      }
      for (Session session : new ArrayList<>(of)) {
        unsubscribe(session, Kind.SHARD, topic);
        Reply notice = new Reply(64);
        notice.protocol(session.protocol());
        notice.push(3);
        notice.bulk(Kind.SHARD.unsubscribed());
        notice.bulk(topic.toByteArray());
        notice.integer(counted(session, Kind.SHARD));
        send(session, notice);
      }
    }
  }

  /// Sends `message` to `session`, behind the reply to the command that it is executing.
  void send(Session session, Reply message) {
    sessions.send(session, message.bytes(), message.size());
  }

  /// How many topics a reply to a (un)subscription counts: channels and patterns together, shard
  /// channels by themselves.
  static int counted(Session session, Kind kind) {
    Subscriptions known = session.attachment(Subscriptions.class);
    if (known == null) {
      return 0;
    }
    return kind == Kind.SHARD ? known.shardChannels() : known.channels() + known.patterns();
  }

  private void forget(Session session) {
    if (session.attachment(Subscriptions.class) == null) {
      return;
    }
    for (Kind kind : Kind.values()) {
      for (Bytes topic : of(session, kind)) {
        topics(kind).remove(topic, session);
      }
    }
    session.detach(Subscriptions.class);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
