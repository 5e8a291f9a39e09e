package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.AppendFsync;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.SecuritySettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AppendOnlyReplicaTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);

  private static void configure(TestNode node) {
    node.settings().put(PersistenceSettings.SAVE, List.of());
    node.settings().put(ReplicationSettings.REPL_DISKLESS_SYNC_DELAY, 0L);
    node.settings().put(PersistenceSettings.APPENDONLY, true);
    node.settings().put(PersistenceSettings.APPENDFSYNC, AppendFsync.EVERYSEC);
    node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.YES);
  }

  private void start() {
    configure(replica);
    primary.settings().put(PersistenceSettings.SAVE, List.of());
    primary.settings().put(ReplicationSettings.REPL_DISKLESS_SYNC_DELAY, 0L);
    primary.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.YES);
    primary.node().start();
    replica.node().start();
    replica.disk().complete();
  }

  private static String info(TestNode node, String section, String field) {
    for (String line : node.connect().send("INFO", section).split("\r\n")) {
      if (line.startsWith(field + ":")) {
        return line.substring(field.length() + 1);
      }
    }
    return "absent";
  }

  private static String digest(TestNode node) {
    return node.connect().ask("DEBUG DIGEST");
  }

  private static TestNode loaded(MemoryDisk files) {
    TestNode next = new TestNode(null, files.afterCrash(false), 7);
    configure(next);
    next.node().start();
    while (next.node().isLoading()) {
      next.node().work(1_000_000);
      assertNull(next.exitCode(), () -> next.logged().toString());
    }
    return next;
  }

  private void run(int rounds) {
    for (int i = 0; i < rounds; i++) {
      network.pass(100);
    }
  }

  private void follow() {
    assertEquals("+OK", replica.connect().ask("REPLICAOF 127.0.0.1 7000"));
    for (int i = 0; i < 100; i++) {
      network.pass(100);
      if (info(replica, "replication", "master_link_status").equals("up")
          && info(replica, "persistence", "aof_rewrite_in_progress").equals("0")) {
        return;
      }
    }
    throw new AssertionError("the replica is not in sync: " + replica.logged());
  }

  @Test
  void aFullSyncBeginsTheFileAnew() {
    start();
    replica.connect().ask("SET mine 1");
    replica.disk().complete();
    TestNode.Client writer = primary.connect();
    for (int i = 0; i < 200; i++) {
      writer.ask("SET k" + i + " v" + i);
    }
    follow();
    writer.ask("SET later 1");
    run(20);
    assertEquals("1", info(replica, "persistence", "aof_enabled"));
    assertEquals(digest(primary), digest(replica));
    TestNode restarted = loaded(replica.disk());
    assertEquals(digest(primary), digest(restarted));
    assertEquals(primary.commandLog().offset(), restarted.commandLog().offset());
    assertEquals(primary.commandLog().replid(), restarted.commandLog().replid2());
  }

  @Test
  void theFilesOfBeforeAreThereUntilTheNewOnesAre() {
    start();
    replica.connect().ask("SET mine 1");
    replica.disk().complete();
    for (int i = 0; i < 200; i++) {
      primary.connect().ask("SET k" + i + " v" + i);
    }
    String before = digest(replica);
    String after = digest(primary);
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    List<String> found = new ArrayList<>();
    replica
        .disk()
        .afterEach(() -> {
          for (boolean power : new boolean[] {false, true}) {
            found.add(digest(loaded(replica.disk().afterCrash(power))));
          }
        });
    run(20);
    for (String digest : found) {
      assertTrue(digest.equals(before) || digest.equals(after), "neither the old data nor the new");
    }
    assertEquals(before, found.getFirst());
    assertEquals(after, found.getLast());
  }

  @Test
  void whatThePrimaryWritesIsNeverRefused() {
    start();
    replica.settings().put(ReplicationSettings.REPLICA_IGNORE_DISK_WRITE_ERRORS, true);
    follow();
    replica.disk().failWith("No space left on device");
    primary.connect().ask("SET a 1");
    run(3);
    primary.connect().ask("SET b 1");
    run(3);
    assertEquals("err", info(replica, "persistence", "aof_last_write_status"));
    assertEquals(digest(primary), digest(replica));
    assertNull(replica.exitCode());
    assertFalse(replica.logged().stream().noneMatch(l -> l.startsWith("Replica is applying")));
    replica.disk().failWith(null);
    run(20);
    assertEquals(digest(primary), digest(loaded(replica.disk())));
  }

  @Test
  void aReplicaThatCannotWriteEndsUnlessItMayGoOn() {
    start();
    follow();
    replica.disk().failWith("No space left on device");
    primary.connect().ask("SET a 1");
    run(3);
    primary.connect().ask("SET b 1");
    run(3);
    assertEquals(1, replica.exitCode());
  }
}
