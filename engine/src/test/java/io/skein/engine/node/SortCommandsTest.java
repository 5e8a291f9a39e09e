package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SortCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  @Test
  void sortsNumbersAndText() {
    client.ask("RPUSH l 3 10 2");
    assertEquals("*3 $1 2 $1 3 $2 10", client.ask("SORT l"));
    assertEquals("*3 $2 10 $1 3 $1 2", client.ask("SORT_RO l DESC"));
    assertEquals("*3 $2 10 $1 2 $1 3", client.ask("SORT l ALPHA"));
    assertEquals("*1 $1 3", client.ask("SORT l LIMIT 1 1"));
    assertEquals("*0", client.ask("SORT l LIMIT 3 1"));
    client.ask("RPUSH l x");
    assertEquals(
        "-ERR One or more scores can't be converted into double", client.ask("SORT l STORE m"));
    assertEquals(":0", client.ask("EXISTS m"));
  }

  @Test
  void looksUpKeysAndFields() {
    client.ask("RPUSH l a b c");
    client.ask("MSET w_a 3 w_b 2 w_c 1");
    client.ask("HSET h_a f first");
    assertEquals("*3 $1 c $1 b $1 a", client.ask("SORT l BY w_*"));
    assertEquals(
        "*6 $1 c $-1 $1 b $-1 $1 a $5 first", client.ask("SORT l BY w_* GET # GET h_*->f"));
    assertEquals("*3 $1 a $1 b $1 c", client.ask("SORT l BY nosort"));
    assertEquals("*2 $1 c $1 b", client.ask("SORT l BY nosort DESC LIMIT 0 2"));
  }

  @Test
  void stores() {
    client.ask("SADD s 3 1 2");
    client.ask("SET d x");
    assertEquals(":3", client.ask("SORT s BY nosort STORE d"));
    assertEquals("*3 $1 1 $1 2 $1 3", client.ask("LRANGE d 0 -1"));
    assertEquals("$8 listpack", client.ask("OBJECT ENCODING d"));
    assertEquals(":0", client.ask("SORT none STORE d"));
    assertEquals(":0", client.ask("EXISTS d"));
    assertEquals("*2 $1 s $1 d", client.ask("COMMAND GETKEYS SORT s BY w_* STORE x STORE d"));
  }
}
