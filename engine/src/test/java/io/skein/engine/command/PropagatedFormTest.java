package io.skein.engine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.config.ConfigError;
import io.skein.engine.log.LogReader;
import io.skein.engine.node.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Writes are logged in a form that means the same whenever it is executed.
class PropagatedFormTest {
  private static final String IN_TEN_SECONDS = "1700000010000";

  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();
  private final LogReader reader = Objects.requireNonNull(node.commandLog().openReader(0));

  /// Executes `commands` and checks that what is logged, but for the SELECT at the beginning, is
  /// `logged`.
  private void expect(String logged, String... commands) {
    for (String command : commands) {
      client.ask(command);
    }
    assertEquals(logged, read().replaceFirst("^SELECT 0; ", ""), String.join(", ", commands));
  }

  private String read() {
    byte[] bytes = new byte[(int) reader.remaining()];
    reader.read(bytes, 0, bytes.length);
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n");
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      if (line.startsWith("*")) {
        text.append(text.isEmpty() ? "" : "; ");
      } else if (!line.startsWith("$")) {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ' ' ? "" : " ");
        text.append(line);
      }
    }
    return text.toString();
  }

  @Test
  void logsWhatHappenedToFieldsThatExpire() {
    expect("HSET h a 1 b 2 c 3", "HSET h a 1 b 2 c 3");
    expect("HPEXPIREAT h " + IN_TEN_SECONDS + " FIELDS 1 a", "HEXPIRE h 10 FIELDS 2 a none");
    expect("HPERSIST h FIELDS 1 a", "HGETEX h PERSIST FIELDS 2 a b");
    expect("HDEL h a", "HPEXPIREAT h 1 FIELDS 1 a");
    expect("HSETEX h PXAT " + IN_TEN_SECONDS + " FIELDS 1 d 4", "HSETEX h EX 10 FIELDS 1 d 4");
    expect("HSETEX h KEEPTTL FIELDS 1 d 4.5", "HINCRBYFLOAT h d 0.5");
    expect("HSET h b 2.5", "HINCRBYFLOAT h b 0.5");
    expect("HDEL h d", "HGETDEL h FIELDS 2 d none");
    expect("HPEXPIREAT h " + IN_TEN_SECONDS + " FIELDS 2 b c", "HEXPIRE h 10 FIELDS 2 b c");
    node.advance(10_001);
    expect("HDEL h b", "HGET h b", "HLEN h");
    expect("HDEL h c", "HRANDFIELD h", "EXISTS h");
  }

  @Test
  void logsComparisonsAsWhatTheyDid() {
    expect("SET k v", "SET k v IFNE w", "SET k x IFEQ w");
    expect("SET k w PXAT " + IN_TEN_SECONDS, "SET k w IFEQ v EX 10");
    expect("SET k v KEEPTTL", "SET k v IFEQ w KEEPTTL");
    expect("DEL k", "DELEX k IFEQ w", "DELIFEQ k v");
    expect("MSET a 1 b 2", "MSETEX 2 a 1 b 2 NX", "MSETEX 2 a 1 c 2 NX");
  }

  @Test
  void logsTheMembersThatWerePopped() {
    expect("SADD s a b", "SADD s a b", "SADD s a");
    expect("DEL s", "SPOP s 2");
    expect("SADD s a", "SADD s a");
    expect("SREM s a", "SPOP s");
  }

  @Test
  void logsWhatWasTakenFromWhichSortedSet() {
    expect(
        "ZADD z 1 a 2 b 3 c 4 d 5 e", "ZADD z 1 a 2 b 3 c 4 d 5 e", "ZADD z 1 a", "ZADD z NX 9 a");
    expect("ZPOPMIN z", "BZPOPMIN none z 0");
    expect("ZPOPMAX z 2", "ZMPOP 2 none z MAX COUNT 2");
    expect("ZPOPMIN z 2", "BZMPOP 0 1 z MIN COUNT 10", "ZREM z a", "ZREMRANGEBYRANK z 0 -1");
    expect("ZADD g CH 3479099956230698 p", "GEOADD g CH 13.361389 38.115556 p");
    expect(
        "ZUNIONSTORE u 1 g; ZINTERSTORE u 2 g none",
        "ZUNIONSTORE u 1 g",
        "ZINTERSTORE u 2 g none",
        "ZDIFFSTORE u 1 none");
  }

  @Test
  void turnsRelativeTimesIntoAbsoluteOnes() {
    expect("SET k v PXAT " + IN_TEN_SECONDS, "SET k v EX 10");
    expect("SET k v PXAT " + IN_TEN_SECONDS, "SET k v XX PX 10000 GET");
    expect("SET k v pxat " + IN_TEN_SECONDS, "SET k v pxat " + IN_TEN_SECONDS);
    expect("SET k v PXAT " + IN_TEN_SECONDS, "SETEX k 10 v");
    expect("SET k v PXAT " + IN_TEN_SECONDS, "PSETEX k 10000 v");
    expect("PEXPIREAT k " + IN_TEN_SECONDS, "EXPIRE k 10");
    expect("PEXPIREAT k " + IN_TEN_SECONDS + " XX", "PEXPIRE k 10000 XX");
    expect("PEXPIREAT k " + IN_TEN_SECONDS, "EXPIREAT k 1700000010");
    expect("PEXPIREAT k " + IN_TEN_SECONDS, "GETEX k EX 10");
    expect("PERSIST k", "GETEX k PERSIST");
    expect("", "GETEX k PERSIST", "GETEX k", "EXPIRE k 10 XX");
  }

  @Test
  void turnsTimesInThePastIntoDeletions() throws ConfigError {
    expect("SET k v; DEL k", "SET k v", "EXPIRE k -1");
    expect("SET k v; DEL k", "SET k v", "GETEX k PXAT 5");
    expect("SET k v; DEL k", "SET k v", "GETDEL k");
    node.settings().set(List.of("lazyfree-lazy-expire", "yes"), true, false);
    expect("SET k v; UNLINK k", "SET k v", "PEXPIREAT k 1");
  }

  @Test
  void deletesWhatHasExpiredBeforeTheCommandThatMetIt() {
    expect("SET k 5 PXAT 1700000000010", "SET k 5 PX 10");
    node.advanceWithoutTick(11);
    expect("MULTI; DEL k; INCR k; EXEC", "INCR k");
    expect("SET j v PXAT 1700000000021", "SET j v PX 10");
    node.advanceWithoutTick(11);
    expect("DEL j", "GET j");
  }

  @Test
  void whatAWalkMeetsByChanceIsDeletedApart() {
    expect(
        "SET a v PXAT 1700000000010; SET b v PXAT 1700000000010", "SET a v PX 10", "SET b v PX 10");
    node.advanceWithoutTick(11);
    expect("DEL a; DEL b", "SCAN 0 COUNT 100");
  }

  @Test
  void evictionBelongsToNoUnit() throws ConfigError {
    expect("SET a v; SET b v", "SET a v", "SET b v");
    node.settings().set(List.of("maxmemory-policy", "allkeys-random"), true, false);
    node.settings().set(List.of("maxmemory", "1"), true, false);
    node.node().work(1_000_000);
    assertEquals(":0", client.ask("DBSIZE"));
    assertEquals(2, read().split("DEL ").length - 1);
  }

  @Test
  void theDatabaseIsSelectedInsideTheTransaction() {
    client.ask("MULTI");
    client.ask("SET a 1");
    client.ask("SELECT 2");
    client.ask("SET b 1");
    client.ask("EXEC");
    assertEquals("MULTI; SELECT 0; SET a 1; SELECT 2; SET b 1; EXEC", read());
  }

  @Test
  void logsResultsInsteadOfFloatingPoint() {
    expect("SET f 1.5 KEEPTTL", "INCRBYFLOAT f 1.5");
    expect("SET f 3", "SET f 3 GET");
    expect("SET f 4 XX KEEPTTL", "SET f 4 KEEPTTL GET XX");
    expect("SET f 5", "GETSET f 5");
  }

  @Test
  void logsNothingWithoutAChange() {
    expect("SET k v", "SET k v", "SET k w NX", "SETNX k w", "DEL nope", "RENAME k k", "PERSIST k");
    expect("", "INCR k", "GETDEL nope", "EXPIRE nope 1", "COPY nope k", "MSETNX a 1 k 2");
  }

  @Test
  void logsATransactionAsOneUnit() {
    expect("", "MULTI", "GET k", "EXEC");
    expect("SET k 1", "MULTI", "SET k 1", "GET k", "EXEC");
    expect("MULTI; SET k 1; INCR k; EXEC", "MULTI", "SET k 1", "INCR k", "EXEC");
    expect(
        "MULTI; SET k 1 PXAT " + IN_TEN_SECONDS + "; SELECT 1; SET j 2; EXEC",
        "MULTI",
        "SET k 1 EX 10",
        "SELECT 1",
        "SET j 2",
        "EXEC");
  }

  @Test
  void logsTheAbsoluteTimeOfWhatIsRestored() {
    client.send("SET", "k", "1");
    read();
    String reply = client.send("DUMP", "k");
    String payload = reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
    client.send("RESTORE", "r", "10000", payload);
    String logged = read();
    assertEquals("RESTORE r " + IN_TEN_SECONDS, logged.substring(0, 23));
    assertEquals(" ABSTTL", logged.substring(logged.length() - 7));
    client.send("RESTORE", "r", "1", payload, "REPLACE", "ABSTTL");
    assertEquals("DEL r", read());
    client.send("RESTORE", "r", "1", payload, "ABSTTL");
    assertEquals("", read());
  }
}
