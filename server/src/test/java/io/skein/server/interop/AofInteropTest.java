package io.skein.server.interop;

import static io.skein.server.interop.Member.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Append only files that we have written loaded by a real redis-server, and its own by us, with
/// values of all types; and what the checking tools of both say of them.
@Tag("interop")
class AofInteropTest {
  private static final long SEED = Long.getLong("interop.seed", 1);
  private static final int COMMANDS = 300;
  private static final String MANIFEST = "appendonlydir/appendonly.aof.manifest";

  @TempDir Path directory;

  private final SplittableRandom random = new SplittableRandom(SEED);

  private static String[] options(String preamble, String timestamps) {
    return new String[] {
      "--appendonly",
      "yes",
      "--aof-use-rdb-preamble",
      preamble,
      "--aof-timestamp-enabled",
      timestamps,
      "--auto-aof-rewrite-percentage",
      "0"
    };
  }

  @ParameterizedTest
  @CsvSource({"yes, no", "no, yes", "yes, yes"})
  void redisLoadsOurs(String preamble, String timestamps) throws Exception {
    String[] options = options(preamble, timestamps);
    Path files = Files.createDirectory(directory.resolve("ours"));
    String digest;
    try (Member skein = Member.skeinIn(files, options)) {
      digest = fill(skein);
    }
    assertValid("redis-check-aof", files);
    try (Member redis = Member.redisIn(files, options)) {
      awaitLoaded(redis);
      assertEquals(digest, redis.digest());
      digest = fill(redis);
    }
    try (Member skein = Member.skeinIn(files, options)) {
      awaitLoaded(skein);
      assertEquals(digest, skein.digest(), "and back");
    }
  }

  @ParameterizedTest
  @CsvSource({"yes, no", "no, yes", "yes, yes"})
  void weLoadThoseOfRedis(String preamble, String timestamps) throws Exception {
    String[] options = options(preamble, timestamps);
    Path files = Files.createDirectory(directory.resolve("theirs"));
    String digest;
    try (Member redis = Member.redisIn(files, options)) {
      digest = fill(redis);
    }
    String said = ours(files.resolve(MANIFEST).toString());
    assertTrue(said.contains("All AOF files and manifest are valid"), said);
    try (Member skein = Member.skeinIn(files, options)) {
      awaitLoaded(skein);
      assertEquals(digest, skein.digest());
      digest = fill(skein);
    }
    assertValid("redis-check-aof", files);
    try (Member redis = Member.redisIn(files, options)) {
      awaitLoaded(redis);
      assertEquals(digest, redis.digest(), "and back");
    }
  }

  @Test
  void weTakeOverTheFileOfAnOlderServer() throws Exception {
    Path files = Files.createDirectory(directory.resolve("theirs"));
    String digest;
    try (Member redis = Member.redisIn(files, options("yes", "no"))) {
      digest = fill(redis);
    }
    Path old = Files.createDirectory(directory.resolve("old"));
    ByteArrayOutputStream one = new ByteArrayOutputStream();
    for (String line : Files.readAllLines(files.resolve(MANIFEST))) {
      one.write(Files.readAllBytes(files.resolve("appendonlydir").resolve(line.split(" ")[1])));
    }
    Files.write(old.resolve("appendonly.aof"), one.toByteArray());
    try (Member skein = Member.skeinIn(old, "--appendonly", "yes")) {
      awaitLoaded(skein);
      assertEquals(digest, skein.digest());
      assertFalse(Files.exists(old.resolve("appendonly.aof")));
    }
    assertValid("redis-check-aof", old);
    try (Member redis = Member.redisIn(old, options("yes", "no"))) {
      awaitLoaded(redis);
      assertEquals(digest, redis.digest());
    }
  }

  @Test
  void bothCheckersFindTheSameFaultAtTheSamePlace() throws Exception {
    Path files = Files.createDirectory(directory.resolve("theirs"));
    try (Member redis = Member.redisIn(files, options("no", "yes"))) {
      fill(redis);
    }
    List<String> parts = Files.readAllLines(files.resolve(MANIFEST));
    Path last = files.resolve("appendonlydir").resolve(parts.getLast().split(" ")[1]);
    byte[] whole = Files.readAllBytes(last);
    for (int round = 0; round < 10; round++) {
      byte[] torn = java.util.Arrays.copyOf(whole, random.nextInt(1, whole.length));
      Files.write(last, torn);
      assertEquals(
          okUpTo(said("redis-check-aof", files.resolve(MANIFEST).toString())),
          okUpTo(ours(files.resolve(MANIFEST).toString())),
          "cut to " + torn.length);
    }
  }

  /// Up to where the last file is whole. Redis counts lines through all files, we in each.
  private static String okUpTo(String said) {
    int at = said.lastIndexOf("AOF analyzed: ");
    return at < 0 ? said : said.substring(at, said.indexOf(", ok_up_to_line", at));
  }

  private static String ours(String file) throws Exception {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "io.skein.server.Main",
            "check-aof",
            file);
    return output(java);
  }

  private static String said(String... command) throws Exception {
    return output(new ProcessBuilder(command));
  }

  private static String output(ProcessBuilder builder) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    process.waitFor();
    return said;
  }

  private static void assertValid(String tool, Path files) throws Exception {
    String said = said(tool, files.resolve(MANIFEST).toString());
    assertTrue(said.contains("All AOF files and manifest are valid"), said);
  }

  /// Writes values of all types before, during and after a rewrite; returns the digest.
  private String fill(Member to) throws Exception {
    try (RespClient client = to.connect()) {
      RandomWrites.write(client, COMMANDS, random);
      long rewrites = to.number("persistence", "aof_rewrites");
      client.call("BGREWRITEAOF");
      RandomWrites.write(client, COMMANDS, random);
      await(
          "the rewrite ends",
          () ->
              to.number("persistence", "aof_rewrites") > rewrites
                  && to.number("persistence", "aof_rewrite_in_progress") == 0);
      client.call("SELECT", "3");
      client.call("MULTI");
      client.call("SET", "in a transaction", "1");
      client.call("INCR", "in a transaction");
      client.call("SELECT", "4");
      client.call("SET", "in another database", "1");
      client.call("EXEC");
      RandomWrites.write(client, COMMANDS / 3, random);
      client.call("SELECT", "0");
      client.call("SET", "will expire", "x", "PX", "100000000");
    }
    return settled(to);
  }

  /// The digest once nothing expires any more.
  private static String settled(Member of) throws Exception {
    List<String> last = new ArrayList<>(List.of(""));
    await(
        "nothing changes any more",
        () -> {
          String digest = of.digest();
          return digest.equals(last.set(0, digest));
        });
    return last.getFirst();
  }

  private static void awaitLoaded(Member member) throws Exception {
    await("it has loaded", () -> member.info("persistence", "loading").equals("0"));
  }
}
