package io.skein.engine.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.SentinelLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A Sentinel that a test drives: its time, its disk, and the instances, which answer what the test
/// says.
final class TestSentinel {
  static final String ID = "f".repeat(40);

  final List<String> events = new ArrayList<>();
  final List<String> sent = new ArrayList<>();
  final List<SentinelEffect> others = new ArrayList<>();
  private final Map<Long, String> connections = new LinkedHashMap<>();
  private final Map<String, String> replies = new LinkedHashMap<>();
  final SentinelMachine machine;
  boolean diskFails;
  List<String> saved = List.of();
  long nowMs = 1_000_000;

  TestSentinel(String... lines) throws ConfigFileError {
    machine =
        new SentinelMachine(
            new SentinelSettings(26_379, ""),
            config -> {
              if (diskFails) {
                return false;
              }
              saved = config.lines();
              return true;
            },
            new SplittableRandom(1),
            path -> path.startsWith("/bin/"));
    machine.load(lines(lines), nowMs, path -> path.startsWith("/bin/"));
  }

  static List<SentinelLine> lines(String... texts) {
    List<SentinelLine> lines = new ArrayList<>();
    for (String text : texts) {
      String line = "sentinel " + text;
      lines.add(new SentinelLine(lines.size() + 1, line, List.of(text.split(" "))));
    }
    return lines;
  }

  /// One that watches `mymaster` at 10.0.0.1 and is known as [#ID].
  static TestSentinel watching(String... more) throws ConfigFileError {
    List<String> lines = new ArrayList<>(List.of("myid " + ID));
    lines.add("monitor mymaster 10.0.0.1 6379 2");
    lines.add("down-after-milliseconds mymaster 1000");
    lines.addAll(List.of(more));
    TestSentinel sentinel = new TestSentinel(lines.toArray(new String[0]));
    return sentinel.startAfter(0);
  }

  /// Starts it so long after it has read its configuration.
  TestSentinel startAfter(long ms) {
    nowMs += ms;
    machine.start(nowMs, this::take);
    return this;
  }

  /// The instance at `address` answers requests that begin with `request` with `reply`, raw.
  TestSentinel answers(String address, String request, String reply) {
    replies.put(address + " " + request, reply);
    return this;
  }

  TestSentinel silent(String address) {
    replies.keySet().removeIf(key -> key.startsWith(address + " "));
    return this;
  }

  static String bulk(String text) {
    return "$" + text.length() + "\r\n" + text + "\r\n";
  }

  TestSentinel primaryAt(String ip, String... replicaIps) {
    StringBuilder info = new StringBuilder("role:master\r\nmaster_failover_state:x\r\n");
    for (int i = 0; i < replicaIps.length; i++) {
      info.append("slave" + i + ":ip=" + replicaIps[i] + ",port=6379,state=online\r\n");
    }
    return answers(ip + ":6379", "PING", "+PONG\r\n")
        .answers(ip + ":6379", "INFO", bulk("run_id:" + "1".repeat(40) + "\r\n" + info));
  }

  TestSentinel replicaAt(String ip, String primary, int priority, long offset) {
    String info =
        "role:slave\r\nmaster_host:"
            + primary
            + "\r\nmaster_port:6379\r\nmaster_link_status:up"
            + "\r\nslave_priority:"
            + priority
            + "\r\nslave_repl_offset:"
            + offset
            + "\r\n";
    return answers(ip + ":6379", "PING", "+PONG\r\n").answers(ip + ":6379", "INFO", bulk(info));
  }

  private void on(SentinelEvent event) {
    machine.on(event, nowMs, this::take);
  }

  private void take(SentinelEffect effect) {
    switch (effect) {
      case SentinelEffect.Connect(long id, String ip, int port) -> {
        connections.put(id, ip + ":" + port);
        on(new SentinelEvent.Opened(id, "10.0.0.99"));
      }
      case SentinelEffect.Send(long id, byte[] bytes) -> answer(id, bytes);
      case SentinelEffect.Close(long id) -> connections.remove(id);
      case SentinelEffect.Publish(String channel, String text) -> events.add(channel + " " + text);
      case SentinelEffect.Log e -> {}
      default -> others.add(effect);
    }
  }

  private void answer(long id, byte[] bytes) {
    String address = connections.get(id);
    String[] parts = new String(bytes, StandardCharsets.UTF_8).split("\r\n");
    int at = 0;
    while (at < parts.length) {
      int count = Integer.parseInt(parts[at].substring(1));
      List<String> words = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        words.add(parts[at + 2 + 2 * i]);
      }
      at += 1 + 2 * count;
      String request = String.join(" ", words);
      sent.add(address + " " + request);
      String reply = reply(address + " " + request);
      if (reply != null) {
        byte[] raw = reply.getBytes(StandardCharsets.UTF_8);
        on(new SentinelEvent.Received(id, raw));
      }
    }
  }

  /// What the test says; of an instance that answers at all, OK to anything else.
  private @Nullable String reply(String addressAndRequest) {
    String address = addressAndRequest.split(" ")[0];
    boolean answers = false;
    for (Map.Entry<String, String> entry : replies.entrySet()) {
      if (addressAndRequest.startsWith(entry.getKey())) {
        return entry.getValue();
      }
      answers |= entry.getKey().startsWith(address + " ");
    }
    return answers ? "+OK\r\n" : null;
  }

  TestSentinel run(long ms) {
    long end = nowMs + ms;
    while (nowMs < end) {
      nowMs = Math.max(nowMs + 1, Math.min(end, machine.nextDeadlineMs()));
      machine.tick(nowMs, this::take);
    }
    return this;
  }

  /// Lets `ms` pass in which the Sentinel does not run.
  TestSentinel pause(long ms) {
    nowMs += ms;
    machine.tick(nowMs, this::take);
    return this;
  }

  Answer ask(Function<Admin, Answer> question) {
    return machine.ask(question, nowMs, this::take);
  }

  String field(String name) {
    Answer answer = ask(admin -> admin.primary("mymaster"));
    if (answer instanceof Answer.Fields(Map<String, Answer> fields)
        && fields.get(name) instanceof Answer.Bulk(String text)) {
      return text;
    }
    return "";
  }

  /// The names of the events, without what they say.
  List<String> channels() {
    return events.stream().map(event -> event.split(" ")[0]).toList();
  }

  void hello(String id, String ip, long epoch, String primary, long configEpoch) {
    ask(admin ->
        admin.hello(
            ip + ",26379," + id + "," + epoch + ",mymaster," + primary + ",6379," + configEpoch));
  }

  void expectAddress(String ip) {
    Answer address = ask(admin -> admin.addressOf("mymaster"));
    assertNotNull(address);
    assertEquals(new Answer.Items(List.of(new Answer.Bulk(ip), new Answer.Bulk("6379"))), address);
  }
}
