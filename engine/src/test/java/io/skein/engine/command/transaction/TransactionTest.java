package io.skein.engine.command.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.node.TestNode;
import org.junit.jupiter.api.Test;

class TransactionTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();
  private final TestNode.Client other = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void executesWhatWasQueuedAsOne() {
    expect("MULTI", "+OK");
    expect("SET k 1", "+QUEUED");
    expect("INCR k", "+QUEUED");
    assertEquals("$-1", other.ask("GET k"));
    expect("MGET k nope", "+QUEUED");
    expect("EXEC", "*3 +OK :2 *2 $1 2 $-1");
    expect("EXEC", "-ERR EXEC without MULTI");
  }

  @Test
  void goesOnAfterACommandThatFails() {
    expect("MULTI", "+OK");
    expect("SET k x", "+QUEUED");
    expect("INCR k", "+QUEUED");
    expect("GET k", "+QUEUED");
    expect("EXEC", "*3 +OK -ERR value is not an integer or out of range $1 x");
  }

  @Test
  void discardsATransactionThatCouldNotBeQueued() {
    expect("MULTI", "+OK");
    expect("SET k x", "+QUEUED");
    expect("GET", "-ERR wrong number of arguments for 'get' command");
    expect("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    expect("GET k", "$-1");
    expect("MULTI", "+OK");
    expect(
        "EXEC a",
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command");
    expect(
        "EXEC a",
        "-EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command");
    expect("GET k", "$-1");
  }

  @Test
  void neitherNestsNorWatchesInside() {
    expect("DISCARD", "-ERR DISCARD without MULTI");
    expect("MULTI", "+OK");
    expect("MULTI", "-ERR MULTI calls can not be nested");
    expect("WATCH k", "-ERR WATCH inside MULTI is not allowed");
    expect("SET k 1", "+QUEUED");
    expect("EXEC", "*1 +OK");
    expect("MULTI", "+OK");
    expect("SET k 2", "+QUEUED");
    expect("DISCARD", "+OK");
    expect("GET k", "$1 1");
  }

  @Test
  void failsWhenAWatchedKeyChanges() {
    expect("WATCH k", "+OK");
    other.ask("SET k 1");
    expect("MULTI", "+OK");
    expect(
        "PING_IS_NOT_HERE", "-ERR unknown command 'PING_IS_NOT_HERE', with args beginning with:");
    expect("EXEC", "-EXECABORT Transaction discarded because of previous errors.");
    for (String change :
        new String[] {
          "SET k 2",
          "DEL k",
          "SET k 3",
          "RENAME k j",
          "COPY j k",
          "APPEND k x",
          "EXPIRE k 100",
          "PERSIST k"
        }) {
      expect("WATCH k", "+OK");
      other.ask(change);
      expect("MULTI", "+OK");
      expect("SET k mine", "+QUEUED");
      assertEquals("*-1", client.ask("EXEC"), change);
    }
    client.session().protocol(3);
    expect("WATCH k", "+OK");
    other.ask("SET k 2");
    expect("MULTI", "+OK");
    expect("EXEC", "_");
  }

  @Test
  void takesNoNoticeOfWhatDoesNotChangeTheKey() {
    expect("SET k 1", "+OK");
    expect("WATCH k", "+OK");
    for (String harmless :
        new String[] {"GET k", "TOUCH k", "SET j 1", "DEL nope", "EXPIRE nope 1", "SETNX k 2"}) {
      other.ask(harmless);
    }
    expect("MULTI", "+OK");
    expect("GET k", "+QUEUED");
    expect("EXEC", "*1 $1 1");
    other.ask("SET k 2");
    expect("MULTI", "+OK");
    expect("EXEC", "*0");
    expect("WATCH k", "+OK");
    other.ask("SET k 2");
    expect("UNWATCH", "+OK");
    expect("MULTI", "+OK");
    expect("EXEC", "*0");
  }

  @Test
  void failsWhenAWatchedKeyExpires() {
    expect("SET k v PX 100", "+OK");
    expect("WATCH k", "+OK");
    node.advanceWithoutTick(101);
    expect("MULTI", "+OK");
    expect("SET j 1", "+QUEUED");
    expect("EXEC", "*-1");
    expect("EXISTS j", ":0");
  }

  @Test
  void forgivesAKeyThatHadExpiredBefore() {
    expect("SET k v PX 100", "+OK");
    node.advanceWithoutTick(101);
    expect("WATCH k", "+OK");
    assertEquals("$-1", other.ask("GET k"));
    expect("MULTI", "+OK");
    expect("SET j 1", "+QUEUED");
    expect("EXEC", "*1 +OK");
    expect("SET k v PX 100", "+OK");
    node.advanceWithoutTick(101);
    expect("WATCH k", "+OK");
    other.ask("SET k w");
    expect("MULTI", "+OK");
    expect("EXEC", "*-1");
  }

  @Test
  void noticesFlushedAndSwappedDatabases() {
    expect("SET k v", "+OK");
    expect("WATCH k nope", "+OK");
    node.keyspace().database(0).flush(true);
    expect("MULTI", "+OK");
    expect("EXEC", "*-1");
    expect("WATCH k nope", "+OK");
    node.keyspace().database(0).flush(true);
    node.keyspace().swap(0, 1);
    expect("MULTI", "+OK");
    expect("EXEC", "*0");
    expect("SET k v", "+OK");
    expect("WATCH k", "+OK");
    node.keyspace().swap(0, 1);
    expect("MULTI", "+OK");
    expect("EXEC", "*-1");
    expect("WATCH k", "+OK");
    node.keyspace().swap(0, 1);
    expect("MULTI", "+OK");
    expect("EXEC", "*-1");
  }

  @Test
  void forgetsWatchesOfAClientThatLeaves() {
    expect("WATCH k", "+OK");
    assertEquals(1, node.keyspace().watches().size());
    client.disconnect();
    assertEquals(0, node.keyspace().watches().size());
  }
}
