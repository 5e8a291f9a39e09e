package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/// A server of either kind that takes part in replication, and a client of it.
final class Member implements AutoCloseable {
  private static final int PATIENCE = 1200;
  private static final long PAUSE_NANOS = 50_000_000;

  private final Runnable stop;
  private final int port;
  private final RespClient client;

  private Member(Runnable stop, int port) throws IOException {
    this.stop = stop;
    this.port = port;
    this.client = connect();
  }

  /// A real redis-server.
  static Member redis(Path directory, String name, String... options) throws IOException {
    return redisIn(Files.createDirectory(directory.resolve("redis-" + name)), options);
  }

  /// A real redis-server on the files of `directory`.
  static Member redisIn(Path directory, String... options) throws IOException {
    RedisPeer redis = new RedisPeer(directory, options);
    redis.connect();
    Member member = new Member(redis::close, redis.port());
    member.call("CONFIG", "SET", "repl-diskless-sync-delay", "0");
    return member;
  }

  /// A server of ours.
  static Member skein(Path directory, String name, String... options) throws Exception {
    return skeinIn(Files.createDirectory(directory.resolve("skein-" + name)), options);
  }

  /// A server of ours on the files of `directory`.
  static Member skeinIn(Path directory, String... options) throws Exception {
    String[] always = {"--repl-diskless-sync-delay", "0", "--enable-debug-command", "yes"};
    String[] all = Arrays.copyOf(always, always.length + options.length);
    System.arraycopy(options, 0, all, always.length, options.length);
    RunningServer running = RunningServer.start(directory, all);
    return new Member(running::close, running.port());
  }

  /// A server of ours or, `isRedis`, a real one.
  static Member of(boolean isRedis, Path directory, String name) throws Exception {
    return isRedis ? redis(directory, name) : skein(directory, name);
  }

  int port() {
    return port;
  }

  /// Another client of it.
  RespClient connect() throws IOException {
    return new RespClient("127.0.0.1", port);
  }

  String call(String... words) throws IOException {
    return client.call(words);
  }

  void follow(Member primary) throws IOException {
    call("REPLICAOF", "127.0.0.1", Integer.toString(primary.port));
  }

  /// The value of a field of INFO, or an empty text.
  String info(String section, String field) throws IOException {
    for (String line : call("INFO", section).split("\r\n")) {
      if (line.startsWith(field + ":")) {
        return line.substring(field.length() + 1);
      }
    }
    return "";
  }

  long number(String section, String field) throws IOException {
    return Long.parseLong(info(section, field));
  }

  boolean isUp() throws IOException {
    return info("replication", "master_link_status").equals("up");
  }

  /// What DEBUG DIGEST says.
  String digest() throws IOException {
    String digest = call("DEBUG", "DIGEST");
    return digest.startsWith("+") ? digest.substring(1) : digest;
  }

  /// Waits until all are at the same offset of the same history and hold the same data.
  static void awaitSame(Member first, Member... others) throws Exception {
    for (Member other : others) {
      await(
          "equal data at equal offsets",
          () -> {
            long offset = first.number("replication", "master_repl_offset");
            return other.number("replication", "master_repl_offset") == offset
                && other
                    .info("replication", "master_replid")
                    .equals(first.info("replication", "master_replid"))
                && other.digest().equals(first.digest());
          });
    }
  }

  /// Something that comes true.
  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(String what, Condition condition) throws Exception {
    for (int i = 0; i < PATIENCE; i++) {
      if (condition.holds()) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    assertTrue(condition.holds(), what + " within a minute");
  }

  @Override
  public void close() throws IOException {
    client.close();
    stop.run();
  }
}
