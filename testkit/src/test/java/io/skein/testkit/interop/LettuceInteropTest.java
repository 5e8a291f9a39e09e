package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lettuce.core.ReadFrom;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.sync.RedisAdvancedClusterCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.skein.testkit.SkeinCluster;
import io.skein.testkit.SkeinNode;
import io.skein.testkit.SkeinTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("interop")
@SkeinTest
class LettuceInteropTest {
  @Test
  void talksToOneNodeInResp3(SkeinNode node) throws Exception {
    RedisClient client = RedisClient.create(RedisURI.create(node.host(), node.port()));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      RedisCommands<String, String> redis = connection.sync();
      assertEquals("OK", redis.set("goose", "grey", SetArgs.Builder.ex(100)));
      assertEquals("grey", redis.get("goose"));
      assertEquals(100, redis.ttl("goose"));
      assertThrows(RedisCommandExecutionException.class, () -> redis.incr("goose"));
      redis.multi();
      redis.incr("count");
      redis.get("count");
      TransactionResult result = redis.exec();
      assertEquals(1L, result.<Long>get(0));
      assertEquals("1", result.get(1));
      assertEquals(Map.of("maxmemory", "0"), redis.configGet("maxmemory"));
      List<RedisFuture<String>> futures = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        futures.add(connection.async().set("key:" + i, "" + i));
      }
      for (RedisFuture<String> future : futures) {
        assertEquals("OK", future.get());
      }
      assertEquals(1002, redis.dbsize());
    } finally {
      shutdown(client);
    }
  }

  private static void shutdown(RedisClient client) {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
  }

  private static RedisClusterClient client(SkeinCluster cluster) {
    List<RedisURI> seeds = new ArrayList<>();
    for (SkeinNode node : cluster.nodes()) {
      seeds.add(RedisURI.create(node.host(), node.port()));
    }
    RedisClusterClient client = RedisClusterClient.create(seeds);
    client.setOptions(
        ClusterClientOptions.builder()
            .topologyRefreshOptions(
                ClusterTopologyRefreshOptions.builder()
                    .enablePeriodicRefresh(Duration.ofMillis(500))
                    .build())
            .maxRedirects(20)
            .build());
    return client;
  }

  @Test
  void readsAndWritesThroughACluster(SkeinCluster cluster) {
    RedisClusterClient client = client(cluster);
    try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
      RedisAdvancedClusterCommands<String, String> redis = connection.sync();
      Map<String, String> all = new TreeMap<>();
      for (int i = 0; i < 200; i++) {
        all.put("key:" + i, "" + i);
      }
      assertEquals("OK", redis.mset(all));
      assertEquals(200, redis.dbsize());
      assertEquals(200, redis.exists(all.keySet().toArray(String[]::new)));
      assertEquals(6, client.getPartitions().size());
      for (SkeinNode primary : cluster.primaries()) {
        primary.call("WAIT", "1", "10000");
      }
      cluster.await(
          "the client knows a replica of every primary",
          () -> {
            client.refreshPartitions();
            return client.getPartitions().stream()
                    .filter(node -> node.is(RedisClusterNode.NodeFlag.REPLICA))
                    .map(RedisClusterNode::getSlaveOf)
                    .distinct()
                    .count()
                == 3;
          });
      connection.setReadFrom(ReadFrom.REPLICA);
      for (Map.Entry<String, String> entry : all.entrySet()) {
        assertEquals(entry.getValue(), redis.get(entry.getKey()));
      }
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
  }

  @Test
  void goesOnWhenAPrimaryIsKilled(SkeinCluster cluster) {
    RedisClusterClient client = client(cluster);
    try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
      connection.setTimeout(Duration.ofSeconds(2));
      RedisAdvancedClusterCommands<String, String> redis = connection.sync();
      SkeinNode victim = cluster.primaryOf("goose");
      assertEquals("OK", redis.set("goose", "grey"));
      assertEquals(1L, victim.call("WAIT", "1", "10000"));
      victim.kill();
      cluster.await("a write to the moved slots", () -> "OK".equals(redis.set("goose", "white")));
      cluster.await("the new topology", () -> client.getPartitions().size() >= 5);
      for (int i = 0; i < 200; i++) {
        assertEquals("OK", redis.set("key:" + i, "" + i));
      }
      assertEquals("white", redis.get("goose"));
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
  }
}
