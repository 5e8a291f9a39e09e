package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random commands of each family of data types get the same replies, byte for byte, from a node
/// and from a real redis-server, those that wait for one another included.
///
/// The system properties `interop.seed` and `interop.rounds` choose where to begin and how much to
/// try, `interop.family` one family, `interop.redis` the program to compare with. Encodings are
/// compared when that is of version 7.2.
@Tag("interop")
class FamiliesInteropTest {
  private static final Map<String, LongFunction<CommandFamily>> FAMILIES = new LinkedHashMap<>();

  static {
    FAMILIES.put("lists", RandomListCommands::new);
    FAMILIES.put("bits", RandomBitCommands::new);
    FAMILIES.put("streams", RandomStreamCommands::new);
    FAMILIES.put("sorted-sets", RandomSortedSetCommands::new);
    FAMILIES.put("geo", RandomGeoCommands::new);
    FAMILIES.put("sets", RandomSetCommands::new);
    FAMILIES.put("hashes", RandomHashCommands::new);
  }

  private static final long FIRST_SEED = Long.getLong("interop.seed", 1);
  private static final long ROUNDS = Long.getLong("interop.rounds", 100);
  private static final int COMMANDS = 150;
  private static final int CLIENTS = 3;
  private static final int MOST_POLLS = 10_000;

  @TempDir Path directory;

  private final List<String> transcript = new ArrayList<>();
  private final Peer.Link[] theirs = new Peer.Link[CLIENTS];
  private final Peer.Link[] ours = new Peer.Link[CLIENTS];
  private final String[] theirIds = new String[CLIENTS];
  private final String[] ourIds = new String[CLIENTS];
  private final boolean[] waiting = new boolean[CLIENTS];

  /// Whether there may be a DUMP in the transaction of a client.
  private final boolean[] dumped = new boolean[CLIENTS];

  private long seed;
  private Peer.@Nullable Link observer;
  private boolean sameEncodings;

  static Stream<String> families() {
    String only = System.getProperty("interop.family");
    return FAMILIES.keySet().stream()
        .filter(name -> only == null ? isComparable(name) : name.equals(only));
  }

  /// A family whose commands answer otherwise in 7.0 takes part when another program than the
  /// installed one is named.
  private static boolean isComparable(String name) {
    return System.getProperty("interop.redis") != null || !FAMILIES.get(name).apply(0).isOf72();
  }

  @ParameterizedTest
  @MethodSource("families")
  void answersAsRedisDoes(String name) throws IOException {
    try (RedisPeer redis = new RedisPeer(directory)) {
      for (int i = 0; i < CLIENTS; i++) {
        theirs[i] = redis.connect();
        theirIds[i] = number(theirs[i].call("CLIENT", "ID"));
      }
      observer = redis.connect();
      sameEncodings = theirs[0].call("INFO", "server").contains("redis_version:7.2");
      for (seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
        try (SkeinPeer skein = new SkeinPeer(seed)) {
          round(name, skein);
        } catch (UncheckedIOException e) {
          throw new AssertionError("seed " + seed + "\n" + String.join("\n", transcript), e);
        }
      }
    }
  }

  private static String number(String reply) {
    return reply.substring(1).trim();
  }

  private void round(String name, SkeinPeer skein) {
    transcript.clear();
    SplittableRandom random = new SplittableRandom(seed);
    CommandFamily family = FAMILIES.get(name).apply(random.nextLong());
    for (int i = 0; i < CLIENTS; i++) {
      ours[i] = skein.connect();
      String protocol = random.nextBoolean() ? "3" : "2";
      theirs[i].call("HELLO", protocol);
      ours[i].call("HELLO", protocol);
      ourIds[i] = number(ours[i].call("CLIENT", "ID"));
    }
    theirs[0].call("FLUSHALL");
    theirs[0].call("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    for (String[] preparation : family.preparations()) {
      theirs[0].call(preparation);
      ours[0].call(preparation);
    }
    for (int n = 0; n < COMMANDS; n++) {
      int client = random.nextInt(CLIENTS);
      if (!waiting[client]) {
        String[] command = family.next();
        if (!command[0].toUpperCase(Locale.ROOT).startsWith("B") || othersServe(client)) {
          call(family, client, command);
        }
      } else if (random.nextInt(4) == 0) {
        unblock(family, client, random.nextInt(CLIENTS), random.nextBoolean());
      }
    }
    for (int i = 0; i < CLIENTS; i++) {
      if (!waiting[i]) {
        call(family, i, "DISCARD");
      }
    }
    for (int i = 0; i < CLIENTS; i++) {
      for (int by = 0; by < CLIENTS; by++) {
        unblock(family, i, by, false);
      }
    }
    for (String key : family.keys()) {
      call(family, 0, "PEXPIRETIME", key);
      call(family, 0, "TYPE", key);
      if (sameEncodings) {
        call(family, 0, "OBJECT", "ENCODING", key);
      }
      for (String[] question : family.questions(key)) {
        call(family, 0, question);
      }
    }
    call(family, 0, "DBSIZE");
  }

  /// Whether somebody does not wait when `client` does.
  private boolean othersServe(int client) {
    for (int i = 0; i < CLIENTS; i++) {
      if (i != client && !waiting[i]) {
        return true;
      }
    }
    return false;
  }

  /// Ends the wait of a client through another one that does not wait.
  private void unblock(CommandFamily family, int client, int by, boolean withError) {
    if (waiting[by] || !waiting[client]) {
      return;
    }
    String how = withError ? "ERROR" : "TIMEOUT";
    String expected = theirs[by].call("CLIENT", "UNBLOCK", theirIds[client], how);
    String got = ours[by].call("CLIENT", "UNBLOCK", ourIds[client], how);
    check(family, by, new String[] {"CLIENT", "UNBLOCK", "client " + client, how}, expected, got);
    served(family);
  }

  private void call(CommandFamily family, int client, String... call) {
    String got = ours[client].call(call);
    theirs[client].send(call);
    if (got.isEmpty()) {
      waiting[client] = true;
      transcript.add(client + "> " + Peer.shown(String.join(" ", call)) + "   ...");
      awaitBlocked(client);
      return;
    }
    String expected = theirs[client].receive(true);
    check(family, client, call, expected, got);
    if (call[0].equalsIgnoreCase("DUMP") && expected.startsWith("$") && expected.length() > 16) {
      family.payload(expected.substring(expected.indexOf('\n') + 1, expected.length() - 2));
    }
    served(family);
  }

  /// Waits until the other server has seen that as many wait as with us.
  private void awaitBlocked(int client) {
    int count = 0;
    for (boolean waits : waiting) {
      count += waits ? 1 : 0;
    }
    for (int i = 0; i < MOST_POLLS; i++) {
      if (Objects.requireNonNull(observer)
          .call("INFO", "clients")
          .contains("blocked_clients:" + count + "\r")) {
        return;
      }
    }
    fail(
        "seed "
            + seed
            + "\n"
            + String.join("\n", transcript)
            + "\nthe other server does not wait but says "
            + Peer.shown(theirs[client].receive(false)));
  }

  /// Compares what those got who waited.
  private void served(CommandFamily family) {
    for (int i = 0; i < CLIENTS; i++) {
      String got = waiting[i] ? ours[i].receive(false) : "";
      if (!got.isEmpty()) {
        waiting[i] = false;
        check(family, i, new String[] {"(served)"}, theirs[i].receive(true), got);
      }
    }
  }

  private void check(CommandFamily family, int client, String[] call, String expected, String got) {
    transcript.add(
        client + "> " + Peer.shown(String.join(" ", call)) + "   " + Peer.shown(expected));
    boolean same = expected.equals(got);
    if (!same && family.isUnordered(call[0].toUpperCase(Locale.ROOT))) {
      same = Arrays.equals(sorted(expected), sorted(got));
    }
    boolean dumps = call[0].equalsIgnoreCase("DUMP");
    if (!same && (dumps || call[0].equalsIgnoreCase("EXEC") && dumped[client])) {
      // Compression, and how a value is packed, are each server's own affair.
      same = expected.charAt(0) == got.charAt(0);
    }
    dumped[client] = (dumped[client] || dumps) && !call[0].equalsIgnoreCase("EXEC");
    if (!same) {
      fail(
          "seed "
              + seed
              + "\n"
              + String.join("\n", transcript)
              + "\nbut was   "
              + Peer.shown(got)
              + "\n");
    }
  }

  private static String[] sorted(String reply) {
    String[] lines = reply.split("\r\n", -1);
    Arrays.sort(lines);
    return lines;
  }
}
