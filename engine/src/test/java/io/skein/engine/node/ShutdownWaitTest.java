package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShutdownWaitTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);
  private final TestNode.Client client = primary.connect();
  private final TestNode.Client other = primary.connect();

  @BeforeEach
  void follow() {
    client.ask("CONFIG SET repl-diskless-sync-delay 0");
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    client.ask("SET a 1");
  }

  @Test
  void endsWhenReplicasHaveConfirmedEverything() {
    assertEquals("", client.ask("SHUTDOWN NOSAVE"));
    assertNull(primary.exitCode(), "the replica has not confirmed the write yet");
    network.pass(2000);
    assertEquals(0, primary.exitCode());
  }

  @Test
  void aSignalCanBeTakenBackWhileCronIsPaused() {
    primary.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
    assertEquals("+OK", client.ask("DEBUG PAUSE-CRON 1"));
    primary.node().endBySignal(false, true, false);
    primary.advance(500);
    assertNull(primary.exitCode());
    assertEquals("+OK", other.ask("SHUTDOWN ABORT"));
    client.ask("DEBUG PAUSE-CRON 0");
    primary.advance(500);
    assertNull(primary.exitCode());
    primary.node().endBySignal(false, true, false);
    assertEquals(0, primary.exitCode());
  }

  @Test
  void waitsForNobodyWhenToldNow() {
    client.ask("SHUTDOWN NOSAVE NOW");
    assertEquals(0, primary.exitCode());
  }

  @Test
  void endsWithoutReplicasWhenTheTimeIsUp() {
    client.ask("CONFIG SET shutdown-timeout 2");
    client.ask("SHUTDOWN NOSAVE");
    primary.advance(1900);
    assertNull(primary.exitCode());
    primary.advance(200);
    assertEquals(0, primary.exitCode());
  }

  @Test
  void abortLetsEverybodyGoOn() {
    assertEquals("-ERR No shutdown in progress.", other.ask("SHUTDOWN ABORT"));
    assertEquals("", client.ask("SHUTDOWN NOSAVE"));
    assertEquals("", other.ask("SET b 2"), "writes are held back");
    TestNode.Client third = primary.connect();
    assertEquals("+OK", third.ask("SHUTDOWN ABORT"));
    assertEquals("-ERR Errors trying to SHUTDOWN. Check logs.\r\n", client.read());
    assertEquals("+OK\r\n", other.read());
    network.pass(5000);
    assertNull(primary.exitCode());
    assertTrue(client.ask("GET b").endsWith("2"));
  }
}
