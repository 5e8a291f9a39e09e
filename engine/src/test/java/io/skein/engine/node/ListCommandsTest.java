package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ListCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();
  private final TestNode.Client first = node.connect();
  private final TestNode.Client second = node.connect();

  @Test
  void pushesAndPopsAtBothEnds() {
    assertEquals(":3", client.ask("RPUSH l b c d"));
    assertEquals(":4", client.ask("LPUSH l a"));
    assertEquals(":0", client.ask("LPUSHX none a"));
    assertEquals("*4 $1 a $1 b $1 c $1 d", client.ask("LRANGE l 0 -1"));
    assertEquals("$1 a", client.ask("LPOP l"));
    assertEquals("*2 $1 d $1 c", client.ask("RPOP l 2"));
    assertEquals("*0", client.ask("RPOP l 0"));
    assertEquals("*1 $1 b", client.ask("LPOP l 10"));
    assertEquals("*-1", client.ask("LPOP l 10"));
    assertEquals("$-1", client.ask("LPOP l"));
    assertEquals(":0", client.ask("EXISTS l"));
    assertEquals("-ERR value is out of range, must be positive", client.ask("LPOP l -1"));
    assertEquals("-ERR wrong number of arguments for 'lpop' command", client.ask("LPOP l 1 2"));
  }

  @Test
  void findsInsertsAndRemoves() {
    client.ask("RPUSH l a b c a b c");
    assertEquals(":1", client.ask("LPOS l b"));
    assertEquals(":4", client.ask("LPOS l b RANK -1"));
    assertEquals("*2 :0 :3", client.ask("LPOS l a COUNT 0"));
    assertEquals("*0", client.ask("LPOS l a COUNT 0 RANK 2 MAXLEN 2"));
    assertEquals(":7", client.ask("LINSERT l BEFORE b x"));
    assertEquals(":-1", client.ask("LINSERT l AFTER y x"));
    assertEquals(":1", client.ask("LREM l -1 a"));
    assertEquals("*6 $1 a $1 x $1 b $1 c $1 b $1 c", client.ask("LRANGE l 0 -1"));
    assertEquals("+OK", client.ask("LSET l -1 z"));
    assertEquals("-ERR index out of range", client.ask("LSET l 6 z"));
    assertEquals("$1 z", client.ask("LINDEX l 5"));
    assertEquals("+OK", client.ask("LTRIM l 1 2"));
    assertEquals("*2 $1 x $1 b", client.ask("LRANGE l -10 10"));
    assertEquals("+OK", client.ask("LTRIM l 5 2"));
    assertEquals(":0", client.ask("EXISTS l"));
  }

  @Test
  void movesWithinAListAndBetweenLists() {
    client.ask("RPUSH l a b c");
    assertEquals("$1 c", client.ask("RPOPLPUSH l l"));
    assertEquals("*3 $1 c $1 a $1 b", client.ask("LRANGE l 0 -1"));
    assertEquals("$1 c", client.ask("LMOVE l m LEFT RIGHT"));
    assertEquals("$1 a", client.ask("LMOVE l m LEFT RIGHT"));
    assertEquals("$1 b", client.ask("LMOVE l m LEFT RIGHT"));
    assertEquals("$-1", client.ask("LMOVE l m LEFT RIGHT"));
    assertEquals("*3 $1 c $1 a $1 b", client.ask("LRANGE m 0 -1"));
    client.ask("SET s 1");
    assertTrue(client.ask("LMOVE m s LEFT LEFT").startsWith("-WRONGTYPE"));
    assertEquals(":3", client.ask("LLEN m"));
  }

  @Test
  void popsFromTheFirstListThatIsThere() {
    client.ask("RPUSH m a b c");
    assertEquals("*2 $1 m *2 $1 c $1 b", client.ask("LMPOP 2 l m RIGHT COUNT 2"));
    assertEquals("*-1", client.ask("LMPOP 1 l LEFT"));
    assertEquals("-ERR numkeys should be greater than 0", client.ask("LMPOP 0 l LEFT"));
    assertEquals("-ERR count should be greater than 0", client.ask("LMPOP 1 l LEFT COUNT 0"));
    assertEquals("-ERR syntax error", client.ask("LMPOP 1 l LEFT COUNT 1 COUNT 1"));
    assertEquals("-ERR syntax error", client.ask("LMPOP 2 l LEFT"));
  }

  @Test
  void oneAfterTheOtherIsServed() {
    assertEquals("", first.ask("BLPOP l 0"));
    assertEquals("", second.ask("BRPOP other l 0"));
    assertEquals(":3", client.ask("RPUSH l a b c"));
    assertEquals("*2 $1 l $1 a", line(first));
    assertEquals("*2 $1 l $1 c", line(second));
    assertEquals("*1 $1 b", client.ask("LRANGE l 0 -1"));
  }

  @Test
  void aMoveWakesTheNextOne() {
    first.ask("BLMOVE a b LEFT RIGHT 0");
    second.ask("BLMPOP 0 1 b LEFT COUNT 5");
    client.ask("LPUSH a x");
    assertEquals("$1 x", line(first));
    assertEquals("*2 $1 b *1 $1 x", line(second));
    assertEquals("*0", client.ask("KEYS *"));
  }

  @Test
  void aMoveToTheWrongTypeFailsWhenItsTurnComes() {
    client.ask("SET b 1");
    first.ask("BRPOPLPUSH a b 0");
    second.ask("BLPOP a 0");
    client.ask("LPUSH a x");
    assertTrue(line(first).startsWith("-WRONGTYPE"));
    assertEquals("*2 $1 a $1 x", line(second));
  }

  @Test
  void anotherTypeIsNoList() {
    first.ask("BLPOP l 0");
    client.ask("SET l x");
    assertEquals("", line(first));
    client.ask("DEL l");
    client.ask("RPUSH m y");
    client.ask("RENAME m l");
    assertEquals("*2 $1 l $1 y", line(first));
  }

  @Test
  void whatWasPoppedIsLoggedRatherThanTheWait() {
    LogReader reader = Objects.requireNonNull(node.commandLog().openReader(0));
    first.ask("BLMPOP 0 1 l RIGHT COUNT 9");
    client.ask("RPUSH l a b");
    client.ask("RPUSH l a");
    client.ask("BRPOPLPUSH l m 0");
    client.ask("BLMOVE m m LEFT RIGHT 0");
    client.ask("BLPOP m 0");
    byte[] bytes = new byte[(int) reader.remaining()];
    reader.read(bytes, 0, bytes.length);
    String log = new String(bytes, StandardCharsets.ISO_8859_1);
    log = log.replaceAll("[*$][0-9]+\r\n", "").replace("\r\n", " ");
    assertTrue(log.contains("RPUSH l a b RPOP l 2"), log);
    assertTrue(log.contains("RPOPLPUSH l m LMOVE m m LEFT RIGHT LPOP m"), log);
  }

  @Test
  void changesAreCountedAsCommandsCountThem() {
    client.ask("RPUSH l a b c");
    first.ask("BLMOVE none m LEFT LEFT 0");
    client.ask("LMOVE l none LEFT LEFT");
    client.ask("LPOP l 2");
    String info = client.send("INFO", "persistence");
    assertTrue(info.contains("rdb_changes_since_last_save:7\r\n"), info);
  }

  @Test
  void encodingFollowsTheLength() {
    client.ask("CONFIG SET list-max-listpack-size 4");
    client.ask("RPUSH l a b c d");
    assertEquals("$8 listpack", client.ask("OBJECT ENCODING l"));
    client.ask("RPUSH l e");
    assertEquals("$9 quicklist", client.ask("OBJECT ENCODING l"));
    client.ask("LPOP l 2");
    assertEquals("$9 quicklist", client.ask("OBJECT ENCODING l"));
    client.ask("LPOP l");
    client.ask("LPOP l");
    assertEquals("$8 listpack", client.ask("OBJECT ENCODING l"));
  }

  @Test
  void dumpsAndRestores() {
    client.ask("CONFIG SET list-max-listpack-size 3");
    client.ask("DEBUG QUICKLIST-PACKED-THRESHOLD 10b");
    client.ask("RPUSH l 1 2 -70000 x abcdefghijklm 3 4 5 6");
    String reply = client.send("DUMP", "l");
    String payload = reply.substring(reply.indexOf('\n') + 1, reply.length() - 2);
    assertEquals("+OK\r\n", client.send("RESTORE", "m", "0", payload));
    assertEquals(client.ask("LRANGE l 0 -1"), client.ask("LRANGE m 0 -1"));
    assertEquals(reply, client.send("DUMP", "m"));
    client.ask("DEBUG RELOAD");
    assertEquals(client.ask("LRANGE l 0 -1"), client.ask("LRANGE m 0 -1"));
  }

  private static String line(TestNode.Client from) {
    return from.read().replace("\r\n", " ").trim();
  }
}
