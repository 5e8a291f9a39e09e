package io.skein.server.training;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Starts a server as the launcher would, has it do a little of everything, and ends it by SIGTERM.
///
/// The server's JVM is told by its options (`-XX:AOTCacheOutput`) to keep the classes it loaded and
/// the profiles of the methods it ran. The run is a cluster of one node, because such a node does
/// what a single server does and more.
public final class TrainingRun {
  private static final long START_LIMIT_MS = 20_000;
  private static final long STOP_LIMIT_MS = 120_000;
  private static final int PIPELINE = 50;
  private static final int ROUNDS = 400;

  /// What clients and tools send first, and one of each common kind.
  private static final List<String> SURVEY =
      List.of(
          "HELLO 3",
          "CLIENT SETNAME training",
          "CLIENT SETINFO LIB-NAME training",
          "CLIENT LIST",
          "HELLO 2",
          "COMMAND",
          "COMMAND DOCS get",
          "CONFIG GET *",
          "CONFIG SET maxmemory-samples 5",
          "INFO",
          "INFO everything",
          "CLUSTER INFO",
          "CLUSTER NODES",
          "CLUSTER SLOTS",
          "CLUSTER SHARDS",
          "CLUSTER MYID",
          "DBSIZE",
          "TIME",
          "ROLE",
          "SCAN 0 COUNT 10",
          "KEYS no*",
          "MULTI",
          "SET key:0 1",
          "INCR key:0",
          "EXEC",
          "EXPIRE key:0 100",
          "TTL key:0",
          "OBJECT ENCODING key:0",
          "DUMP key:0",
          "TYPE key:0",
          "WAIT 0 1",
          "EVAL return(cjson.encode(cjson.decode(ARGV[1]))) 0 [1]",
          "EVAL return(nothing) 0",
          "LOLWUT");

  /// What the common commands on collections are warmed up with; `#` is a number that changes.
  private static final List<String> COLLECTIONS =
      List.of(
          "LPUSH list:# a b c",
          "LPUSH list value:#",
          "RPUSH list value:#",
          "LPOP list",
          "RPOP list",
          "LRANGE list 0 99",
          "LLEN list:#",
          "SADD set:# 1 2 3",
          "SADD set member:#",
          "SISMEMBER set member:#",
          "SPOP set",
          "SADD {t}a m:#",
          "SADD {t}b m:#",
          "SINTER {t}a {t}b",
          "HSET hash:# field 1 other 2",
          "HSET hash field:# value",
          "HGET hash field:#",
          "HGETALL hash:#",
          "HINCRBY hash:# n 1",
          "ZADD zset:# 1 a 2 b",
          "ZADD zset # member:#",
          "ZSCORE zset member:#",
          "ZRANGE zset 0 50",
          "ZRANGE zset 0 50 WITHSCORES",
          "ZPOPMIN zset",
          "XADD stream MAXLEN ~ 1000 * field value:#",
          "SET key:# value EX 100",
          "EXPIRE key:# 200",
          "DEL set:#",
          "EVAL return{redis.call('get',KEYS[1]),ARGV[1]} 1 key:# x",
          "PING");

  private static final int COLLECTION_ROUNDS = 60;

  private final Path dir;
  private final PrintStream log;

  private TrainingRun(Path dir, PrintStream log) {
    this.dir = dir;
    this.log = log;
  }

  /// Takes the command line of a server without its options (`java ... io.skein.server.Main
  /// server`), and ends with 0 when the server was trained and has ended by itself.
  public static void main(String[] args) throws IOException, InterruptedException {
    Path dir = Files.createTempDirectory("skein-training");
    boolean trained;
    try {
      trained = new TrainingRun(dir, System.err).run(List.of(args));
    } finally {
      deleteAll(dir);
    }
    System.exit(trained ? 0 : 1);
  }

  private boolean run(List<String> server) throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = new ArrayList<>(server);
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", dir.toString(), "--save", "", "--cluster-enabled", "yes"));
    Process process = new ProcessBuilder(command).inheritIO().start();
    try {
      awaitStart(process, port);
      train(port);
      process.destroy();
      return process.waitFor(STOP_LIMIT_MS, TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }

  /// Two free ports are needed, the second for the bus, 10000 above the first.
  private static int freePort() throws IOException {
    for (int port = 21_000; port < 29_000; port++) {
      if (isFree(port) && isFree(port + 10_000)) {
        return port;
      }
    }
    throw new IOException("no free port");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException _) {
      return false;
    }
  }

  private static void awaitStart(Process process, int port)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_LIMIT_MS);
    while (process.isAlive() && System.nanoTime() < deadline) {
      try (TrainingClient client = new TrainingClient(port)) {
        client.call("PING");
        return;
      } catch (IOException _) {
        Thread.sleep(20);
      }
    }
    throw new IOException("the server did not start");
  }

  private void train(int port) throws IOException, InterruptedException {
    try (TrainingClient client = new TrainingClient(port)) {
      say(client, "CLUSTER ADDSLOTSRANGE 0 16383");
      for (int i = 0; i < 300 && client.call("SET key:0 x").startsWith("-CLUSTERDOWN"); i++) {
        Thread.sleep(20);
      }
      for (String command : SURVEY) {
        say(client, command);
      }
      for (int round = 0; round < COLLECTION_ROUNDS; round++) {
        client.pipeline(collections(round));
      }
      for (int round = 0; round < ROUNDS; round++) {
        client.pipeline(batch(round));
        client.call("SET key:" + round + " value:" + round);
        client.call("GET key:" + round);
      }
      say(client, "BGSAVE");
      say(client, "FLUSHALL");
    }
  }

  private void say(TrainingClient client, String command) throws IOException {
    log.println(command + " -> " + client.call(command));
  }

  private static List<String> collections(int round) {
    List<String> commands = new ArrayList<>(COLLECTIONS.size() * PIPELINE);
    for (String command : COLLECTIONS) {
      for (int i = 0; i < PIPELINE; i++) {
        commands.add(command.replace("#", Integer.toString((round * 37 + i * 11) % 5000)));
      }
    }
    return commands;
  }

  private static List<String> batch(int round) {
    List<String> commands = new ArrayList<>(4 * PIPELINE);
    for (int i = 0; i < PIPELINE; i++) {
      int key = round * PIPELINE + i;
      commands.add("SET key:" + key + " value:" + key);
      commands.add("GET key:" + key);
      commands.add("INCR counter:" + i);
      commands.add("MSET {t}a" + i + " 1 {t}b" + i + " 2");
    }
    return commands;
  }

  private static void deleteAll(Path dir) {
    try (Stream<Path> paths = Files.walk(dir)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
