package io.skein.engine.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.node.TestNode;
import org.junit.jupiter.api.Test;

class StringCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void setsOnConditionAndReturnsWhatWasThere() {
    expect("SET k 1 XX", "$-1");
    expect("SET k 1 NX", "+OK");
    expect("SET k 2 NX", "$-1");
    expect("SET k 2 NX GET", "$1 1");
    expect("GET k", "$1 1");
    expect("SET k 3 XX GET", "$1 1");
    expect("SET k 4 get Get", "$1 3");
    expect("SET fresh 1 GET", "$-1");
    expect("GET fresh", "$1 1");
    expect("SET absent 1 XX GET", "$-1");
    expect("EXISTS absent", ":0");
  }

  @Test
  void refusesOptionsThatContradictEachOther() {
    expect("SET k v NX XX", "-ERR syntax error");
    expect("SET k v EX 1 PX 1", "-ERR syntax error");
    expect("SET k v EX 1 KEEPTTL", "-ERR syntax error");
    expect("SET k v KEEPTTL EX 1", "-ERR syntax error");
    expect("SET k v EX", "-ERR syntax error");
    expect("SET k v PERSIST", "-ERR syntax error");
    expect("SET k v EX x", "-ERR value is not an integer or out of range");
    expect("SET k v EX 0", "-ERR invalid expire time in 'set' command");
    expect("SET k v PX -1", "-ERR invalid expire time in 'set' command");
    expect("SET k v EX 9223372036854775807", "-ERR invalid expire time in 'set' command");
    expect("SET k v PX 9223372036854775807", "-ERR invalid expire time in 'set' command");
    expect("SETEX k 0 v", "-ERR invalid expire time in 'setex' command");
    expect("PSETEX k -5 v", "-ERR invalid expire time in 'psetex' command");
    expect("EXISTS k", ":0");
  }

  @Test
  void expiresWhenTheTimeHasCome() {
    expect("SET k v EX 10", "+OK");
    expect("TTL k", ":10");
    expect("SET k w KEEPTTL", "+OK");
    expect("PTTL k", ":10000");
    node.advance(10_000);
    expect("GET k", "$1 w");
    node.advance(1);
    expect("GET k", "$-1");
    expect("SET k v PX 50", "+OK");
    expect("SET k v", "+OK");
    expect("TTL k", ":-1");
    expect("SET k v EXAT 1", "+OK");
    expect("GET k", "$-1");
  }

  @Test
  void keepsNoExpiryOfAKeyWhoseTimeHasCome() {
    expect("SET k v PX 10", "+OK");
    node.advance(11);
    expect("SET k w KEEPTTL", "+OK");
    expect("TTL k", ":-1");
    expect("SET n 5 PX 10", "+OK");
    node.advance(11);
    expect("INCR n", ":1");
    expect("TTL n", ":-1");
  }

  @Test
  void changesTheExpiryWithGetex() {
    expect("GETEX absent EX abc", "$-1");
    expect("SET k v", "+OK");
    expect("GETEX k EX abc", "-ERR value is not an integer or out of range");
    expect("GETEX k EX 0", "-ERR invalid expire time in 'getex' command");
    expect("GETEX k EX 1 PERSIST", "-ERR syntax error");
    expect("GETEX k NX", "-ERR syntax error");
    expect("GETEX k EX 100", "$1 v");
    expect("TTL k", ":100");
    expect("GETEX k", "$1 v");
    expect("TTL k", ":100");
    expect("GETEX k PERSIST", "$1 v");
    expect("TTL k", ":-1");
    expect("GETEX k PXAT 1", "$1 v");
    expect("EXISTS k", ":0");
  }

  @Test
  void getsAndSetsOrDeletes() {
    expect("GETSET k 1", "$-1");
    expect("GETSET k 2", "$1 1");
    expect("GETDEL k", "$1 2");
    expect("GETDEL k", "$-1");
    expect("SETNX k 1", ":1");
    expect("SETNX k 2", ":0");
    expect("GET k", "$1 1");
  }

  @Test
  void setsSeveralAtOnceOrNone() {
    expect("MSET a 1 b 2 a 3", "+OK");
    expect("MGET a b c", "*3 $1 3 $1 2 $-1");
    expect("MSET a 1 b", "-ERR wrong number of arguments for 'mset' command");
    expect("MSETNX c 1 b 2", ":0");
    expect("EXISTS c", ":0");
    expect("MSETNX c 1 d 2 c 3", ":1");
    expect("GET c", "$1 3");
    expect("MSETNX c 1 d", "-ERR wrong number of arguments for 'msetnx' command");
  }

  @Test
  void countsWithin64Bits() {
    expect("INCR n", ":1");
    expect("INCRBY n 41", ":42");
    expect("DECR n", ":41");
    expect("DECRBY n -9", ":50");
    expect("SET n 9223372036854775807", "+OK");
    expect("INCR n", "-ERR increment or decrement would overflow");
    expect("DECRBY n -9223372036854775808", "-ERR decrement would overflow");
    expect("SET n -9223372036854775808", "+OK");
    expect("DECR n", "-ERR increment or decrement would overflow");
    expect("SET s 12x", "+OK");
    expect("INCR s", "-ERR value is not an integer or out of range");
    expect("INCRBY n 1.5", "-ERR value is not an integer or out of range");
    expect("APPEND t 1", ":1");
    expect("APPEND t 2", ":2");
    expect("OBJECT ENCODING t", "$3 raw");
    expect("INCR t", ":13");
    expect("OBJECT ENCODING t", "$3 int");
  }

  @Test
  void countsInFloatingPoint() {
    expect("INCRBYFLOAT f 10.50", "$4 10.5");
    expect("INCRBYFLOAT f 0.1", "$4 10.6");
    expect("INCRBYFLOAT f -5", "$3 5.6");
    expect("SET f 5.0e3", "+OK");
    expect("INCRBYFLOAT f 2.0e2", "$4 5200");
    expect("OBJECT ENCODING f", "$6 embstr");
    expect("INCRBYFLOAT f abc", "-ERR value is not a valid float");
    expect("INCRBYFLOAT f inf", "-ERR increment would produce NaN or Infinity");
    expect("SET s x", "+OK");
    expect("INCRBYFLOAT s 1", "-ERR value is not a valid float");
  }

  @Test
  void appendsAndOverwritesPartsOfAString() {
    expect("APPEND k 12", ":2");
    expect("OBJECT ENCODING k", "$3 int");
    expect("APPEND k abc", ":5");
    expect("GET k", "$5 12abc");
    expect("STRLEN k", ":5");
    expect("SETRANGE k 1 XY", ":5");
    expect("GET k", "$5 1XYbc");
    assertEquals(":8\r\n", client.send("SETRANGE", "k", "7", "z"));
    assertEquals("$8\r\n1XYbc\0\0z\r\n", client.send("GET", "k"));
    expect("SETRANGE k -1 x", "-ERR offset is out of range");
    assertEquals(":0\r\n", client.send("SETRANGE", "absent", "5", ""));
    expect("EXISTS absent", ":0");
    expect(
        "SETRANGE k 536870911 xx", "-ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    expect("STRLEN absent", ":0");
  }

  @Test
  void growsAStringByManyAppends() {
    StringBuilder whole = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      whole.append(i);
      assertEquals(":" + whole.length() + "\r\n", client.send("APPEND", "k", "" + i));
    }
    assertEquals("$" + whole.length() + "\r\n" + whole + "\r\n", client.send("GET", "k"));
  }

  @Test
  void returnsRanges() {
    expect("SET k abcdef", "+OK");
    expect("GETRANGE k 1 3", "$3 bcd");
    expect("GETRANGE k -3 -2", "$2 de");
    expect("GETRANGE k 4 100", "$2 ef");
    expect("GETRANGE k -100 1", "$2 ab");
    expect("GETRANGE k 3 1", "$0");
    expect("GETRANGE k -1 -5", "$0");
    expect("GETRANGE k 9 12", "$0");
    expect("SUBSTR k 0 -1", "$6 abcdef");
    expect("GETRANGE absent 0 -1", "$0");
    expect("GETRANGE k x 1", "-ERR value is not an integer or out of range");
    expect("SET n 12345", "+OK");
    expect("GETRANGE n 1 2", "$2 23");
  }

  @Test
  void findsTheLongestCommonSubsequence() {
    expect("MSET a ohmytext b mynewtext", "+OK");
    expect("LCS a b", "$6 mytext");
    expect("LCS a b LEN", ":6");
    expect("LCS a b IDX", "*4 $7 matches *2 *2 *2 :4 :7 *2 :5 :8 *2 *2 :2 :3 *2 :0 :1 $3 len :6");
    expect(
        "LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN",
        "*4 $7 matches *1 *3 *2 :4 :7 *2 :5 :8 :4 $3 len :6");
    expect("LCS a absent", "$0");
    expect("LCS a absent IDX", "*4 $7 matches *0 $3 len :0");
    expect("LCS a b LEN IDX", "-ERR If you want both the length and indexes, please just use IDX.");
    expect("LCS a b FOO", "-ERR syntax error");
    expect("LCS a b MINMATCHLEN x", "-ERR value is not an integer or out of range");
    client.session().protocol(3);
    expect("LCS a b IDX MINMATCHLEN 9", "%2 $7 matches *0 $3 len :6");
  }

  @Test
  void refusesAStringTooLongToCompare() {
    client.send("SET", "a", "x".repeat(12_000));
    client.send("SET", "b", "y".repeat(12_000));
    expect(
        "LCS a b", "-ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
  }
}
