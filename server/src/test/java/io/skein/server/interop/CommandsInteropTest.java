package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random commands get the same replies, byte for byte, from a node and from a real redis-server.
///
/// The system properties `interop.seed` and `interop.rounds` choose where to begin and how much to
/// try; each round is a seed of its own, so a failure is replayed with its seed and one round.
@Tag("interop")
class CommandsInteropTest {
  private static final long FIRST_SEED = Long.getLong("interop.seed", 1);
  private static final long ROUNDS = Long.getLong("interop.rounds", 120);
  private static final int COMMANDS = 120;
  private static final int CLIENTS = 3;

  private static final String COMPRESSED = "\0\u00c3";

  @TempDir Path directory;

  private final List<String> transcript = new ArrayList<>();

  @Test
  void answersAsRedisDoes() throws IOException {
    try (RedisPeer redis = new RedisPeer(directory)) {
      for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
        try (SkeinPeer skein = new SkeinPeer(seed)) {
          round(seed, redis, skein);
        }
      }
    }
  }

  private void round(long seed, RedisPeer redis, SkeinPeer skein) {
    transcript.clear();
    SplittableRandom random = new SplittableRandom(seed);
    RandomCommands commands = new RandomCommands(random.nextLong());
    Peer.Link[] theirs = new Peer.Link[CLIENTS];
    Peer.Link[] ours = new Peer.Link[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
      theirs[i] = redis.connect();
      ours[i] = skein.connect();
      String protocol = random.nextBoolean() ? "3" : "2";
      theirs[i].call("HELLO", protocol);
      ours[i].call("HELLO", protocol);
    }
    theirs[0].call("FLUSHALL");
    // Keys whose time has come shall go when a command meets them, on both sides.
    theirs[0].call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    for (int n = 0; n < COMMANDS; n++) {
      int client = random.nextInt(CLIENTS);
      String[] call = commands.next();
      String expected = compare(seed, client, theirs[client], ours[client], call);
      if (call[0].equalsIgnoreCase("DUMP") && expected.startsWith("$") && expected.length() > 16) {
        commands.payload(expected.substring(expected.indexOf('\n') + 1, expected.length() - 2));
      }
    }
    for (int i = 0; i < CLIENTS; i++) {
      compare(seed, i, theirs[i], ours[i], "DISCARD");
    }
    for (String db : new String[] {"0", "1"}) {
      compare(seed, 0, theirs[0], ours[0], "SELECT", db);
      compare(seed, 0, theirs[0], ours[0], "KEYS", "*");
      for (String key : new String[] {"a", "b", "c", "{a}d", "e", "key:6"}) {
        compare(seed, 0, theirs[0], ours[0], "GET", key);
        compare(seed, 0, theirs[0], ours[0], "PEXPIRETIME", key);
        compare(seed, 0, theirs[0], ours[0], "OBJECT", "ENCODING", key);
      }
    }
  }

  private String compare(long seed, int client, Peer.Link theirs, Peer.Link ours, String... call) {
    String expected = theirs.call(call);
    String got = ours.call(call);
    transcript.add(
        client + "> " + Peer.shown(String.join(" ", call)) + "   " + Peer.shown(expected));
    if (!same(call[0].toUpperCase(Locale.ROOT), expected, got)) {
      fail(
          "seed "
              + seed
              + "\n"
              + String.join("\n", transcript)
              + "\nbut was   "
              + Peer.shown(got)
              + "\n");
    }
    return expected;
  }

  private static boolean same(String name, String expected, String got) {
    if (expected.equals(got)) {
      return true;
    }
    String[] a = lines(name, expected);
    String[] b = lines(name, got);
    if (a.length != b.length) {
      return compressed(expected, got);
    }
    for (int i = 0; i < a.length; i++) {
      if (!a[i].equals(b[i]) && !near(a[i], b[i])) {
        return compressed(expected, got);
      }
    }
    return true;
  }

  /// The lines of a reply; those of keys, whose order is each server's own, in alphabetical order.
  private static String[] lines(String name, String reply) {
    String[] lines = reply.split("\r\n", -1);
    if (name.equals("KEYS") || name.equals("SCAN") || name.equals("EXEC")) {
      Arrays.sort(lines);
    }
    return lines;
  }

  /// Whether both are times that a key has left or at which it expires, and differ by no more than
  /// the comparison may have taken.
  private static boolean near(String a, String b) {
    if (!a.startsWith(":") || !b.startsWith(":")) {
      return false;
    }
    long x = Long.parseLong(a.substring(1));
    long y = Long.parseLong(b.substring(1));
    long difference = Math.abs(x - y);
    boolean seconds = x > 900 && x < 1100 || x > 1_000_000_000L && x < 100_000_000_000L;
    boolean milliseconds = x > 900_000 && x < 1_100_000 || x > 1_000_000_000_000L;
    return seconds && difference <= 5 || milliseconds && difference <= 5000;
  }

  /// Whether one of the replies holds what DUMP returns of a compressed string: whether and how
  /// well that is done is each server's own affair.
  private static boolean compressed(String expected, String got) {
    return expected.contains(COMPRESSED) || got.contains(COMPRESSED);
  }
}
