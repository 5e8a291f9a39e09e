package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClientTrackingTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();
  private final TestNode.Client other = node.connect();

  private static String told(String... keys) {
    StringBuilder s = new StringBuilder(">2 $10 invalidate *" + keys.length);
    for (String key : keys) {
      s.append(" $").append(key.length()).append(' ').append(key);
    }
    return s.toString();
  }

  private static String read(TestNode.Client who) {
    return who.read().replace("\r\n", " ").trim();
  }

  private void track(String options) {
    client.ask("HELLO 3");
    assertEquals("+OK", client.ask(("CLIENT TRACKING ON " + options).trim()));
  }

  @Test
  void tellsOfAKeyThatWasReadOnceItChanges() {
    track("");
    other.ask("MSET a 1 b 1");
    client.ask("GET a");
    client.ask("STRLEN none");
    other.ask("SET b 2");
    assertEquals("", read(client));
    other.ask("SET a 2");
    assertEquals(told("a"), read(client));
    other.ask("SET a 3");
    other.ask("APPEND none x");
    assertEquals(told("none"), read(client));
  }

  @Test
  void tellsTheAuthorBehindItsReply() {
    track("");
    client.ask("MSET a 1 b 2");
    client.ask("GET a");
    assertEquals(":2 " + told("a"), client.ask("INCR a"));
    client.ask("MGET a b");
    client.ask("MULTI");
    client.ask("INCR a");
    client.ask("GET b");
    client.ask("DEL b");
    assertEquals("*3 :3 $1 2 :1 " + told("a") + " " + told("b"), client.ask("EXEC"));
    client.ask("MGET a b");
    client.ask("MULTI");
    client.ask("FLUSHDB");
    assertEquals("*1 +OK >2 $10 invalidate _", client.ask("EXEC"));
  }

  @Test
  void leavesOutOwnChangesWithNoLoop() {
    track("NOLOOP");
    client.ask("MGET a b");
    assertEquals("+OK", client.ask("SET a 1"));
    other.ask("SET b 1");
    assertEquals(told("b"), read(client));
  }

  @Test
  void tellsOfKeysThatExpireOrAreEvicted() {
    track("");
    client.ask("SET a 1 PX 10");
    client.ask("SET b 1 PX 10");
    client.ask("MGET a b");
    node.advanceWithoutTick(20);
    assertEquals("_ " + told("a"), client.ask("GET a"));
    node.node().tick();
    node.node().work(1_000_000);
    assertEquals(told("b"), read(client));
  }

  @Test
  void tellsOfKeysEvictedForARequestBeforeItsReplyAndBehindEarlierOnes() {
    track("");
    client.ask("CONFIG SET maxmemory-policy allkeys-random");
    client.ask("SET c 1");
    client.sendRaw("GET c\r\nCONFIG SET maxmemory 1\r\nPING\r\n");
    assertEquals("$1 1 +OK " + told("c") + " +PONG", read(client));
  }

  @Test
  void tellsToForgetEverythingWhenDatabasesAreEmptiedOrSwapped() {
    track("");
    client.ask("GET a");
    other.ask("FLUSHALL");
    assertEquals(">2 $10 invalidate _", read(client));
    other.ask("SWAPDB 0 1");
    assertEquals(">2 $10 invalidate _", read(client));
    assertTrue(client.send("INFO", "stats").contains("tracking_total_keys:0\r\n"));
  }

  @Test
  void redirectsToASubscriberOfResp2() {
    other.ask("SUBSCRIBE __redis__:invalidate");
    assertEquals("+OK", client.ask("CLIENT TRACKING ON REDIRECT " + other.session().id()));
    assertEquals(":" + other.session().id(), client.ask("CLIENT GETREDIR"));
    client.ask("GET a");
    assertEquals("+OK", client.ask("SET a 1"));
    assertEquals("*3 $7 message $20 __redis__:invalidate *1 $1 a", read(other));
    client.ask("FLUSHALL");
    assertEquals("*3 $7 message $20 __redis__:invalidate $-1", read(other));
    other.ask("UNSUBSCRIBE");
    client.ask("GET a");
    client.ask("SET a 1");
    assertEquals("", read(other));
  }

  @Test
  void saysSoWhenTheOneToRedirectToIsGone() {
    track("REDIRECT " + other.session().id());
    client.ask("GET a");
    other.disconnect();
    assertEquals("+OK >2 $21 tracking-redir-broken :2", client.ask("SET a 1"));
    assertEquals(
        "%3 $5 flags ~2 $2 on $15 broken_redirect $8 redirect :2 $8 prefixes *0",
        client.ask("CLIENT TRACKINGINFO"));
    assertTrue(client.ask("CLIENT INFO").contains("flags=tR "));
    assertTrue(client.ask("CLIENT INFO").contains("redir=2 "));
    assertEquals(
        "-ERR The client ID you want redirect to does not exist",
        client.ask("CLIENT TRACKING ON REDIRECT 2"));
  }

  @Test
  void broadcastsKeysByPrefixAtTheEndOfTheTurn() {
    track("BCAST PREFIX b: PREFIX a: NOLOOP");
    other.sendRaw("SET a:1 x\r\nMSET b:1 1 c 2\r\nSET a:2 x\r\nDEL a:1\r\n");
    node.runTurn();
    assertEquals(told("a:1", "a:2") + " " + told("b:1"), read(client));
    assertEquals("+OK", client.ask("SET a:1 x"));
    client.ask("CLIENT TRACKING ON BCAST PREFIX x");
    assertEquals("+OK " + told("a:1") + " " + told("x"), client.ask("MSET a:1 1 x 2"));
    client.ask("CLIENT TRACKING OFF");
    assertEquals("+OK", client.ask("SET a:1 x"));
    assertTrue(client.send("INFO").contains("tracking_total_prefixes:0\r\n"));
    assertTrue(client.send("INFO").contains("tracking_clients:0\r\n"));
  }

  @Test
  void broadcastsAKeyThatExpiresEvenToWhoSetItLast() {
    track("BCAST NOLOOP");
    client.ask("SET a 1 PX 10");
    node.advanceWithoutTick(20);
    assertEquals("_ " + told("a"), client.ask("GET a"));
  }

  @Test
  void optInAndOptOutTakeTheNextRequestOnly() {
    track("OPTIN");
    client.ask("GET a");
    assertEquals("+OK", client.ask("SET a 1"));
    client.ask("CLIENT CACHING YES");
    assertEquals(
        "%3 $5 flags ~3 $2 on $5 optin $11 caching-yes $8 redirect :0 $8 prefixes *0",
        client.ask("CLIENT TRACKINGINFO"));
    client.ask("MULTI");
    client.ask("GET a");
    client.ask("GET b");
    client.ask("EXEC");
    client.ask("GET c");
    assertEquals("+OK " + told("a") + " " + told("b"), client.ask("MSET a 1 b 1 c 1"));
    assertEquals(
        "-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
        client.ask("CLIENT CACHING NO"));
    client.ask("CLIENT TRACKING OFF");
    client.ask("CLIENT TRACKING ON OPTOUT");
    client.ask("CLIENT CACHING NO");
    client.ask("GET a");
    client.ask("GET b");
    assertEquals("+OK " + told("b"), client.ask("MSET a 1 b 1"));
  }

  @Test
  void forgetsTheOldestKeysBeyondTheLimitAndSaysSo() {
    track("");
    client.ask("MGET a b c");
    assertTrue(client.send("INFO").contains("tracking_total_items:3\r\n"));
    other.ask("CONFIG SET tracking-table-max-keys 1");
    assertEquals(told("a") + " " + told("b") + " +PONG", client.ask("PING"));
    assertTrue(client.send("INFO").contains("tracking_total_keys:1\r\n"));
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertEquals("-ERR syntax error", client.ask("CLIENT TRACKING MAYBE"));
    assertEquals("-ERR syntax error", client.ask("CLIENT TRACKING ON WHATEVER"));
    assertEquals(
        "-ERR PREFIX option requires BCAST mode to be enabled",
        client.ask("CLIENT TRACKING ON PREFIX a"));
    assertEquals(
        "-ERR Prefix 'FO' overlaps with another provided prefix 'FOO'. Prefixes for a single"
            + " client must not overlap.",
        client.ask("CLIENT TRACKING ON BCAST PREFIX FO PREFIX FOO"));
    assertEquals(
        "-ERR OPTIN and OPTOUT are not compatible with BCAST",
        client.ask("CLIENT TRACKING ON BCAST OPTIN"));
    assertEquals(
        "-ERR You can't specify both OPTIN mode and OPTOUT mode",
        client.ask("CLIENT TRACKING ON OPTOUT OPTIN"));
    assertEquals(
        "-ERR A client can only redirect to a single other client",
        client.ask("CLIENT TRACKING ON REDIRECT 1 REDIRECT 2"));
    assertEquals(
        "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
            + " OPTOUT mode enabled",
        client.ask("CLIENT CACHING YES"));
    client.ask("CLIENT TRACKING ON BCAST PREFIX FOO");
    assertEquals(
        "-ERR Prefix 'F' overlaps with an existing prefix 'FOO'. Prefixes for a single client must"
            + " not overlap.",
        client.ask("CLIENT TRACKING ON BCAST PREFIX F"));
    assertTrue(client.ask("CLIENT TRACKING ON").startsWith("-ERR You can't switch BCAST mode"));
    client.ask("CLIENT TRACKING OFF");
    client.ask("CLIENT TRACKING ON OPTIN");
    assertTrue(
        client.ask("CLIENT TRACKING ON OPTOUT").startsWith("-ERR You can't switch OPTIN/OPTOUT"));
    assertEquals(
        "*6 $5 flags *2 $2 on $5 optin $8 redirect :0 $8 prefixes *0",
        client.ask("CLIENT TRACKINGINFO"));
  }

  @Test
  void hearsOfKeysWithRepliesOff() {
    track("");
    client.ask("GET a");
    client.ask("CLIENT REPLY OFF");
    assertEquals(told("a"), client.ask("SET a 1"));
    client.ask("GET a");
    other.ask("SET a 2");
    assertEquals(told("a"), read(client));
  }

  @Test
  void resetEndsTracking() {
    track("BCAST");
    client.ask("RESET");
    assertEquals(":-1", client.ask("CLIENT GETREDIR"));
    client.ask("HELLO 3");
    assertEquals("+OK", client.ask("SET a 1"));
  }
}
