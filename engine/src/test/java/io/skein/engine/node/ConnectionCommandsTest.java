package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ConnectionCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  @Test
  void pingsAndEchoes() {
    assertEquals("+PONG\r\n", client.send("PING"));
    assertEquals("$2\r\nhi\r\n", client.send("ping", "hi"));
    assertEquals("$2\r\nyo\r\n", client.send("ECHO", "yo"));
    assertEquals("-ERR wrong number of arguments for 'ping' command", client.ask("PING a b"));
  }

  @Test
  void helloSwitchesToResp3WithinAPipeline() {
    client.sendRaw("GET a\r\nHELLO 3 SETNAME me\r\nGET a\r\nHELLO 2\r\nGET a\r\n");
    String reply = client.read();
    assertTrue(reply.startsWith("$-1\r\n%7\r\n$6\r\nserver\r\n$5\r\nredis\r\n"), reply);
    assertTrue(reply.contains("$5\r\nproto\r\n:3\r\n$2\r\nid\r\n:1\r\n"), reply);
    assertTrue(reply.contains("$7\r\nmodules\r\n*0\r\n_\r\n*14\r\n"), reply);
    assertTrue(reply.endsWith("$-1\r\n"), reply);
    assertEquals("$2\r\nme\r\n", client.send("CLIENT", "GETNAME"));
  }

  @Test
  void helloRefusesWhatItDoesNotKnow() {
    assertEquals("-NOPROTO unsupported protocol version", client.ask("HELLO 4"));
    assertEquals("-ERR Protocol version is not an integer or out of range", client.ask("HELLO x"));
    assertEquals("-ERR Syntax error in HELLO option 'foo'", client.ask("HELLO 3 foo"));
    assertEquals(2, client.session().protocol());
  }

  @Test
  void asksForThePasswordAndTakesItInThreeWays() {
    assertTrue(client.ask("AUTH pw").startsWith("-ERR AUTH <password> called without any"));
    assertEquals("+OK", client.ask("AUTH default anything"));
    assertEquals("+OK", client.ask("CONFIG SET requirepass secret"));
    assertEquals("+PONG", client.ask("PING"));
    TestNode.Client other = node.connect();
    assertEquals("-NOAUTH Authentication required.", other.ask("PING"));
    String wrong = "-WRONGPASS invalid username-password pair or user is disabled.";
    assertEquals(wrong, other.ask("AUTH nonsense"));
    assertEquals(wrong, other.ask("AUTH somebody secret"));
    assertEquals("-ERR syntax error", other.ask("AUTH a b c"));
    assertTrue(other.ask("HELLO 3").startsWith("-NOAUTH HELLO must be called"));
    assertEquals("+OK", other.ask("AUTH secret"));
    assertEquals("+PONG", other.ask("PING"));
    assertEquals("+RESET", other.ask("RESET"));
    assertEquals("-NOAUTH Authentication required.", other.ask("PING"));
    assertTrue(other.ask("HELLO 3 AUTH default secret").startsWith("%7"));
    assertTrue(client.ask("INFO stats").contains("acl_access_denied_auth:2"));
  }

  @Test
  void selectsDatabasesWithinBounds() {
    assertEquals("+OK", client.ask("SET a 1"));
    assertEquals("+OK", client.ask("SELECT 15"));
    assertEquals("$-1", client.ask("GET a"));
    assertEquals("-ERR DB index is out of range", client.ask("SELECT 16"));
    assertEquals("-ERR value is not an integer or out of range", client.ask("SELECT x"));
    assertEquals(
        "-ERR value is out of range, value must between -2147483648 and 2147483647",
        client.ask("SELECT 99999999999999"));
    assertEquals("+OK", client.ask("SWAPDB 0 15"));
    assertEquals("$1 1", client.ask("GET a"));
    assertEquals("-ERR invalid second DB index", client.ask("SWAPDB 0 x"));
  }

  @Test
  void quitsAfterTheReply() {
    client.sendRaw("QUIT\r\nPING\r\n");
    assertEquals("+OK\r\n", client.read());
    assertTrue(client.isClosed());
  }

  @Test
  void resetForgetsWhatTheClientHasChosen() {
    client.ask("HELLO 3 SETNAME me");
    client.ask("SELECT 3");
    assertEquals("+RESET", client.ask("RESET"));
    assertEquals("$-1", client.ask("CLIENT GETNAME"));
    assertEquals(0, client.session().db());
  }

  @Test
  void clientListHasTheFieldsOfRedis() {
    client.ask("CLIENT SETNAME me");
    client.ask("CLIENT SETINFO LIB-NAME lib");
    client.ask("CLIENT SETINFO lib-ver 1.2");
    node.advance(5000);
    String line = client.send("CLIENT", "LIST");
    assertTrue(
        line.matches(
            "(?s)\\$\\d+\r\n"
                + "id=1 addr=127.0.0.1:1 laddr=127.0.0.1:2 fd=-1 name=me age=5 idle=0 flags=N db=0"
                + " sub=0 psub=0 ssub=0 multi=-1 qbuf=26 qbuf-free=0 argv-mem=10 multi-mem=0 rbs=0"
                + " rbp=0 obl=0 oll=0 omem=0 tot-mem=\\d+ events=r cmd=client\\|list user=default"
                + " redir=-1 resp=2 lib-name=lib lib-ver=1.2\n\r\n"),
        line);
    assertEquals("$0", client.ask("CLIENT LIST TYPE pubsub"));
    assertEquals("-ERR Unknown client type 'foo'", client.ask("CLIENT LIST TYPE foo"));
    assertTrue(client.ask("CLIENT LIST ID 1 2").contains("id=1 "));
    assertEquals("-ERR Invalid client ID", client.ask("CLIENT LIST ID x"));
  }

  @Test
  void refusesNamesThatWouldBreakTheList() {
    assertEquals(
        "-ERR Client names cannot contain spaces, newlines or special characters.\r\n",
        client.send("CLIENT", "SETNAME", "a b"));
    assertEquals(
        "-ERR lib-name cannot contain spaces, newlines or special characters.\r\n",
        client.send("CLIENT", "SETINFO", "lib-name", "a\nb"));
    assertEquals("-ERR Unrecognized option 'foo'", client.ask("CLIENT SETINFO foo bar"));
  }

  @Test
  void killsByFilterAndByAddress() {
    TestNode.Client other = node.connect();
    assertEquals("-ERR No such client", client.ask("CLIENT KILL 1.2.3.4:5"));
    assertEquals(":0", client.ask("CLIENT KILL ID 99"));
    assertEquals("-ERR syntax error", client.ask("CLIENT KILL ID 1 FOO"));
    assertEquals("-ERR client-id should be greater than 0", client.ask("CLIENT KILL ID 0"));
    assertEquals("-ERR No such user 'x'", client.ask("CLIENT KILL USER x"));
    assertEquals(":1", client.ask("CLIENT KILL TYPE normal"));
    assertTrue(other.isClosed());
    assertFalse(client.isClosed());
    assertEquals(":1", client.ask("CLIENT KILL TYPE normal SKIPME no"));
    assertTrue(client.isClosed());
  }

  @Test
  void repliesOnlyWhenWanted() {
    client.sendRaw("CLIENT REPLY OFF\r\nPING\r\nCLIENT REPLY ON\r\nPING\r\n");
    assertEquals("+OK\r\n+PONG\r\n", client.read());
    client.sendRaw("CLIENT REPLY SKIP\r\nPING\r\nPING again\r\n");
    assertEquals("$5\r\nagain\r\n", client.read());
    assertEquals("-ERR syntax error", client.ask("CLIENT REPLY maybe"));
  }

  @Test
  void pausesWritesUntilTheTimeIsOver() {
    TestNode.Client other = node.connect();
    assertEquals("+OK", client.ask("CLIENT PAUSE 1000 WRITE"));
    assertEquals("", other.send("SET", "a", "1"));
    assertEquals("$-1", client.ask("GET a"));
    node.advance(1001);
    assertEquals("+OK\r\n", other.read());
  }

  @Test
  void unpauseReleasesAtOnce() {
    TestNode.Client other = node.connect();
    assertEquals("+OK", client.ask("CLIENT PAUSE 100000 WRITE"));
    assertEquals("", other.send("SET", "a", "1"));
    assertEquals("+OK", client.ask("CLIENT UNPAUSE"));
    assertEquals("+OK\r\n", other.read());
    assertEquals("-ERR timeout is negative", client.ask("CLIENT PAUSE -1"));
    assertEquals(
        "-ERR timeout is not an integer or out of range", client.ask("CLIENT PAUSE x WRITE"));
    assertEquals("-ERR CLIENT PAUSE mode must be WRITE or ALL", client.ask("CLIENT PAUSE 1 x"));
  }

  @Test
  void namesUnknownSubcommands() {
    assertEquals("-ERR unknown subcommand 'foo'. Try CLIENT HELP.", client.ask("CLIENT foo"));
    assertEquals(
        "-ERR wrong number of arguments for 'client|id' command", client.ask("CLIENT ID x"));
    assertEquals("-ERR wrong number of arguments for 'client' command", client.ask("CLIENT"));
    assertTrue(client.ask("CLIENT HELP").contains("+CLIENT <subcommand>"));
  }

  @Test
  void quotesBytesInErrorsAsTheyWereSent() {
    assertEquals(
        "-ERR unknown command 'no\u00ff', with args beginning with: '\u00c3\u00a9' \r\n",
        client.send("no\u00ff", "\u00c3\u00a9"));
    assertEquals(
        "-NOGROUP No such key 'k\u00ff' or consumer group '\u00fe' in XREADGROUP with GROUP"
            + " option\r\n",
        client.send("XREADGROUP", "GROUP", "\u00fe", "c", "STREAMS", "k\u00ff", ">"));
  }

  @Test
  void findsNoKeysInACallThatMayHaveNone() {
    assertEquals("*0", client.ask("COMMAND GETKEYS EVAL code x"));
    assertEquals("*0", client.ask("COMMAND GETKEYSANDFLAGS EVAL code 3 a"));
    assertEquals(
        "-ERR Invalid arguments specified for command",
        client.ask("COMMAND GETKEYS ZUNIONSTORE d x a"));
  }

  @Test
  void tellsTheRangeOfWaitAof() {
    assertEquals(
        "-ERR value is out of range, value must between 0 and 1", client.ask("WAITAOF 2 0 0"));
    assertEquals("-ERR value is not an integer or out of range", client.ask("WAITAOF x 0 0"));
    assertEquals("-ERR value is out of range, must be positive", client.ask("WAITAOF 0 x 0"));
    assertEquals("-ERR value is out of range, must be positive", client.ask("WAITAOF 0 -1 0"));
  }
}
