package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PubSubTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client subscriber = node.connect();
  private final TestNode.Client client = node.connect();

  @Test
  void deliversOncePerChannelAndPattern() {
    assertEquals(
        "*3 $9 subscribe $1 a :1 *3 $9 subscribe $1 b :2", subscriber.ask("SUBSCRIBE a b"));
    assertEquals("*3 $10 psubscribe $1 * :3", subscriber.ask("PSUBSCRIBE *"));
    assertEquals(":2", client.ask("PUBLISH a hi"));
    assertEquals(
        "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n"
            + "*4\r\n$8\r\npmessage\r\n$1\r\n*\r\n$1\r\na\r\n$2\r\nhi\r\n",
        subscriber.read());
    assertEquals(":1", client.ask("PUBLISH c hi"));
    assertEquals("*2 $1 a $1 b", client.ask("PUBSUB CHANNELS"));
    assertEquals("*4 $1 a :1 $1 c :0", client.ask("PUBSUB NUMSUB a c"));
    assertEquals(":1", client.ask("PUBSUB NUMPAT"));
    assertTrue(client.ask("CLIENT LIST TYPE pubsub").contains("flags=P db=0 sub=2 psub=1 ssub=0"));
    assertTrue(client.send("INFO", "stats").contains("pubsub_channels:2\r\npubsub_patterns:1"));
  }

  @Test
  void allowsLittleElseToASubscriberOfResp2() {
    subscriber.ask("SUBSCRIBE a");
    assertEquals(
        "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET"
            + " are allowed in this context",
        subscriber.ask("GET a"));
    assertEquals("*2\r\n$4\r\npong\r\n$0\r\n\r\n", subscriber.send("PING"));
    assertEquals("*3 $11 unsubscribe $1 a :0", subscriber.ask("UNSUBSCRIBE"));
    assertEquals("+PONG", subscriber.ask("PING"));
    assertEquals("*3 $11 unsubscribe $-1 :0", subscriber.ask("UNSUBSCRIBE"));
  }

  @Test
  void aSubscriberOfResp3PublishesToItselfBehindTheReply() {
    subscriber.ask("HELLO 3");
    assertEquals(">3 $9 subscribe $1 a :1", subscriber.ask("SUBSCRIBE a"));
    assertEquals(":1 >3 $7 message $1 a $2 hi", subscriber.ask("PUBLISH a hi"));
    assertEquals("+PONG", subscriber.ask("PING"));
  }

  @Test
  void messagesReachAClientThatHasTurnedRepliesOff() {
    assertEquals("", subscriber.ask("CLIENT REPLY OFF"));
    assertEquals("*3 $9 subscribe $1 a :1", subscriber.ask("SUBSCRIBE a"));
    assertEquals(":1", client.ask("PUBLISH a hi"));
    assertEquals("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$2\r\nhi\r\n", subscriber.read());
    assertEquals("*3 $11 unsubscribe $1 a :0", subscriber.ask("UNSUBSCRIBE a"));
    assertEquals("", subscriber.ask("PING"));
  }

  @Test
  void shardChannelsAreAWorldOfTheirOwn() {
    assertEquals("*3 $10 ssubscribe $1 a :1", subscriber.ask("SSUBSCRIBE a"));
    client.ask("PSUBSCRIBE *");
    TestNode.Client other = node.connect();
    assertEquals(":1", other.ask("SPUBLISH a hi"));
    assertEquals("*3\r\n$8\r\nsmessage\r\n$1\r\na\r\n$2\r\nhi\r\n", subscriber.read());
    assertEquals("", client.read());
    assertEquals("*1 $1 a", other.ask("PUBSUB SHARDCHANNELS"));
    assertEquals("*2 $1 a :1", other.ask("PUBSUB SHARDNUMSUB a"));
    assertEquals("*3 $12 sunsubscribe $1 a :0", subscriber.ask("SUNSUBSCRIBE a"));
  }

  @Test
  void forgetsSubscribersThatLeaveOrReset() {
    subscriber.ask("SUBSCRIBE a");
    client.ask("PSUBSCRIBE *");
    assertEquals("+RESET", client.ask("RESET"));
    subscriber.disconnect();
    assertEquals(":0", client.ask("PUBLISH a hi"));
    assertEquals("*0", client.ask("PUBSUB CHANNELS"));
  }

  @Test
  void subcommandsNamedLikeACommandAreNotThatCommand() {
    assertEquals("+OK", client.ask("MULTI"));
    assertEquals("+QUEUED", client.ask("SLOWLOG RESET"));
    assertEquals("+QUEUED", client.ask("LATENCY RESET"));
    assertEquals("+OK", client.ask("DISCARD"));
    subscriber.ask("SUBSCRIBE a");
    String refused =
        "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
    assertEquals("-ERR Can't execute 'slowlog|reset" + refused, subscriber.ask("SLOWLOG RESET"));
    assertEquals(
        "-EXECABORT Transaction discarded because of: Can't execute 'exec" + refused,
        subscriber.ask("EXEC"));
  }

  @Test
  void whoWatchesCommandsDoesNotTouchData() {
    assertEquals("+OK", client.ask("MONITOR"));
    assertEquals("-ERR Replica can't interact with the keyspace", client.ask("GET a"));
    assertEquals("-ERR Replica can't interact with the keyspace", client.ask("SET a b"));
    assertTrue(client.ask("PING").startsWith("+PONG"));
    assertEquals("+RESET", client.ask("RESET"));
    assertEquals("+OK", client.ask("SET a b"));
  }

  @Test
  void messagesAreNoChangesOfTheDataSet() {
    assertEquals(":0", client.ask("PUBLISH a b"));
    assertEquals(":0", client.ask("SPUBLISH a b"));
    assertTrue(client.ask("INFO persistence").contains("rdb_changes_since_last_save:0 "));
  }
}
