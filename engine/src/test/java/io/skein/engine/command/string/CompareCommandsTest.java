package io.skein.engine.command.string;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.node.TestNode;
import org.junit.jupiter.api.Test;

class CompareCommandsTest {
  private static final String DIGEST_OF_A = "e6c632b61e964e1f";
  private static final String OTHER_DIGEST = "e6c632b61e964e20";

  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void setsOnlyWhatIsAsExpected() {
    expect("SET k 12 IFEQ x", "$-1");
    expect("SET k 12 IFNE x", "+OK");
    expect("SET k a IFEQ 13", "$-1");
    expect("SET k a IFEQ 12 EX 100", "+OK");
    expect("TTL k", ":100");
    expect("SET k b IFNE a", "$-1");
    expect("SET k b IFDEQ " + OTHER_DIGEST, "$-1");
    expect("SET k b IFDNE " + DIGEST_OF_A, "$-1");
    expect("SET k b IFDEQ " + DIGEST_OF_A.toUpperCase(java.util.Locale.ROOT) + " GET", "$1 a");
    expect("SET k c IFEQ a GET", "$1 b");
    expect("GET k", "$1 b");
    expect("SET k c IFEQ b NX", "-ERR syntax error");
    expect("SET k c IFDEQ 12", "-ERR must be exactly 16 hexadecimal characters");
    expect("HSET h f v", ":1");
    expect("SET h c IFEQ b", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void deletesOnlyWhatIsAsExpected() {
    expect("SET k a", "+OK");
    expect("DIGEST k", "$16 " + DIGEST_OF_A);
    expect("DIGEST none", "$-1");
    expect("DELEX k IFEQ b", ":0");
    expect("DELEX k IFNE a", ":0");
    expect("DELEX k IFDEQ " + OTHER_DIGEST, ":0");
    expect("DELEX k IFDEQ " + DIGEST_OF_A, ":1");
    expect("DELEX k IFNE a", ":0");
    expect("HSET h f v", ":1");
    expect("DELEX h IFEQ v", "-ERR Key should be of string type if conditions are specified");
    expect("DELEX h", ":1");
    expect("DELEX h IFEQ", "-ERR wrong number of arguments for 'delex' command");
    expect("DELEX h IF x", "-ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
    expect("SET k 5", "+OK");
    expect("DELIFEQ k 6", ":0");
    expect("DELIFEQ k 5", ":1");
    expect("DELIFEQ k 5", ":0");
  }

  @Test
  void setsSeveralKeysTogetherOrNone() {
    expect("MSETEX 2 a 1 b 2 EX 50", ":1");
    expect("TTL b", ":50");
    expect("MSETEX 2 a 3 c 4 NX", ":0");
    expect("MSETEX 2 a 3 c 4 XX", ":0");
    expect("MSETEX 2 a 3 b 4 XX KEEPTTL", ":1");
    expect("MGET a b c", "*3 $1 3 $1 4 $-1");
    expect("TTL a", ":50");
    expect("MSETEX 1 a 5", ":1");
    expect("TTL a", ":-1");
    expect("MSETEX a 1 b 2", "-ERR invalid numkeys value");
    expect("MSETEX 3 a 1 b 2", "-ERR wrong number of key-value pairs");
    expect("MSETEX 1 a 1 FOO", "-ERR syntax error");
    expect("MSETEX 1 a 1 NX XX", "-ERR syntax error");
  }
}
