package io.skein.engine.command.set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.node.TestNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SetCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  private void expectEncoding(String key, String encoding) {
    expect("OBJECT ENCODING " + key, "$" + encoding.length() + " " + encoding);
  }

  /// The elements of the array or set that a command replies with, in order.
  private List<String> members(String command) {
    String[] lines = client.send(command.split(" ")).split("\r\n");
    List<String> members = new ArrayList<>();
    for (int i = 2; i < lines.length; i += 2) {
      members.add(lines[i]);
    }
    return members.stream().sorted().toList();
  }

  @Test
  void addsAndRemovesMembers() {
    expect("SADD s a b a 1", ":3");
    expect("SCARD s", ":3");
    expect("SISMEMBER s 1", ":1");
    expect("SISMEMBER s 01", ":0");
    expect("SMISMEMBER s a x 1", "*3 :1 :0 :1");
    expect("SREM s a x b", ":2");
    assertEquals(List.of("1"), members("SMEMBERS s"));
    expect("SREM s 1 1", ":1");
    expect("EXISTS s", ":0");
    expect("SMEMBERS s", "*0");
    expect("SET s v", "+OK");
    expect("SADD s a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void changesItsEncodingAtTheThresholds() {
    client.send("CONFIG", "SET", "set-max-intset-entries", "4");
    client.send("CONFIG", "SET", "set-max-listpack-entries", "3");
    expect("SADD s 1 2 3 4", ":4");
    expectEncoding("s", "intset");
    expect("SADD s 5", ":1");
    expectEncoding("s", "hashtable");
    expect("SADD t 1 2", ":2");
    expect("SADD t x", ":1");
    expectEncoding("t", "listpack");
    expect("SADD t y", ":1");
    expectEncoding("t", "hashtable");
    expect("SADD u 1 2 3 4 5", ":5");
    expectEncoding("u", "hashtable");
    expect("SADD v x", ":1");
    expect("SADD v x x x x", ":0");
    expectEncoding("v", "hashtable");
    client.send("CONFIG", "SET", "set-max-listpack-value", "3");
    expect("SADD w abc", ":1");
    expectEncoding("w", "listpack");
    expect("SADD w abcd", ":1");
    expectEncoding("w", "hashtable");
    expect("SADD y 1000", ":1");
    expect("SADD y a", ":1");
    expectEncoding("y", "hashtable");
  }

  @Test
  void movesAMember() {
    expect("SADD a 1 x", ":2");
    expect("SMOVE a b x", ":1");
    expect("SMOVE a b x", ":0");
    expect("SMOVE a a 1", ":1");
    expect("SMOVE a b 1", ":1");
    expect("EXISTS a", ":0");
    assertEquals(List.of("1", "x"), members("SMEMBERS b"));
    expect("SET s v", "+OK");
    expect("SMOVE none s x", ":0");
    expect("SMOVE b s x", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void intersectsUnitesAndSubtracts() {
    expect("SADD a 1 2 3 x", ":4");
    expect("SADD b 2 3 4 x y", ":5");
    expect("SADD c 3 x", ":2");
    assertEquals(List.of("3", "x"), members("SINTER a b c"));
    assertEquals(List.of("1"), members("SDIFF a b c"));
    assertEquals(List.of("1", "2", "3", "4", "x", "y"), members("SUNION a b none"));
    expect("SINTERCARD 2 a b", ":3");
    expect("SINTERCARD 2 a b LIMIT 2", ":2");
    expect("SINTERCARD 2 a none", ":0");
    expect("SINTERCARD 0 a", "-ERR numkeys should be greater than 0");
    expect("SINTERCARD 3 a b", "-ERR Number of keys can't be greater than number of args");
    expect("SINTERCARD 1 a LIMIT -1", "-ERR LIMIT can't be negative");
    expect("SINTERSTORE d a b", ":3");
    expectEncoding("d", "listpack");
    expect("SDIFFSTORE d a c", ":2");
    expectEncoding("d", "intset");
    expect("SUNIONSTORE d d a", ":4");
    expect("SINTERSTORE d a none", ":0");
    expect("EXISTS d", ":0");
    expect("SDIFFSTORE a a b c", ":1");
    assertEquals(List.of("1"), members("SMEMBERS a"));
  }

  @Test
  void storesIntegersAsIntegersWhateverTheyWereBefore() {
    expect("SADD a 1 2 3 x", ":4");
    expect("SADD b 2 3 y", ":3");
    expect("SINTERSTORE d a b", ":2");
    expectEncoding("d", "intset");
  }

  @Test
  void popsAtRandomAndLogsWhatWasRemoved() {
    client.send("CONFIG", "SET", "set-max-listpack-entries", "10");
    TreeSet<String> left = new TreeSet<>();
    for (int i = 0; i < 40; i++) {
      client.ask("SADD s m" + i);
      left.add("m" + i);
    }
    for (int count : new int[] {1, 3, 20, 14}) {
      List<String> popped = members("SPOP s " + count);
      assertEquals(count, popped.size());
      assertTrue(left.containsAll(popped));
      left.removeAll(popped);
      assertEquals(List.copyOf(left), members("SMEMBERS s"));
    }
    expectEncoding("s", "listpack");
    assertEquals(2, members("SPOP s 100").size());
    expect("EXISTS s", ":0");
    expect("SPOP s", "$-1");
    expect("SPOP s 3", "*0");
    expect("SPOP s -1", "-ERR value is out of range, must be positive");
  }

  @Test
  void drawsMembersWithAndWithoutRepetition() {
    for (String size : new String[] {"5", "60"}) {
      client.send("CONFIG", "SET", "set-max-listpack-entries", "20");
      for (int i = 0; i < Integer.parseInt(size); i++) {
        client.ask("SADD s" + size + " m" + i);
      }
      String key = "s" + size;
      assertEquals(3, members("SRANDMEMBER " + key + " 3").stream().distinct().count());
      assertEquals(4, members("SRANDMEMBER " + key + " 4").stream().distinct().count());
      assertEquals(100, members("SRANDMEMBER " + key + " -100").size());
      assertEquals(Integer.parseInt(size), members("SRANDMEMBER " + key + " 1000").size());
    }
    expect("SRANDMEMBER none", "$-1");
    expect("SRANDMEMBER none 2", "*0");
  }

  @Test
  void behavesLikeAModelInEveryEncoding() {
    SplittableRandom random = new SplittableRandom(20260102);
    client.send("CONFIG", "SET", "set-max-intset-entries", "20");
    client.send("CONFIG", "SET", "set-max-listpack-entries", "30");
    for (int round = 0; round < 30; round++) {
      TreeSet<String> model = new TreeSet<>();
      client.ask("DEL s");
      for (int i = 0; i < 120; i++) {
        String member = random.nextInt(3) == 0 ? "m" + random.nextInt(50) : "" + random.nextInt(50);
        if (random.nextInt(3) > 0) {
          expect("SADD s " + member, model.add(member) ? ":1" : ":0");
        } else {
          expect("SREM s " + member, model.remove(member) ? ":1" : ":0");
        }
        expect("SCARD s", ":" + model.size());
      }
      assertEquals(List.copyOf(model), members("SMEMBERS s"));
      assertEquals(List.copyOf(model), scanned("s", random));
    }
  }

  private List<String> scanned(String key, SplittableRandom random) {
    TreeSet<String> seen = new TreeSet<>();
    String cursor = "0";
    do {
      String[] reply =
          client.send("SSCAN", key, cursor, "COUNT", "" + (1 + random.nextInt(9))).split("\r\n");
      cursor = reply[2];
      for (int i = 5; i < reply.length; i += 2) {
        seen.add(reply[i]);
      }
    } while (!cursor.equals("0"));
    return List.copyOf(seen);
  }

  @Test
  void filtersWhatAScanShows() {
    expect("SADD s a1 a2 b1", ":3");
    String[] reply = client.send("SSCAN", "s", "0", "MATCH", "a*").split("\r\n");
    assertEquals("*2", reply[3]);
    assertTrue(Arrays.asList(reply).containsAll(List.of("a1", "a2")));
    expect("SSCAN s x", "-ERR invalid cursor");
    expect("SSCAN s 0 COUNT 0", "-ERR syntax error");
    expect("SSCAN none 0 FOO", "*2 $1 0 *0");
  }
}
