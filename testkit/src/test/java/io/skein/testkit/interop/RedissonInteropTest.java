package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.SkeinCluster;
import io.skein.testkit.SkeinNode;
import io.skein.testkit.SkeinTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RBucket;
import org.redisson.api.RCountDownLatch;
import org.redisson.api.RLock;
import org.redisson.api.RMap;
import org.redisson.api.RMapCache;
import org.redisson.api.RRateLimiter;
import org.redisson.api.RReadWriteLock;
import org.redisson.api.RScript;
import org.redisson.api.RSemaphore;
import org.redisson.api.RateType;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

@Tag("interop")
@SkeinTest
class RedissonInteropTest {
  @Test
  void talksToOneNode(SkeinNode node) throws InterruptedException {
    Config config = new Config().setCodec(StringCodec.INSTANCE).setThreads(2).setNettyThreads(2);
    config
        .useSingleServer()
        .setAddress("redis://" + node.address())
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionMinimumIdleSize(0);
    use(config);
  }

  @Test
  void readsAndWritesThroughACluster(SkeinCluster cluster) throws InterruptedException {
    Config config = new Config().setCodec(StringCodec.INSTANCE).setThreads(2).setNettyThreads(2);
    config
        .useClusterServers()
        .addNodeAddress("redis://" + cluster.nodes().get(4).address())
        .setMasterConnectionMinimumIdleSize(1)
        .setSlaveConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionMinimumIdleSize(0)
        .setScanInterval(500);
    use(config);
  }

  private static void use(Config config) throws InterruptedException {
    RedissonClient redisson = Redisson.create(config);
    try {
      for (int i = 0; i < 50; i++) {
        RBucket<String> bucket = redisson.getBucket("bucket:" + i);
        bucket.set("" + i, Duration.ofSeconds(100));
      }
      for (int i = 0; i < 50; i++) {
        RAtomicLong counter = redisson.getAtomicLong("counter:" + i);
        assertEquals(1, counter.incrementAndGet());
        assertEquals(11, counter.addAndGet(10));
      }
      locks(redisson);
      countsAndCollections(redisson);
      for (int i = 0; i < 50; i++) {
        RBucket<String> bucket = redisson.getBucket("bucket:" + i);
        assertEquals("" + i, bucket.get());
        assertTrue(bucket.delete());
        assertTrue(redisson.getAtomicLong("counter:" + i).delete());
      }
    } finally {
      redisson.shutdown(0, 5, TimeUnit.SECONDS);
    }
  }

  /// Locks, which are scripts on the server's side, and what waits for them is told by messages.
  @SuppressWarnings("LockNotBeforeTry") // What is locked when is what is tested.
  private static void locks(RedissonClient redisson) throws InterruptedException {
    RLock lock = redisson.getLock("lock");
    lock.lock();
    lock.lock(100, TimeUnit.SECONDS);
    assertEquals(2, lock.getHoldCount());
    AtomicBoolean entered = new AtomicBoolean();
    Thread other =
        new Thread(() -> {
          lock.lock();
          entered.set(true);
          lock.unlock();
        });
    other.start();
    lock.unlock();
    assertTrue(lock.isHeldByCurrentThread());
    assertFalse(entered.get());
    lock.unlock();
    other.join();
    assertTrue(entered.get());
    RReadWriteLock twofold = redisson.getReadWriteLock("twofold");
    twofold.readLock().lock();
    assertFalse(twofold.writeLock().tryLock());
    twofold.readLock().unlock();
    assertTrue(twofold.writeLock().tryLock());
    twofold.writeLock().unlock();
    RSemaphore semaphore = redisson.getSemaphore("semaphore");
    assertTrue(semaphore.trySetPermits(2));
    semaphore.acquire(2);
    assertFalse(semaphore.tryAcquire());
    semaphore.release();
    assertTrue(semaphore.tryAcquire());
    RRateLimiter limiter = redisson.getRateLimiter("limiter");
    assertTrue(limiter.trySetRate(RateType.OVERALL, 2, Duration.ofSeconds(1000)));
    assertTrue(limiter.tryAcquire(2));
    assertFalse(limiter.tryAcquire());
  }

  private static void countsAndCollections(RedissonClient redisson) {
    RMap<String, String> map = redisson.getMap("map");
    assertNull(map.put("a", "1"));
    assertEquals("1", map.put("a", "2"));
    assertEquals("2", map.putIfAbsent("a", "3"));
    assertTrue(map.replace("a", "2", "4"));
    assertFalse(map.remove("a", "2"));
    assertEquals("4", map.remove("a"));
    RMapCache<String, String> cache = redisson.getMapCache("cache");
    assertTrue(cache.fastPut("k", "v", 100, TimeUnit.SECONDS));
    assertEquals("v", cache.get("k"));
    assertEquals("v", cache.remove("k"));
    RBucket<String> bucket = redisson.getBucket("swap");
    bucket.set("old");
    assertTrue(bucket.compareAndSet("old", "new"));
    assertFalse(bucket.compareAndSet("old", "newer"));
    RCountDownLatch latch = redisson.getCountDownLatch("latch");
    assertTrue(latch.trySetCount(1));
    latch.countDown();
    assertEquals(0, latch.getCount());
    String loaded = redisson.getScript(StringCodec.INSTANCE).scriptLoad("return ARGV[1]");
    assertEquals(
        "x",
        redisson
            .getScript(StringCodec.INSTANCE)
            .<String>evalSha(
                RScript.Mode.READ_ONLY, loaded, RScript.ReturnType.VALUE, List.of(), "x"));
  }
}
