package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.BlockingTimeout;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.KeySpec;
import io.skein.engine.structure.Entry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The waiting itself, with a command that takes a string away as soon as there is one.
class BlockedKeysTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();
  private final TestNode.Client first = node.connect();
  private final TestNode.Client second = node.connect();

  @BeforeEach
  void addCommand() {
    node.node()
        .commands()
        .add(
            Command.named("taken")
                .syntax("key... timeout:double")
                .flags(CommandFlag.WRITE, CommandFlag.BLOCKING)
                .keys(KeySpec.range(KeySpec.RW, 1, -2, 1))
                .does(this::taken));
  }

  private void taken(Call call) {
    long deadlineMs = BlockingTimeout.seconds(call, call.count() - 1);
    for (int i = 0; i < call.keyCount(); i++) {
      long entry = call.database().write(call.keyAt(i));
      if (entry != 0) {
        call.reply().array(2);
        call.reply().bulk(call.keyAt(i).toByteArray());
        call.reply().bulk(Entry.value(entry));
        call.database().remove(call.keyAt(i));
        call.dirty(1);
        return;
      }
    }
    BlockedKeys blocked = node.node().blockedKeys();
    if (!blocked.mayAwait(call)) {
      call.reply().nullArray();
      return;
    }
    blocked.await(call, BlockedKeys.Awaited.LIST, 0, call.keyCount(), true, deadlineMs);
  }

  @Test
  void servesInTheOrderInWhichTheyCame() {
    assertEquals("", first.ask("TAKEN k 0"));
    assertEquals("", second.ask("TAKEN other k 0"));
    assertEquals("+OK", client.ask("SET k a"));
    assertEquals("*2 $1 k $1 a", line(first));
    assertEquals("", line(second));
    client.ask("SET k b");
    assertEquals("*2 $1 k $1 b", line(second));
    assertEquals(0, node.node().blockedKeys().keyCount());
    assertEquals(":0", client.ask("EXISTS k"));
  }

  @Test
  void waitsForTheEndOfTheTransaction() {
    first.ask("TAKEN k 0");
    client.ask("MULTI");
    client.ask("SET k a");
    client.ask("APPEND k b");
    assertEquals("*2 +OK :2", client.ask("EXEC"));
    assertEquals("*2 $1 k $2 ab", line(first));
  }

  @Test
  void doesNotWaitInATransaction() {
    client.ask("MULTI");
    client.ask("TAKEN k 0");
    assertEquals("*1 *-1", client.ask("EXEC"));
  }

  @Test
  void commandsBehindTheWaitAreHeldBack() {
    first.sendRaw("TAKEN k 0\r\nPING\r\n");
    assertEquals("", first.read());
    client.ask("SET k a");
    assertEquals("*2 $1 k $1 a +PONG", line(first));
  }

  @Test
  void timeIsOver() {
    assertEquals("", first.ask("TAKEN k 0.5"));
    node.advance(499);
    assertEquals("", first.read());
    node.advance(1);
    assertEquals("*-1", line(first));
    client.ask("SET k a");
    assertEquals("$1 a", client.ask("GET k"));
  }

  @Test
  void deletionWakesWhoWantsToKnowAndTheDeadlineStays() {
    second.ask("TAKEN k 1");
    node.advance(600);
    client.ask("MULTI");
    client.ask("SET k a");
    client.ask("DEL k");
    client.ask("EXEC");
    assertEquals("", second.read());
    node.advance(399);
    assertEquals("", second.read());
    node.advance(1);
    assertEquals("*-1", line(second));
  }

  @Test
  void unblockedByAnotherClient() {
    first.ask("TAKEN k 0");
    String id = String.valueOf(first.session().id());
    assertEquals(":1", client.send("CLIENT", "UNBLOCK", id).trim());
    assertEquals("*-1", line(first));
    first.ask("TAKEN k 0");
    assertEquals(":1", client.send("CLIENT", "UNBLOCK", id, "ERROR").trim());
    assertEquals("-UNBLOCKED client unblocked via CLIENT UNBLOCK", line(first));
    assertEquals(":0", client.send("CLIENT", "UNBLOCK", id).trim());
    assertTrue(client.send("INFO", "errorstats").contains("errorstat_UNBLOCKED:count=1"));
    String stats = client.send("INFO", "commandstats");
    assertTrue(stats.contains("cmdstat_taken:calls=2"), stats);
    assertTrue(stats.contains("rejected_calls=0,failed_calls=1"), stats);
  }

  @Test
  void countsOnceWhatWasRepeated() {
    first.ask("TAKEN k 0");
    client.ask("MULTI");
    client.ask("SET k a");
    client.ask("DEL k");
    client.ask("EXEC");
    assertFalse(client.send("INFO", "commandstats").contains("cmdstat_taken"));
    client.ask("SET k a");
    String stats = client.send("INFO", "commandstats");
    assertTrue(stats.contains("cmdstat_taken:calls=1"), stats);
  }

  @Test
  void whoIsGoneIsNotServed() {
    first.ask("TAKEN k 0");
    second.ask("TAKEN k 0");
    first.disconnect();
    client.ask("SET k a");
    assertEquals("*2 $1 k $1 a", line(second));
  }

  @Test
  void swappedDatabaseServes() {
    first.ask("SELECT 1");
    first.ask("TAKEN k 0");
    client.ask("SET k a");
    assertEquals("", first.read());
    client.ask("SWAPDB 0 1");
    assertEquals("*2 $1 k $1 a", line(first));
  }

  @Test
  void pauseHoldsBackAndLetsGo() {
    first.ask("TAKEN k 0");
    client.ask("MULTI");
    client.ask("CLIENT PAUSE 1000 WRITE");
    client.ask("SET k a");
    client.ask("EXEC");
    assertEquals("", first.read());
    node.advance(1000);
    assertEquals("*2 $1 k $1 a", line(first));
  }

  @Test
  void aReplicaServesNobody() {
    first.ask("TAKEN k 0");
    client.ask("REPLICAOF 127.0.0.1 1");
    assertEquals(
        "-UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
            + " replica?)",
        line(first));
    assertTrue(first.isClosed());
  }

  @Test
  void refusesTimeoutsThatAreNone() {
    assertEquals("-ERR timeout is negative", client.ask("TAKEN k -1"));
    assertEquals("-ERR timeout is negative", client.ask("TAKEN k -inf"));
    assertEquals("-ERR timeout is out of range", client.ask("TAKEN k inf"));
    assertEquals("-ERR timeout is out of range", client.ask("TAKEN k 1e16"));
    assertEquals("-ERR timeout is not a float or out of range", client.ask("TAKEN k x"));
    assertEquals("-ERR timeout is not a float or out of range", client.ask("TAKEN k nan"));
  }

  @Test
  void silencedClientGetsNothing() {
    first.sendRaw("CLIENT REPLY SKIP\r\nTAKEN k 0\r\n");
    assertEquals("", first.read());
    client.ask("SET k a");
    assertEquals("", first.read());
    assertEquals("+PONG", first.ask("PING"));
  }

  private static String line(TestNode.Client from) {
    return from.read().replace("\r\n", " ").trim();
  }
}
