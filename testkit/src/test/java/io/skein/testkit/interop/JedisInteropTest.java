package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.skein.testkit.SkeinCluster;
import io.skein.testkit.SkeinNode;
import io.skein.testkit.SkeinTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.ClusterPipeline;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

@Tag("interop")
@SkeinTest
class JedisInteropTest {
  private static Set<HostAndPort> seeds(SkeinCluster cluster) {
    Set<HostAndPort> seeds = new HashSet<>();
    cluster.nodes().forEach(node -> seeds.add(new HostAndPort(node.host(), node.port())));
    return seeds;
  }

  @Test
  void talksToOneNode(SkeinNode node) {
    try (RedisClient jedis = RedisClient.create(node.host(), node.port())) {
      assertEquals("OK", jedis.set("goose", "grey", SetParams.setParams().ex(100)));
      assertEquals("grey", jedis.get("goose"));
      assertNull(jedis.set("goose", "white", SetParams.setParams().nx()));
      assertEquals(3, jedis.incrBy("count", 3));
      assertEquals(100, jedis.ttl("goose"));
      assertThrows(JedisDataException.class, () -> jedis.incr("goose"));
      try (AbstractTransaction transaction = jedis.multi()) {
        Response<Long> counted = transaction.incr("count");
        transaction.del("goose");
        assertEquals(List.of(4L, 1L), transaction.exec());
        assertEquals(4L, counted.get());
      }
      for (int i = 0; i < 1000; i++) {
        jedis.set("key:" + i, "" + i);
      }
      Set<String> seen = new HashSet<>();
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> page = jedis.scan(cursor, new ScanParams().match("key:*").count(100));
        seen.addAll(page.getResult());
        cursor = page.getCursor();
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
      assertEquals(1000, seen.size());
    }
  }

  @Test
  void readsAndWritesThroughACluster(SkeinCluster cluster) {
    try (RedisClusterClient jedis = RedisClusterClient.create(seeds(cluster))) {
      for (int i = 0; i < 200; i++) {
        assertEquals("OK", jedis.set("key:" + i, "" + i));
      }
      List<Response<String>> values = new ArrayList<>();
      try (ClusterPipeline pipeline = jedis.pipelined()) {
        for (int i = 0; i < 200; i++) {
          values.add(pipeline.get("key:" + i));
        }
      }
      for (int i = 0; i < 200; i++) {
        assertEquals("" + i, values.get(i).get());
      }
      assertEquals("OK", jedis.mset("{v}1", "a", "{v}2", "b"));
      assertEquals(List.of("a", "b"), jedis.mget("{v}1", "{v}2"));
    }
  }

  @Test
  void goesOnWhenAPrimaryIsKilled(SkeinCluster cluster) {
    try (RedisClusterClient jedis =
        RedisClusterClient.builder()
            .nodes(seeds(cluster))
            .maxAttempts(100)
            .maxTotalRetriesDuration(Duration.ofSeconds(60))
            .build()) {
      SkeinNode victim = cluster.primaryOf("goose");
      jedis.set("goose", "0");
      assertEquals(1L, victim.call("WAIT", "1", "10000"));
      victim.kill();
      for (int i = 1; i <= 300; i++) {
        assertEquals(i, jedis.incr("goose"));
        jedis.set("key:" + i, "" + i);
      }
      cluster.awaitHealthy();
      for (int i = 1; i <= 300; i++) {
        assertEquals("" + i, jedis.get("key:" + i));
      }
    }
  }
}
