package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.SkeinCluster;
import io.skein.testkit.SkeinNode;
import io.skein.testkit.SkeinTest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RAtomicLong;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

@Tag("interop")
@SkeinTest
class RedissonInteropTest {
  @Test
  void talksToOneNode(SkeinNode node) {
    Config config = new Config().setCodec(StringCodec.INSTANCE).setThreads(2).setNettyThreads(2);
    config
        .useSingleServer()
        .setAddress("redis://" + node.address())
        .setConnectionMinimumIdleSize(1)
        .setSubscriptionConnectionMinimumIdleSize(0);
    use(config);
  }

  @Test
  void readsAndWritesThroughACluster(SkeinCluster cluster) {
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

  private static void use(Config config) {
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
}
