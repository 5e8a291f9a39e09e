package io.skein.engine.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.node.TestNode;
import org.junit.jupiter.api.Test;

class FieldExpiryTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  /// Lets a tenth of a second pass, in which cron has time to work.
  private void passTime() {
    node.advance(100);
    boolean more;
    do {
      more = node.node().work(1_000_000);
    } while (more);
  }

  @Test
  void setsTellsAndRemovesExpiryTimes() {
    expect("HSET h a 1 b 2 c 3", ":3");
    expect("HEXPIRE h 100 FIELDS 3 a b none", "*3 :1 :1 :-2");
    expect("HTTL h FIELDS 4 a b c none", "*4 :100 :100 :-1 :-2");
    expect("HPEXPIREAT h 4000000000000 FIELDS 1 b", "*1 :1");
    expect("HEXPIRETIME h FIELDS 1 b", "*1 :4000000000");
    expect("HPEXPIRETIME h FIELDS 1 b", "*1 :4000000000000");
    expect("HPERSIST h FIELDS 3 a c none", "*3 :1 :-1 :-2");
    expect("HPTTL h FIELDS 1 a", "*1 :-1");
    expect("HSET h b 5", ":0");
    expect("HTTL h FIELDS 1 b", "*1 :-1");
    expect("HTTL none FIELDS 2 a b", "*2 :-2 :-2");
  }

  @Test
  void obeysConditions() {
    expect("HSET h a 1 b 2", ":2");
    expect("HEXPIRE h 100 XX FIELDS 1 a", "*1 :0");
    expect("HEXPIRE h 100 GT FIELDS 1 a", "*1 :0");
    expect("HEXPIRE h 100 LT FIELDS 1 b", "*1 :1");
    expect("HEXPIRE h 100 NX FIELDS 2 a b", "*2 :1 :0");
    expect("HEXPIRE h 50 GT FIELDS 1 a", "*1 :0");
    expect("HEXPIRE h 200 GT FIELDS 1 a", "*1 :1");
    expect("HEXPIRE h 300 LT FIELDS 1 a", "*1 :0");
    expect("HEXPIRE h 150 LT FIELDS 1 a", "*1 :1");
    expect("HEXPIRE h 120 XX FIELDS 1 a", "*1 :1");
    expect("HTTL h FIELDS 1 a", "*1 :120");
  }

  @Test
  void refusesWhatIsNoTimeOrNoFields() {
    expect("HSET h a 1", ":1");
    expect("HEXPIRE h -1 FIELDS 1 a", "-ERR invalid expire time, must be >= 0");
    expect("HEXPIRE h x FIELDS 1 a", "-ERR value is not an integer or out of range");
    expect(
        "HEXPIRE h 9223372036854775807 FIELDS 1 a",
        "-ERR invalid expire time in 'hexpire' command");
    expect(
        "HEXPIRE h 1 FIELDS 2 a",
        "-ERR The `numfields` parameter must match the number of arguments");
    expect("HEXPIRE h 1 FIELDS 0 a", "-ERR Parameter `numFields` should be greater than 0");
    expect(
        "HEXPIRE h 1 NX X 1 a",
        "-ERR Mandatory argument FIELDS is missing or not at the right position");
    expect("HTTL h FIELDS 0 a", "-ERR Number of fields must be a positive integer");
    expect(
        "HSETEX h FNX FXX FIELDS 1 a 1", "-ERR Only one of FXX or FNX arguments can be specified");
    expect("HSETEX h FIELDS 2 a 1", "-ERR wrong number of arguments for 'hsetex' command");
  }

  @Test
  void deletesAtOnceWhatIsGivenATimeThatHasPassed() {
    expect("HSET h a 1 b 2", ":2");
    expect("HPEXPIREAT h 1 FIELDS 1 a", "*1 :2");
    expect("HKEYS h", "*1 $1 b");
    expect("HEXPIRE h 0 FIELDS 1 b", "*1 :2");
    expect("EXISTS h", ":0");
  }

  @Test
  void hidesExpiredFieldsAndDeletesThoseThatAreAskedFor() {
    client.send("DEBUG", "SET-ACTIVE-EXPIRE", "0");
    expect("HSET h a 1 b 2 c 3 d 4", ":4");
    expect("HPEXPIRE h 10 FIELDS 3 a b c", "*3 :1 :1 :1");
    node.advance(11);
    expect("HLEN h", ":4");
    expect("HGETALL h", "*2 $1 d $1 4");
    expect("HSCAN h 0", "*2 $1 0 *2 $1 d $1 4");
    expect("HGET h a", "$-1");
    expect("HLEN h", ":3");
    expect("HMGET h b d", "*2 $-1 $1 4");
    expect("HLEN h", ":2");
    expect("HINCRBY h c 5", ":5");
    expect("HTTL h FIELDS 1 c", "*1 :-1");
    expect("HPEXPIRE h 10 FIELDS 2 c d", "*2 :1 :1");
    node.advance(11);
    expect("HRANDFIELD h 5", "*0");
    expect("EXISTS h", ":0");
  }

  @Test
  void deletesExpiredFieldsThatNobodyAsksFor() {
    for (int i = 0; i < 300; i++) {
      expect("HSET big f" + i + " x", ":1");
      expect("HPEXPIRE big " + (i % 2 == 0 ? 10 : 100_000) + " FIELDS 1 f" + i, "*1 :1");
      expect("HSET h" + i + " f x", ":1");
      expect("HPEXPIRE h" + i + " 10 FIELDS 1 f", "*1 :1");
    }
    expect("DBSIZE", ":301");
    for (int i = 0; i < 20; i++) {
      passTime();
    }
    expect("HLEN big", ":150");
    expect("DBSIZE", ":1");
    assertTrue(client.ask("INFO stats").contains(" expired_subkeys:450 "));
    expect("CONFIG RESETSTAT", "+OK");
    assertTrue(client.ask("INFO stats").contains(" expired_subkeys:0 "));
  }

  @Test
  void expiryTimesSurviveCopiesMovesAndDumps() {
    expect("HSET h a 1 b 2", ":2");
    expect("HPEXPIRE h 10 FIELDS 1 a", "*1 :1");
    expect("COPY h copied", ":1");
    String dump = client.send("DUMP", "h");
    String payload = dump.substring(dump.indexOf('\n') + 1, dump.length() - 2);
    assertEquals("+OK\r\n", client.send("RESTORE", "restored", "0", payload));
    expect("HPTTL restored FIELDS 2 a b", "*2 :10 :-1");
    expect("RENAME h renamed", "+OK");
    expect("SWAPDB 0 1", "+OK");
    passTime();
    passTime();
    expect("SELECT 1", "+OK");
    for (String key : new String[] {"copied", "restored", "renamed"}) {
      expect("HLEN " + key, ":1");
    }
  }

  @Test
  void returnsSetsAndDeletesFieldsWithTheirTimes() {
    expect("HSETEX h EX 100 FIELDS 2 a 1 b 2", ":1");
    expect("HTTL h FIELDS 2 a b", "*2 :100 :100");
    expect("HSETEX h KEEPTTL FIELDS 1 a 3", ":1");
    expect("HTTL h FIELDS 1 a", "*1 :100");
    expect("HSETEX h FNX FIELDS 2 c 1 a 1", ":0");
    expect("HSETEX h FXX FIELDS 2 a 4 b 5", ":1");
    expect("HTTL h FIELDS 1 a", "*1 :-1");
    expect("HGETEX h PX 5000 FIELDS 2 a none", "*2 $1 4 $-1");
    expect("HPTTL h FIELDS 1 a", "*1 :5000");
    expect("HGETEX h PERSIST FIELDS 1 a", "*1 $1 4");
    expect("HPTTL h FIELDS 1 a", "*1 :-1");
    expect("HGETEX h EXAT 1 FIELDS 1 a", "*1 $1 4");
    expect("HEXISTS h a", ":0");
    expect("HGETDEL h FIELDS 2 b none", "*2 $1 5 $-1");
    expect("EXISTS h", ":0");
    expect("HGETDEL h FIELDS 1 b", "*1 $-1");
    expect("HSETEX h FXX FIELDS 1 a 1", ":0");
    expect("EXISTS h", ":0");
  }

  @Test
  void tellsOfFieldsThatExpire() {
    TestNode.Client listener = node.connect();
    client.send("CONFIG", "SET", "notify-keyspace-events", "Ehg");
    listener.ask("PSUBSCRIBE __keyevent@0__:*");
    expect("HSET h a 1", ":1");
    expect("HPEXPIRE h 10 FIELDS 1 a", "*1 :1");
    expect("HPERSIST h FIELDS 1 a", "*1 :1");
    expect("HPEXPIRE h 10 FIELDS 1 a", "*1 :1");
    node.advance(11);
    expect("HGET h a", "$-1");
    String heard = listener.read();
    StringBuilder events = new StringBuilder();
    for (String line : heard.split("\r\n")) {
      if (line.startsWith("__keyevent@0__:") && !line.endsWith("*")) {
        events.append(line.substring(15)).append(' ');
      }
    }
    assertEquals("hset hexpire hpersist hexpire hexpired del ", events.toString());
    assertTrue(client.ask("EXISTS h").equals(":0"));
  }
}
