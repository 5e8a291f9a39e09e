package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import io.skein.engine.sentinel.Connection.Pending;
import io.skein.engine.sentinel.Connection.Purpose;
import java.util.List;

/// Takes what instances answer.
final class Replies {
  private final SentinelState state;
  private final Connections connections;
  private final InfoIntake info;
  private final HelloIntake hellos;
  private final Failover failover;

  Replies(
      SentinelState state,
      Connections connections,
      InfoIntake info,
      HelloIntake hellos,
      Failover failover) {
    this.state = state;
    this.connections = connections;
    this.info = info;
    this.hellos = hellos;
    this.failover = failover;
  }

  void on(SentinelEvent.Received event) {
    Connection connection = connections.get(event.id());
    if (connection == null) {
      return;
    }
    connection.parser.add(event.bytes());
    Answer answer = connection.parser.next();
    while (answer != null) {
      take(connection, answer);
      if (connections.get(event.id()) == null) {
        return;
      }
      answer = connection.parser.next();
    }
    if (connection.parser.isBroken()) {
      connections.close(connection);
    }
  }

  private void take(Connection connection, Answer answer) {
    if (connection.forMessages) {
      connection.link.subscriptionActiveMs = state.nowMs;
      if (answer instanceof Answer.Items(List<Answer> items)
          && items.size() == 3
          && items.get(0) instanceof Answer.Bulk(String kind)
          && kind.equals("message")
          && items.get(2) instanceof Answer.Bulk(String text)) {
        hellos.on(text);
        return;
      }
    }
    Pending pending = connection.pending.pollFirst();
    if (pending == null) {
      return;
    }
    Instance about = pending.about();
    if (about.isForgotten() && pending.purpose() != Purpose.PING) {
      return;
    }
    switch (pending.purpose()) {
      case PING -> pong(connection.link, about, answer);
      case INFO -> {
        if (answer instanceof Answer.Bulk(String text)) {
          info.on(about, text);
        }
      }
      case HELLO -> {
        if (!(answer instanceof Answer.Failure)) {
          about.publishedMs = state.nowMs;
        }
      }
      case ASK -> asked(about, answer);
      case ROLE_CHANGE -> connections.send(about, Purpose.INFO, "INFO");
      case FAILOVER -> failover.onHandOver(about.primary(), answer);
      case SUBSCRIBE -> {
        if (answer instanceof Answer.Failure) {
          connections.close(connection);
        }
      }
      case NOTHING -> {}
    }
  }

  private void pong(Link link, Instance instance, Answer answer) {
    String text =
        switch (answer) {
          case Answer.Text(String status) -> status;
          case Answer.Failure(String error) -> error;
          default -> "";
        };
    if (text.startsWith("PONG") || text.startsWith("LOADING") || text.startsWith("MASTERDOWN")) {
      link.availableMs = state.nowMs;
      link.pendingPingMs = 0;
      if (instance instanceof Primary primary && text.startsWith("PONG")) {
        primary.rebooted = false;
      }
    } else if (text.startsWith("BUSY") && instance.subjectivelyDown && !instance.scriptKillSent) {
      connections.send(instance, Purpose.NOTHING, "SCRIPT", "KILL");
      instance.scriptKillSent = true;
    }
    link.pongMs = state.nowMs;
  }

  private void asked(Instance instance, Answer answer) {
    if (!(instance instanceof Peer peer
        && answer instanceof Answer.Items(List<Answer> items)
        && items.size() == 3
        && items.get(0) instanceof Answer.Int(long down)
        && items.get(1) instanceof Answer.Bulk(String leader)
        && items.get(2) instanceof Answer.Int(long epoch))) {
      return;
    }
    peer.answeredMs = state.nowMs;
    peer.saysDown = down == 1;
    if (leader.equals("*")) {
      return;
    }
    if (peer.leaderEpoch != epoch) {
      String text = peer.name() + " voted for " + leader + " " + epoch;
      state.out.log(LogLevel.NOTICE, text);
      peer.primary().reasons.add(state.nowMs, text);
    }
    peer.leader = leader;
    peer.leaderEpoch = epoch;
  }
}
