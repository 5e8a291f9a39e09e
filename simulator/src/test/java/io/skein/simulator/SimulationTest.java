package io.skein.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
  /// How long fresh seeds are tried, in seconds; CI gives more.
  private static final long FRESH_SECONDS =
      Long.parseLong(System.getenv().getOrDefault("SKEIN_SIMULATION_SECONDS", "20"));

  static List<String> regressions() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    SimulationTest.class.getResourceAsStream("regression-seeds.txt")),
                StandardCharsets.UTF_8))) {
      return in.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("regressions")
  void holdsForSeedsThatOnceFailed(String arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status = Main.run(arguments.split(" "), printer(out));
    assertEquals(0, status, () -> out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void holdsForFreshSeeds() {
    long seed = System.nanoTime() & 0xffff_ffffL;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(FRESH_SECONDS);
    do {
      String each = Long.toString(seed++);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int status = Main.run(new String[] {"--seed", each}, printer(out));
      assertEquals(0, status, () -> out.toString(StandardCharsets.UTF_8));
    } while (System.nanoTime() < end);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SLOTS", "SLOTS_MIXED"})
  void holdsWhileSlotsMove(String profile) {
    long seed = System.nanoTime() & 0xffff_ffffL;
    for (int i = 0; i < 3; i++) {
      String each = Long.toString(seed + i);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      String[] arguments = {"--seed", each, "--profile", profile, "--minutes", "1"};
      int status = Main.run(arguments, printer(out));
      assertEquals(0, status, () -> out.toString(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "node"})
  void sameSeedIsTheSameRunInAnotherJvm(String data) throws IOException, InterruptedException {
    String[] arguments = {"--seed", "42", "--minutes", "0.5", "--data", data};
    String first = inAnotherJvm(arguments);
    assertTrue(first.contains("trace hash"), first);
    assertEquals(first, inAnotherJvm(arguments));
    ByteArrayOutputStream here = new ByteArrayOutputStream();
    Main.run(arguments, printer(here));
    assertEquals(first, here.toString(StandardCharsets.UTF_8));
  }

  @Test
  void otherSeedsAreOtherRuns() {
    assertNotEquals(hash(1), hash(2));
    assertEquals(hash(1), hash(1));
  }

  private static long hash(long seed) {
    Options options =
        Options.of(seed)
            .withProfile(Profile.CALM)
            .withData(Options.Data.MODEL)
            .withFaultMinutes(0.1);
    return new World(options, null).run().hash();
  }

  private static PrintStream printer(ByteArrayOutputStream out) {
    return new PrintStream(out, true, StandardCharsets.UTF_8);
  }

  private static String inAnotherJvm(String... arguments) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.skein.simulator.Main");
    builder.command().addAll(List.of(arguments));
    builder.redirectErrorStream(true);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
