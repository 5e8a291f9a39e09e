package io.skein.server.rebalance;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The primaries that have to give slots away, while they do.
final class Movers implements AutoCloseable {
  private static final long POLL_MS = 200;

  /// How often what was planned is tried where it fails: the nodes may have failed over meanwhile.
  private static final int MOST_FAILURES = 10;

  private record Mover(Primary node, RespConversation connection, List<Plan.Move> moves) {}

  private final PrintStream out;
  private final List<Mover> movers = new ArrayList<>();
  private final Map<String, String> shown = new LinkedHashMap<>();
  private int failures;

  Movers(Plan plan, List<String> login, PrintStream out) throws IOException {
    this.out = out;
    Map<String, List<Plan.Move>> bySource = new LinkedHashMap<>();
    for (Plan.Move move : plan.moves()) {
      bySource.computeIfAbsent(move.from().id(), id -> new ArrayList<>()).add(move);
    }
    for (List<Plan.Move> moves : bySource.values()) {
      Primary source = moves.getFirst().from();
      movers.add(
          new Mover(source, new RespConversation(source.host(), source.port(), login), moves));
    }
  }

  /// Has each begin with all that it has to give.
  void begin() throws IOException {
    for (Mover mover : movers) {
      List<String> words = new ArrayList<>(List.of("CLUSTER", "MIGRATESLOTS"));
      for (Plan.Move move : mover.moves()) {
        words.addAll(order(move));
      }
      // What it did before is none of our business.
      for (Map<String, String> old : migrations(mover)) {
        shown.put(old.getOrDefault("name", ""), old.getOrDefault("state", ""));
      }
      mover.connection().ask(words);
    }
  }

  private static List<String> order(Plan.Move move) {
    List<String> words = new ArrayList<>();
    words.add("SLOTSRANGE");
    words.addAll(move.ranges());
    words.add("NODE");
    words.add(move.to().id());
    return words;
  }

  /// Shows how it goes until all is done; whether all has been moved.
  boolean follow() throws IOException, InterruptedException {
    boolean all = true;
    for (boolean running = true; running; ) {
      running = false;
      for (Mover mover : movers) {
        for (Map<String, String> migration : migrations(mover)) {
          String state = migration.getOrDefault("state", "");
          String name = migration.getOrDefault("name", "");
          boolean over =
              state.equals("success") || state.equals("failed") || state.equals("cancelled");
          running |= !over;
          if (!state.equals(shown.put(name, state))) {
            show(mover, migration);
            all &= !over || state.equals("success") || again(mover, migration);
            running |= over && !state.equals("success");
          }
        }
      }
      Thread.sleep(POLL_MS);
    }
    out.println(all ? "Done" : "Not all slots were moved: run it again when the cluster is well");
    return all;
  }

  private void show(Mover mover, Map<String, String> migration) {
    String message = migration.getOrDefault("message", "");
    out.println(
        mover.node().name()
            + " slots "
            + migration.getOrDefault("slot_ranges", "")
            + ": "
            + migration.getOrDefault("state", "")
            + (message.isEmpty() ? "" : ": " + message));
  }

  /// Tries a migration that has failed once more, if that has not happened too often.
  private boolean again(Mover mover, Map<String, String> migration) throws InterruptedException {
    if (!migration.getOrDefault("state", "").equals("failed") || ++failures > MOST_FAILURES) {
      return false;
    }
    Thread.sleep(1000);
    String ranges = migration.getOrDefault("slot_ranges", "");
    List<String> words = new ArrayList<>(List.of("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE"));
    for (String range : ranges.split(" ")) {
      words.addAll(List.of(range.split("-")));
    }
    words.add("NODE");
    words.add(migration.getOrDefault("target_node", ""));
    try {
      mover.connection().ask(words);
      return true;
    } catch (IOException e) {
      out.println(mover.node().name() + ": " + e.getMessage());
      return false;
    }
  }

  private static List<Map<String, String>> migrations(Mover mover) throws IOException {
    List<Map<String, String>> found = new ArrayList<>();
    Object answer = mover.connection().ask(List.of("CLUSTER", "GETSLOTMIGRATIONS"));
    if (answer instanceof List<?> all) {
      for (Object one : all) {
        Map<String, String> fields = new LinkedHashMap<>();
        if (one instanceof List<?> flat) {
          for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
          }
        }
        if (fields.getOrDefault("operation", "").equals("EXPORT")) {
          found.add(fields);
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    movers.forEach(mover -> mover.connection().close());
  }
}
