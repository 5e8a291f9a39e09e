package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.skein.testkit.Formation;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;

/// A client that counts in many slots all the time, and to which no error and no lost write may
/// come.
final class CountingClient implements AutoCloseable {
  private static final int COUNTERS = 200;

  private final List<ServerProcess> nodes;
  private final RedisClusterClient jedis;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final long[] counts = new long[COUNTERS];
  private final Thread thread = new Thread(this::count, "counter");
  private final AtomicLong total = new AtomicLong();
  private volatile @Nullable Throwable failure;

  CountingClient(List<ServerProcess> nodes) {
    this.nodes = nodes;
    Set<HostAndPort> seeds = new HashSet<>();
    nodes.forEach(node -> seeds.add(new HostAndPort(node.host(), node.port())));
    jedis = RedisClusterClient.create(seeds);
    thread.start();
  }

  private void count() {
    try {
      for (int i = 0; !ending.get(); i = (i + 1) % COUNTERS) {
        long now = jedis.incr("count:" + i);
        if (now != ++counts[i]) {
          throw new JedisException("count:" + i + " is " + now + ", not " + counts[i]);
        }
        total.incrementAndGet();
        Thread.yield();
      }
    } catch (RuntimeException refused) {
      failure = refused;
    }
  }

  /// Waits until so many more writes were acknowledged.
  void awaitMore(long more) {
    long target = total.get() + more;
    Formation.await(nodes, "the client counts", () -> failure != null || total.get() >= target);
  }

  /// Counts no more.
  void end() {
    ending.set(true);
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Nothing has failed, and everything that was acknowledged is there.
  void verify() {
    assertNull(failure);
    for (int i = 0; i < COUNTERS; i++) {
      assertEquals(counts[i] == 0 ? null : "" + counts[i], jedis.get("count:" + i));
    }
  }

  @Override
  public void close() {
    end();
    jedis.close();
  }
}
