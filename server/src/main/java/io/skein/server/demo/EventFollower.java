package io.skein.server.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells what happens to a cluster: processes that end, failures that nodes see, promotions, slots
/// that move.
///
/// It asks a live node for its view several times a second and prints the differences.
final class EventFollower {
  private static final long POLL_MS = 100;
  private static final int TIMEOUT_MS = 1000;
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

  /// What the view says of one node.
  private record Seen(int port, boolean primary, String failure, String slots) {}

  private final List<NodeProcess> nodes;
  private final PrintStream out;
  private final Map<Integer, Boolean> alive = new LinkedHashMap<>();
  private Map<String, Seen> last = Map.of();
  private @Nullable String lastState;

  EventFollower(List<NodeProcess> nodes, PrintStream out) {
    this.nodes = nodes;
    this.out = out;
  }

  /// Prints the slot map, and then events, until the thread is interrupted or every node has ended.
  void follow() throws InterruptedException {
    while (true) {
      boolean any = false;
      for (NodeProcess node : nodes) {
        boolean now = node.isAlive();
        any |= now;
        Boolean before = alive.put(node.port(), now);
        if (before != null && before && !now) {
          say("node " + node.port() + " has ended");
        }
      }
      if (!any) {
        say("no node is left");
        return;
      }
      look();
      Thread.sleep(POLL_MS);
    }
  }

  /// Asks nodes until one answers.
  private void look() {
    for (NodeProcess node : nodes) {
      if (!node.isAlive()) {
        continue;
      }
      try (NodeClient client = new NodeClient(node.port(), TIMEOUT_MS)) {
        Map<String, Seen> view = parse(client.ask("CLUSTER", "NODES"));
        String state = client.ask("CLUSTER", "INFO").lines().findFirst().orElse("");
        if (last.isEmpty()) {
          printMap(view);
        } else {
          compare(view);
        }
        if (lastState != null && !state.equals(lastState)) {
          say(state.replace("cluster_state:", "the cluster is in state "));
        }
        last = view;
        lastState = state;
        return;
      } catch (IOException e) {
        // It has just gone, or hangs: the next one knows.
      }
    }
  }

  private static Map<String, Seen> parse(String text) {
    Map<String, Seen> view = new LinkedHashMap<>();
    for (String line : text.split("\n")) {
      String[] words = line.trim().split(" ");
      if (words.length < 8 || words[2].contains("handshake") || words[2].contains("noaddr")) {
        continue;
      }
      String address = words[1].split("@")[0];
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      List<String> flags = List.of(words[2].split(","));
      String failure = flags.contains("fail") ? "FAIL" : flags.contains("fail?") ? "PFAIL" : "";
      String slots = String.join(" ", List.of(words).subList(8, words.length));
      view.put(words[0], new Seen(port, flags.contains("master"), failure, slots));
    }
    return view;
  }

  private void printMap(Map<String, Seen> view) {
    out.println("Slots:");
    view.values().stream()
        .filter(seen -> seen.primary)
        .sorted((a, b) -> Integer.compare(a.port, b.port))
        .forEach(seen -> out.println("  " + seen.port + "  " + seen.slots));
  }

  private void compare(Map<String, Seen> view) {
    for (Map.Entry<String, Seen> e : view.entrySet()) {
      Seen now = e.getValue();
      Seen before = last.get(e.getKey());
      if (before == null) {
        say("node " + now.port + " has joined");
        continue;
      }
      if (!before.failure.equals(now.failure)) {
        say(
            "node "
                + now.port
                + (now.failure.isEmpty() ? " is reachable again" : " is in state " + now.failure));
      }
      if (before.primary != now.primary) {
        say(
            "node "
                + now.port
                + (now.primary ? " is promoted: it is a primary now" : " is a replica now"));
      }
      if (!before.slots.equals(now.slots)) {
        say(
            "node "
                + now.port
                + (now.slots.isEmpty() ? " serves no slots any more" : " serves " + now.slots));
      }
    }
    for (Map.Entry<String, Seen> e : last.entrySet()) {
      if (!view.containsKey(e.getKey())) {
        say("node " + e.getValue().port + " was forgotten");
      }
    }
  }

  private void say(String text) {
    out.println(CLOCK.format(LocalTime.now(ZoneId.systemDefault())) + "  " + text);
  }
}
