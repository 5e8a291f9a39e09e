package io.skein.engine.command.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.node.TestNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HashCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  private void expectEncoding(String key, String encoding) {
    expect("OBJECT ENCODING " + key, "$" + encoding.length() + " " + encoding);
  }

  @Test
  void setsReturnsAndDeletesFields() {
    expect("HSET h a 1 b x", ":2");
    expect("HSET h a 2 c y", ":1");
    expect("HGET h a", "$1 2");
    expect("HGET h none", "$-1");
    expect("HMGET h a none b", "*3 $1 2 $-1 $1 x");
    expect("HMGET none a", "*1 $-1");
    expect("HGETALL h", "*6 $1 a $1 2 $1 b $1 x $1 c $1 y");
    expect("HKEYS h", "*3 $1 a $1 b $1 c");
    expect("HVALS h", "*3 $1 2 $1 x $1 y");
    expect("HLEN h", ":3");
    expect("HSTRLEN h a", ":1");
    expect("HSTRLEN h none", ":0");
    expect("HEXISTS h b", ":1");
    expect("HSETNX h a 5", ":0");
    expect("HSETNX h d 5", ":1");
    expect("HMSET h e 6 f 7", "+OK");
    expect("HDEL h a none b", ":2");
    expect("HDEL h c d e f g", ":4");
    expect("EXISTS h", ":0");
    expect("HSET h a", "-ERR wrong number of arguments for 'hset' command");
    expect("HMSET h a 1 b", "-ERR wrong number of arguments for 'hmset' command");
    expect("SET s v", "+OK");
    expect("HGET s a", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void changesItsEncodingAtTheThresholds() {
    client.send("CONFIG", "SET", "hash-max-listpack-entries", "2");
    client.send("CONFIG", "SET", "hash-max-listpack-value", "3");
    expect("HSET a f 1 g 2", ":2");
    expectEncoding("a", "listpack");
    expect("HSET a h 3", ":1");
    expectEncoding("a", "hashtable");
    expect("HSET b f abc", ":1");
    expectEncoding("b", "listpack");
    expect("HSET b f abcd", ":0");
    expectEncoding("b", "hashtable");
    expect("HSET c f 999", ":1");
    expect("HINCRBY c f 1", ":1000");
    expectEncoding("c", "hashtable");
    expect("HGET c f", "$4 1000");
    expect("HSET d f 1 f 2 f 3", ":1");
    expectEncoding("d", "hashtable");
  }

  @Test
  void countsInFields() {
    expect("HINCRBY h n 5", ":5");
    expect("HINCRBY h n -7", ":-2");
    expect("HSET h t text", ":1");
    expect("HINCRBY h t 1", "-ERR hash value is not an integer");
    expect("HINCRBY h n x", "-ERR value is not an integer or out of range");
    expect("HSET h m 9223372036854775807", ":1");
    expect("HINCRBY h m 1", "-ERR increment or decrement would overflow");
    expect("HINCRBYFLOAT h n 1.5", "$4 -0.5");
    expect("HINCRBYFLOAT h t 1", "-ERR hash value is not a float");
    expect("HINCRBYFLOAT h n inf", "-ERR value is NaN or Infinity");
    expect("HINCRBYFLOAT h n x", "-ERR value is not a valid float");
    expect("HINCRBY h n 1", "-ERR hash value is not an integer");
  }

  @Test
  void repliesWithMapsInTheNewProtocol() {
    client.send("HELLO", "3");
    expect("HSET h a 1", ":1");
    expect("HGETALL h", "%1 $1 a $1 1");
    expect("HGETALL none", "%0");
    expect("HRANDFIELD h 1 WITHVALUES", "*1 *2 $1 a $1 1");
    expect("HRANDFIELD h", "$1 a");
    expect("HRANDFIELD h -2", "*2 $1 a $1 a");
    expect("HRANDFIELD h 1 VALUES", "-ERR syntax error");
  }

  @Test
  void showsFieldsWithoutTheirValues() {
    expect("HSET h a 1 b 2", ":2");
    expect("HSCAN h 0 NOVALUES", "*2 $1 0 *2 $1 a $1 b");
    expect("HSCAN h 0 MATCH b*", "*2 $1 0 *2 $1 b $1 2");
    expect("HSCAN h 0 MATCH", "-ERR syntax error");
  }

  @Test
  void behavesLikeAModelInEveryEncoding() {
    SplittableRandom random = new SplittableRandom(20260103);
    client.send("CONFIG", "SET", "hash-max-listpack-entries", "20");
    for (int round = 0; round < 30; round++) {
      Map<String, String> model = new LinkedHashMap<>();
      client.ask("DEL h");
      for (int i = 0; i < 120; i++) {
        String field = random.nextBoolean() ? "f" + random.nextInt(40) : "" + random.nextInt(40);
        String value = "" + random.nextInt(100_000) + (random.nextBoolean() ? "v" : "");
        if (random.nextInt(3) > 0) {
          expect("HSET h " + field + " " + value, model.put(field, value) == null ? ":1" : ":0");
        } else {
          expect("HDEL h " + field, model.remove(field) == null ? ":0" : ":1");
        }
        expect("HLEN h", ":" + model.size());
        String known = model.get(field);
        expect("HGET h " + field, known == null ? "$-1" : "$" + known.length() + " " + known);
      }
      assertEquals(new TreeMap<>(model), pairs(client.send("HGETALL", "h").split("\r\n"), 2));
      String[] drawn = client.send("HRANDFIELD", "h", "7", "WITHVALUES").split("\r\n");
      assertTrue(model.entrySet().containsAll(pairs(drawn, 2).entrySet()));
      assertEquals(Math.min(7, model.size()), pairs(drawn, 2).size());
    }
  }

  private static Map<String, String> pairs(String[] lines, int from) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = from; i < lines.length; i += 4) {
      pairs.put(lines[i], lines[i + 2]);
    }
    return pairs;
  }
}
