package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Replicas that refuse what may be too stale, over sockets and in real time.
class LagBoundTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static SkeinNode replicaOf(SkeinNode primary, String... options) {
    String[] all = new String[options.length + 5];
    all[0] = "--replicaof";
    all[1] = "127.0.0.1";
    all[2] = Integer.toString(primary.port());
    all[3] = "--repl-timeout";
    all[4] = "5";
    System.arraycopy(options, 0, all, 5, options.length);
    return SkeinNode.start(all);
  }

  private static SkeinNode primary() {
    SkeinNode primary = SkeinNode.start("--repl-diskless-sync-delay", "0");
    primary.call("CONFIG", "SET", "requirepass", "secret");
    primary.call("AUTH", "secret");
    return primary;
  }

  /// What the replica says to a read: the value, or the code of the error.
  private static String read(SkeinNode replica) {
    try {
      return String.valueOf(replica.call("GET", "goose"));
    } catch (ReplyError refused) {
      return refused.code();
    }
  }

  private static void awaitRead(SkeinNode replica, String expected) {
    Await.until("a read gives " + expected, PATIENCE, () -> expected.equals(read(replica)));
  }

  @Test
  void aPrimaryThatStandsStillMakesItsReplicaStale() {
    try (SkeinNode primary = primary();
        SkeinNode replica =
            replicaOf(primary, "--masterauth", "secret", "--replica-read-max-lag-ms", "1500")) {
      primary.call("SET", "goose", "grey");
      awaitRead(replica, "grey");
      primary.pause();
      awaitRead(replica, "STALE");
      // Nothing that is known makes it fresh again while the primary stands still.
      for (int i = 0; i < 100; i++) {
        assertEquals("STALE", read(replica));
      }
      primary.resume();
      primary.call("SET", "goose", "white");
      awaitRead(replica, "white");
    }
  }

  @Test
  void aCutLinkMakesItStale() {
    try (SkeinNode primary = primary();
        SkeinNode replica =
            replicaOf(primary, "--masterauth", "secret", "--replica-read-max-lag-ms", "1500")) {
      primary.call("SET", "goose", "grey");
      awaitRead(replica, "grey");
      replica.cutTo(primary);
      awaitRead(replica, "STALE");
      primary.call("SET", "goose", "white");
      replica.healTo(primary);
      awaitRead(replica, "white");
    }
  }

  @Test
  void aClusterSendsTheReaderToThePrimary() {
    try (SkeinCluster cluster = SkeinCluster.start(3, 1, "--cluster-node-timeout", "60000")) {
      SkeinNode primary = cluster.primaryOf("goose");
      SkeinNode replica = cluster.replicasOf(primary).getFirst();
      replica.call("READONLY");
      primary.call("SET", "goose", "grey");
      replica.call("CONFIG", "SET", "replica-read-max-lag-ms", "1500");
      awaitRead(replica, "grey");
      primary.pause();
      awaitRead(replica, "MOVED");
      assertTrue(replica.text("INFO", "replication").contains("slave_read_lag_ms:"));
      primary.resume();
      awaitRead(replica, "grey");
    }
  }
}
