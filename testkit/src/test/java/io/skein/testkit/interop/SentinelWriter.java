package io.skein.testkit.interop;

import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisSentinelClient;
import redis.clients.jedis.exceptions.JedisException;

/// A client that knows the Sentinels alone and writes all the time, a key of its own each time; it
/// does nothing about an error but to write on.
abstract class SentinelWriter implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMillis(500);
  private static final long PACE_NANOS = 300_000;

  /// Lettuce tells of every attempt to reconnect.
  private static final Logger LETTUCE = Logger.getLogger("io.lettuce");

  /// A write that was acknowledged at a moment of [System#nanoTime].
  record Written(String key, long atNanos) {}

  private final String name;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Thread thread = new Thread(this::writeAll, "writer");
  private final ConcurrentLinkedQueue<Written> acknowledged = new ConcurrentLinkedQueue<>();
  private volatile long lastNanos;
  private volatile long longestNanos;
  private volatile RuntimeException lastError = new IllegalStateException("nothing was refused");

  private SentinelWriter(String name) {
    this.name = name;
  }

  /// Writes one key; throws when that fails.
  abstract void write(String key);

  private void writeAll() {
    for (long number = 0; !ending.get(); number++) {
      String key = name + ":" + number;
      try {
        write(key);
        long now = System.nanoTime();
        longestNanos = Math.max(longestNanos, now - lastNanos);
        lastNanos = now;
        acknowledged.add(new Written(key, now));
      } catch (JedisException | RedisException | CancellationException refused) {
        lastError = refused;
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  SentinelWriter begin() {
    lastNanos = System.nanoTime();
    thread.start();
    return this;
  }

  /// Forgets how long it was ever without a write.
  void measure() {
    longestNanos = 0;
  }

  /// The longest time between two acknowledged writes since [#measure].
  long longestMs() {
    return longestNanos / 1_000_000;
  }

  /// Whether a write was acknowledged after this moment.
  boolean hasWrittenSince(long nanos) {
    if (lastNanos - nanos > 0) {
      return true;
    }
    throw lastError;
  }

  /// What was acknowledged so far.
  List<Written> acknowledged() {
    return List.copyOf(acknowledged);
  }

  @Override
  public void close() {
    ending.set(true);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    end();
  }

  abstract void end();

  @Override
  public String toString() {
    return name;
  }

  static SentinelWriter jedis(List<ServerProcess> sentinels) {
    Set<HostAndPort> places = new HashSet<>();
    sentinels.forEach(each -> places.add(new HostAndPort(each.host(), each.port())));
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder().timeoutMillis((int) TIMEOUT.toMillis()).build();
    RedisSentinelClient jedis =
        RedisSentinelClient.builder()
            .masterName(SentinelGroup.NAME)
            .sentinels(places)
            .clientConfig(config)
            .build();
    return new SentinelWriter("jedis") {
      @Override
      void write(String key) {
        jedis.set(key, key);
      }

      @Override
      void end() {
        jedis.close();
      }
    };
  }

  static SentinelWriter lettuce(List<ServerProcess> sentinels) {
    RedisURI.Builder uri = RedisURI.builder().withSentinelMasterId(SentinelGroup.NAME);
    sentinels.forEach(each -> uri.withSentinel(each.host(), each.port()));
    LETTUCE.setLevel(Level.OFF);
    RedisClient client = RedisClient.create();
    StatefulRedisMasterReplicaConnection<String, String> connection =
        MasterReplica.connect(client, StringCodec.UTF8, uri.withTimeout(TIMEOUT).build());
    connection.setReadFrom(ReadFrom.UPSTREAM);
    return new SentinelWriter("lettuce") {
      @Override
      void write(String key) {
        connection.sync().set(key, key);
      }

      @Override
      void end() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
      }
    };
  }
}
