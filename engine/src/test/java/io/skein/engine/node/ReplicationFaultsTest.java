package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Three nodes in a row whose links fail at any byte, while clients write and clocks are set.
class ReplicationFaultsTest {
  @Test
  void linksThatFailAtAnyByteLeaveNoDifference() {
    for (int seed = 0; seed < 24; seed++) {
      Run run = new Run(seed, seed % 4 != 0);
      try {
        run.play();
      } catch (RuntimeException | Error failed) {
        throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
      }
    }
  }

  @Test
  void aLinkThatFailsInTheStreamNeedsNoSnapshot() {
    int partial = 0;
    for (int seed = 100; seed < 105; seed++) {
      Run run = new Run(seed, true);
      try {
        run.settle();
        long full = run.fullSyncs();
        for (int i = 0; i < 10; i++) {
          run.write(1 + run.random.nextInt(50));
          run.network.cutAfter(run.random.nextInt(200_000));
          run.write(run.random.nextInt(200));
          run.network.pass(run.random.nextInt(3000));
        }
        run.settle();
        assertEquals(full, run.fullSyncs());
        partial += (int) Run.number(run.clients.getFirst(), "stats", "sync_partial_ok");
      } catch (RuntimeException | Error failed) {
        throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
      }
    }
    assertTrue(partial > 10, "links were cut: " + partial);
  }

  private static final class Run {
    private static final List<String> LOADS = List.of("disabled", "on-empty-db", "swapdb");

    private final Random random;
    private final TestNetwork network = new TestNetwork();
    private final List<TestNode> nodes;
    private final List<TestNode.Client> clients;

    Run(int seed, boolean disk) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      nodes = List.of(node(seed, 0), node(seed, 1), node(seed, 2));
      clients = nodes.stream().map(TestNode::connect).toList();
      for (TestNode.Client each : clients) {
        each.ask("CONFIG SET repl-diskless-sync-delay 0 repl-timeout 5 repl-ping-replica-period 1");
        each.ask("CONFIG SET repl-diskless-sync " + (random.nextBoolean() ? "yes" : "no"));
        each.ask("CONFIG SET repl-diskless-load " + LOADS.get(random.nextInt(3)));
        each.ask("CONFIG SET repl-backlog-size " + (disk ? 300_000 : 20_000));
      }
      write(200);
      clients.get(1).ask("REPLICAOF 127.0.0.1 7000");
      clients.get(2).ask("REPLICAOF 127.0.0.1 7001");
    }

    private TestNode node(int seed, int number) {
      TestNode node = new TestNode(null, new MemoryDisk(), seed * 10L + number);
      node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
      return node.in(network, 7000 + number);
    }

    void play() {
      for (int i = 0; i < 40; i++) {
        step();
      }
      settle();
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1 -> write(random.nextInt(30));
        case 2, 3, 4 -> {
          // Short ones fail in the handshake, long ones in a snapshot or in the stream.
          network.cutAfter(random.nextInt(1 << (6 + random.nextInt(14))));
          write(random.nextInt(50));
        }
        case 5 -> {
          network.swallow(true);
          write(random.nextInt(200));
          network.pass(random.nextInt(8000));
          network.swallow(false);
        }
        case 6 -> nodes.get(random.nextInt(3)).jump(random.nextLong(-100_000_000, 100_000_000));
        case 7 -> {
          network.cut();
          write(random.nextInt(300));
        }
        default -> network.pass(random.nextInt(3000));
      }
      network.settle();
    }

    void write(int commands) {
      TestNode.Client p = clients.getFirst();
      for (int i = 0; i < commands; i++) {
        String key = "key:" + random.nextInt(100);
        switch (random.nextInt(6)) {
          case 0 -> p.send("SELECT", "" + random.nextInt(3));
          case 1 -> p.send("DEL", key);
          case 2 -> {
            p.send("MULTI");
            p.send("APPEND", key, "x".repeat(random.nextInt(100)));
            p.send("SELECT", "" + random.nextInt(3));
            p.send("INCR", "count");
            p.send("EXEC");
          }
          default -> p.send("SET", key, "v".repeat(random.nextInt(20_000)));
        }
        if (random.nextInt(10) == 0) {
          network.settle();
        }
      }
    }

    void settle() {
      network.cutAfter(Long.MAX_VALUE);
      network.pass(20_000);
      for (int i = 0; i < 3; i++) {
        TestNode.Client client = clients.get(i);
        assertEquals(offset(clients.getFirst()), offset(client), "offset of node " + i);
        assertEquals(
            clients.getFirst().ask("DEBUG DIGEST"), client.ask("DEBUG DIGEST"), "node " + i);
        assertEquals(0, number(client, "replication", "repl_backlog_disk_bytes"), "node " + i);
      }
    }

    long fullSyncs() {
      return clients.stream().mapToLong(c -> number(c, "stats", "sync_full")).sum();
    }

    private static long offset(TestNode.Client client) {
      return number(client, "replication", "master_repl_offset");
    }

    private static long number(TestNode.Client client, String section, String field) {
      String info = client.ask("INFO " + section) + " ";
      int at = info.indexOf(field + ":") + field.length() + 1;
      return Long.parseLong(info.substring(at, info.indexOf(' ', at)));
    }
  }
}
