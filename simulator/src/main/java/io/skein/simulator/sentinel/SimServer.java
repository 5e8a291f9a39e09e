package io.skein.simulator.sentinel;

import io.skein.engine.sentinel.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A server of which only what Sentinels see is simulated: its role, whom it follows, how far it
/// is.
final class SimServer extends SimHost {
  static final int PORT = 6379;
  private static final String HELLO = "__sentinel__:hello";

  private final SentinelWorld world;
  private final Map<Pipe, List<List<String>>> transactions = new LinkedHashMap<>();
  private final Set<Pipe> subscribers = new LinkedHashSet<>();
  private String runId = "";
  @Nullable String primaryHost;
  private long offset;
  private boolean linkUp;
  private long linkDownMs;
  private long syncAtMs;

  SimServer(SentinelWorld world, int number, @Nullable String primaryHost) {
    super(number);
    this.world = world;
    this.primaryHost = primaryHost;
    restarted();
  }

  boolean isPrimary() {
    return primaryHost == null;
  }

  private void restarted() {
    runId = world.hex(40);
    linkUp = false;
    linkDownMs = world.time.nowMs();
  }

  void crash() {
    up = false;
    transactions.clear();
    subscribers.clear();
    world.closeAllTo(this);
  }

  void restart() {
    up = true;
    paused = false;
    restarted();
  }

  /// Lets data flow for a moment.
  void live() {
    if (!up || paused) {
      return;
    }
    SimServer upstream = primaryHost == null ? null : world.serverAt(primaryHost);
    if (primaryHost == null) {
      offset += world.random.nextInt(100);
      return;
    }
    boolean could =
        upstream != null
            && upstream != this
            && upstream.up
            && !upstream.paused
            && (upstream.isPrimary() || upstream.linkUp)
            && !world.isCut(this, upstream)
            && !world.isCut(upstream, this);
    if (could && upstream != null && world.time.nowMs() >= syncAtMs) {
      linkUp = true;
      offset = upstream.offset;
    } else if (!could && linkUp) {
      linkUp = false;
      linkDownMs = world.time.nowMs();
    }
  }

  private void follow(@Nullable String host) {
    if (host == null ? primaryHost == null : host.equals(primaryHost)) {
      return;
    }
    primaryHost = host;
    linkUp = false;
    linkDownMs = world.time.nowMs();
    syncAtMs = world.time.nowMs() + 100 + world.random.nextInt(1000);
  }

  @Override
  void received(Pipe pipe, byte[] bytes) {
    for (List<String> words : Words.requests(bytes)) {
      if (!pipe.open) {
        return;
      }
      pipe.sendToClient(Words.reply(answer(pipe, words)));
    }
  }

  @Override
  void closed(Pipe pipe) {
    transactions.remove(pipe);
    subscribers.remove(pipe);
  }

  private Answer answer(Pipe pipe, List<String> words) {
    String name = words.getFirst().toUpperCase(Locale.ROOT);
    List<List<String>> queued = transactions.get(pipe);
    if (name.equals("EXEC")) {
      transactions.remove(pipe);
      List<Answer> all = new ArrayList<>();
      for (List<String> each : queued == null ? List.<List<String>>of() : queued) {
        all.add(run(pipe, each));
      }
      return new Answer.Items(all);
    }
    if (queued != null) {
      queued.add(words);
      return new Answer.Text("QUEUED");
    }
    return run(pipe, words);
  }

  private Answer run(Pipe pipe, List<String> words) {
    return switch (words.getFirst().toUpperCase(Locale.ROOT)) {
      case "PING" -> new Answer.Text("PONG");
      case "INFO" -> new Answer.Bulk(info());
      case "MULTI" -> {
        transactions.put(pipe, new ArrayList<>());
        yield Answer.OK;
      }
      case "SUBSCRIBE" -> {
        subscribers.add(pipe);
        yield new Answer.Items(
            List.of(new Answer.Bulk("subscribe"), new Answer.Bulk(HELLO), new Answer.Int(1)));
      }
      case "PUBLISH" -> {
        publish(words.get(2));
        yield new Answer.Int(1);
      }
      case "SLAVEOF" -> {
        boolean alone = words.get(1).equals("NO");
        if (alone) {
          world.checks.promoted(this, pipe.client);
        }
        follow(alone ? null : words.get(1));
        yield Answer.OK;
      }
      case "CLIENT" -> {
        if (words.get(1).equals("KILL")) {
          kill(pipe, words.get(3).equals("pubsub"));
        }
        yield Answer.OK;
      }
      case "FAILOVER" -> handOver(words.get(2), pipe.client);
      default -> Answer.OK;
    };
  }

  private Answer handOver(String host, SimSentinel by) {
    SimServer next = world.serverAt(host);
    if (!isPrimary() || next == null || !ip.equals(next.primaryHost) || !next.linkUp) {
      return new Answer.Failure("ERR FAILOVER target HOST and PORT is not a replica.");
    }
    world.checks.promoted(next, by);
    world.time.after(
        50 + world.random.nextInt(200),
        () -> {
          if (up && isPrimary() && next.up && !next.paused && ip.equals(next.primaryHost)) {
            next.follow(null);
            follow(next.ip);
          }
        });
    return Answer.OK;
  }

  private void kill(Pipe except, boolean pubsub) {
    for (Pipe pipe : world.pipesTo(this)) {
      if (pipe != except && subscribers.contains(pipe) == pubsub) {
        world.time.after(0, pipe::close);
      }
    }
  }

  /// What is published on a primary reaches the subscribers of its replicas too.
  private void publish(String message) {
    byte[] bytes =
        Words.reply(
            new Answer.Items(
                List.of(
                    new Answer.Bulk("message"), new Answer.Bulk(HELLO), new Answer.Bulk(message))));
    subscribers.forEach(pipe -> pipe.sendToClient(bytes));
    for (SimServer server : world.servers) {
      if (server != this && server.up && server.linkUp && ip.equals(server.primaryHost)) {
        server.subscribers.forEach(pipe -> pipe.sendToClient(bytes));
      }
    }
  }

  private String info() {
    StringBuilder text = new StringBuilder("# Server\r\nrun_id:").append(runId).append("\r\n");
    if (primaryHost == null) {
      text.append("role:master\r\n");
      int i = 0;
      for (SimServer server : world.servers) {
        if (server.up && server.linkUp && ip.equals(server.primaryHost)) {
          text.append("slave").append(i++).append(":ip=").append(server.ip);
          text.append(",port=6379,state=online,offset=0,lag=0\r\n");
        }
      }
    } else {
      text.append("role:slave\r\nmaster_host:").append(primaryHost);
      text.append("\r\nmaster_port:6379\r\nmaster_link_status:").append(linkUp ? "up" : "down");
      if (!linkUp) {
        text.append("\r\nmaster_link_down_since_seconds:");
        text.append((world.time.nowMs() - linkDownMs) / 1000);
      }
      text.append("\r\nslave_priority:100\r\nslave_repl_offset:").append(offset);
      text.append("\r\nreplica_announced:1\r\n");
    }
    return text.append("master_failover_state:no-failover\r\n").toString();
  }
}
