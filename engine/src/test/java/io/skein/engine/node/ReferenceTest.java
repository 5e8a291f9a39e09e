package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What COMMAND, CONFIG GET and INFO tell, beside what Redis 7.2.6 tells: the files next to this
/// class were made from its answers. What differs on purpose is listed here, and in
/// docs/compatibility.md.
class ReferenceTest {
  /// Subcommands that read what the control plane publishes, and need no data set for that.
  private static final Set<String> ANSWERED_WHILE_LOADING =
      Set.of(
          "cluster count-failure-reports",
          "cluster info",
          "cluster links",
          "cluster myid",
          "cluster myshardid",
          "cluster nodes",
          "cluster replicas",
          "cluster slaves");

  private final TestNode.Client client = new TestNode().connect();

  private static List<String> lines(String file) throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ReferenceTest.class.getResourceAsStream(file)),
                StandardCharsets.UTF_8))) {
      return in.lines().toList();
    }
  }

  private Map<String, String> commands() {
    Map<String, String> all = new TreeMap<>();
    for (Object command : RespReader.list(client.send("COMMAND"))) {
      describe(RespReader.asList(command), all);
    }
    return all;
  }

  private static void describe(List<Object> command, Map<String, String> all) {
    String name = command.get(0).toString().replace('|', ' ');
    all.put(
        name,
        String.join(
            "|",
            name,
            command.get(1).toString(),
            sorted(command.get(2)),
            command.get(3) + " " + command.get(4) + " " + command.get(5),
            sorted(command.get(6)),
            joined(RespReader.asList(command.get(7)), ", "),
            RespReader.asList(command.get(8)).stream()
                .map(ReferenceTest::keys)
                .collect(Collectors.joining("; "))));
    for (Object child : RespReader.asList(command.get(9))) {
      describe(RespReader.asList(child), all);
    }
  }

  private static String keys(Object specification) {
    return sorted(RespReader.field(specification, "flags"))
        + " "
        + step(RespReader.field(specification, "begin_search"))
        + " "
        + step(RespReader.field(specification, "find_keys"));
  }

  private static String step(Object of) {
    List<Object> details = RespReader.asList(RespReader.field(of, "spec"));
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < details.size(); i += 2) {
      pairs.add(details.get(i) + "=" + details.get(i + 1));
    }
    return RespReader.field(of, "type") + "(" + String.join(",", pairs) + ")";
  }

  private static String sorted(Object list) {
    return RespReader.asList(list).stream()
        .map(Object::toString)
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static String joined(List<Object> list, String between) {
    return list.stream().map(Object::toString).collect(Collectors.joining(between));
  }

  @Test
  void commandsAreDescribedAsInRedis() throws IOException {
    Map<String, String> ours = commands();
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    for (String line : lines("redis-7.2-commands.txt")) {
      String name = line.substring(0, line.indexOf('|'));
      String wanted = line;
      if (ANSWERED_WHILE_LOADING.contains(name)) {
        wanted = line.replaceFirst("\\|(admin )?stale\\|", "|$1loading stale|");
      } else if (name.equals("migrate")) {
        // It waits for the other server, for which a transaction cannot.
        wanted = line.replace("|movablekeys write|", "|movablekeys no_multi write|");
      }
      expected.add(wanted);
      actual.add(ours.getOrDefault(name, "no " + name));
    }
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  @Test
  void settingsHaveTheNamesAndDefaultsOfRedis() throws IOException {
    List<Object> told = RespReader.list(client.send("CONFIG", "GET", "*"));
    Map<String, String> ours = new TreeMap<>();
    for (int i = 0; i < told.size(); i += 2) {
      ours.put(told.get(i).toString(), told.get(i + 1).toString());
    }
    List<String> expected = new ArrayList<>();
    List<String> actual = new ArrayList<>();
    for (String line : lines("redis-7.2-config.txt")) {
      int blank = line.indexOf(' ');
      // Without a value it is one of the machine's.
      String name = blank < 0 ? line : line.substring(0, blank);
      String value = ours.get(name);
      expected.add(line);
      actual.add(value == null ? "no " + name : blank < 0 ? name : name + " " + value);
    }
    assertEquals(String.join("\n", expected), String.join("\n", actual));
  }

  @Test
  void fieldsOfInfoStandInTheSectionsOfRedis() throws IOException {
    Set<String> ours = new LinkedHashSet<>();
    String section = "";
    for (String line : client.send("INFO", "everything").split("\r\n")) {
      if (line.startsWith("# ")) {
        section = line.substring(2);
      } else if (line.contains(":")) {
        ours.add(section + " " + line.substring(0, line.indexOf(':')));
      }
    }
    List<String> missing = new ArrayList<>(lines("redis-7.2-info.txt"));
    missing.removeAll(ours);
    // There is no compiler of C; and here nobody listens.
    missing.removeAll(List.of("Server atomicvar_api", "Server gcc_version", "Server listener0"));
    assertEquals(List.of(), missing);
  }
}
