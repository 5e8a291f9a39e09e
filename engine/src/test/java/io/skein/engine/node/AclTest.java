package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AclTest {
  private static final String WRONG =
      "-WRONGPASS invalid username-password pair or user is disabled.";

  private final TestNode node = new TestNode();
  private final TestNode.Client admin = node.connect();

  private TestNode.Client user(String name, String... rules) {
    assertEquals("+OK", admin.ask("ACL SETUSER " + name + " on >pw " + String.join(" ", rules)));
    TestNode.Client client = node.connect();
    assertEquals("+OK", client.ask("AUTH " + name + " pw"));
    return client;
  }

  @Test
  void refusesCommandsKeysAndChannels() {
    TestNode.Client client = user("u", "+get", "+set", "+publish", "+@pubsub", "~a*", "&c*");
    assertEquals("+OK", client.ask("SET a1 x"));
    assertEquals("$1 x", client.ask("GET a1"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("GET b"));
    assertEquals(
        "-NOPERM User u has no permissions to run the 'mget' command", client.ask("MGET a1"));
    assertEquals(":0", client.ask("PUBLISH c1 hi"));
    assertEquals("-NOPERM No permissions to access a channel", client.ask("PUBLISH d hi"));
    assertEquals("-NOPERM No permissions to access a channel", client.ask("PSUBSCRIBE c"));
    assertTrue(client.ask("PSUBSCRIBE c*").startsWith("*3"));
    String info = admin.ask("INFO stats");
    assertTrue(info.contains("acl_access_denied_cmd:1"), info);
    assertTrue(info.contains("acl_access_denied_key:1"), info);
    assertTrue(info.contains("acl_access_denied_channel:2"), info);
  }

  @Test
  void tellsReadingFromWriting() {
    TestNode.Client client = user("u", "+@all", "%R~r*", "%W~w*");
    assertEquals("$-1", client.ask("GET r"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("SET r 1"));
    assertEquals("+OK", client.ask("SET w 1"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("GET w"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("COPY w r"));
    assertEquals(":0", client.ask("COPY r w"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("INCR w"));
    // A key that is asked about but not read needs no right to read.
    assertEquals(":1", client.ask("EXISTS w"));
  }

  @Test
  void aSelectorHasToAllowACallAsAWhole() {
    TestNode.Client client = user("u", "+get", "~a", "(+set", "~b)");
    assertEquals("$-1", client.ask("GET a"));
    assertEquals("+OK", client.ask("SET b 1"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("SET a 1"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("GET b"));
  }

  @Test
  void allowsSubcommandsAndFirstArguments() {
    TestNode.Client client = user("u", "+config|get", "+select|1");
    assertEquals("*2 $4 port $4 6379", client.ask("CONFIG GET port"));
    assertEquals(
        "-NOPERM User u has no permissions to run the 'config|set' command",
        client.ask("CONFIG SET port 1"));
    assertEquals("+OK", client.ask("SELECT 1"));
    assertEquals(
        "-NOPERM User u has no permissions to run the 'select' command", client.ask("SELECT 0"));
  }

  @Test
  void checksAgainWhenATransactionIsExecuted() {
    TestNode.Client client = user("u", "+@all", "~a", "&*");
    assertEquals("+OK", client.ask("MULTI"));
    assertEquals("+QUEUED", client.ask("SET a 1"));
    assertEquals("+QUEUED", client.ask("GET a"));
    assertEquals("+OK", admin.ask("ACL SETUSER u resetkeys"));
    String no =
        "-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC"
            + " call. This command is no longer allowed for the following reason: no permission to"
            + " touch the specified keys";
    assertEquals("*2 " + no + " " + no, client.ask("EXEC"));
    assertEquals("+OK", client.ask("MULTI"));
    assertEquals("-NOPERM No permissions to access a key", client.ask("GET a"));
    assertTrue(client.ask("EXEC").startsWith("-EXECABORT"));
    assertTrue(admin.ask("ACL LOG 1").contains("$5 multi"));
  }

  @Test
  void disconnectsTheClientsOfDeletedUsers() {
    TestNode.Client client = user("u", "+@all");
    TestNode.Client other = user("v", "+@all");
    assertEquals(":1", admin.ask("ACL DELUSER u nobody"));
    assertTrue(client.isClosed());
    assertEquals(":1", other.ask("ACL DELUSER v"));
    assertTrue(other.isClosed());
    assertEquals("-ERR The 'default' user cannot be removed", admin.ask("ACL DELUSER default"));
    assertEquals("*1 $7 default", admin.ask("ACL USERS"));
  }

  @Test
  void disconnectsSubscribersWhoseChannelsAreRevoked() {
    TestNode.Client stays = user("u", "+@all", "&a", "&b*");
    TestNode.Client goes = node.connect();
    assertEquals("+OK", goes.ask("AUTH u pw"));
    stays.ask("SUBSCRIBE a");
    goes.ask("PSUBSCRIBE b*");
    assertEquals("+OK", admin.ask("ACL SETUSER u resetchannels &b* &a &c"));
    assertFalse(goes.isClosed());
    assertEquals("+OK", admin.ask("ACL SETUSER u resetchannels &a"));
    assertTrue(goes.isClosed());
    assertFalse(stays.isClosed());
  }

  @Test
  void blockedClientsAreCheckedWhenTheyAreServed() {
    TestNode.Client client = user("u", "+@all", "~*");
    assertEquals("", client.ask("BLPOP list 0"));
    assertEquals("+OK", admin.ask("ACL SETUSER u resetkeys ~other"));
    assertEquals(":1", admin.ask("RPUSH list x"));
    assertEquals("-NOPERM No permissions to access a key", client.read().trim());
    assertEquals(":1", admin.ask("LLEN list"));
  }

  @Test
  void logsWhatWasRefusedAndCountsWhatIsAlike() {
    TestNode.Client client = user("u", "+get", "~a");
    client.ask("GET b");
    node.advance(1500);
    client.ask("GET b");
    client.ask("SET a 1");
    client.ask("AUTH u wrong");
    String log = admin.ask("ACL LOG");
    assertTrue(log.startsWith("*3 *20 $5 count :1 $6 reason $4 auth"), log);
    assertTrue(log.contains("$7 context $8 toplevel $6 object $4 AUTH $8 username $1 u"), log);
    assertTrue(
        log.contains(":1 $6 reason $7 command $7 context $8 toplevel $6 object $3 set"), log);
    assertTrue(log.contains(":2 $6 reason $3 key $7 context $8 toplevel $6 object $1 b"), log);
    assertTrue(log.contains("$11 client-info"), log);
    assertTrue(log.contains("cmd=get user=u"), log);
    node.advance(61_000);
    client.ask("GET b");
    assertTrue(admin.ask("ACL LOG").startsWith("*4"));
    assertEquals("+OK", admin.ask("CONFIG SET acllog-max-len 1"));
    client.ask("GET c");
    assertTrue(admin.ask("ACL LOG").startsWith("*1"));
    assertEquals("+OK", admin.ask("ACL LOG RESET"));
    assertEquals("*0", admin.ask("ACL LOG"));
  }

  @Test
  void theDefaultUserCanHaveRulesOfItsOwn() {
    assertEquals("+OK", admin.ask("ACL SETUSER default -@all +ping +auth +acl"));
    TestNode.Client client = node.connect();
    assertEquals("+PONG", client.ask("PING"));
    assertEquals(
        "-NOPERM User default has no permissions to run the 'get' command", client.ask("GET a"));
    assertEquals("+OK", admin.ask("ACL SETUSER default off"));
    assertEquals("-NOAUTH Authentication required.", node.connect().ask("PING"));
    assertEquals(WRONG, client.ask("AUTH default any"));
  }

  @Test
  void requirepassIsThePasswordOfTheDefaultUser() {
    assertEquals("+OK", admin.ask("ACL SETUSER default >one >two"));
    TestNode.Client client = node.connect();
    assertEquals("-NOAUTH Authentication required.", client.ask("PING"));
    assertEquals("+OK", client.ask("AUTH two"));
    assertEquals("+OK", admin.ask("CONFIG SET requirepass three"));
    assertEquals(WRONG, client.ask("AUTH two"));
    assertEquals("+OK", client.ask("AUTH three"));
    assertEquals("+OK\r\n", admin.send("CONFIG", "SET", "requirepass", ""));
    assertEquals("+PONG", node.connect().ask("PING"));
  }

  @Test
  void describesUsers() {
    user("u", "~a", "%R~b", "&c", "+get", "(+set", "~d)");
    assertEquals(
        "*12 $5 flags *2 $2 on $16 sanitize-payload $9 passwords *1 $64"
            + " 30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4"
            + " $8 commands $10 -@all +get $4 keys $7 ~a %R~b $8 channels $2 &c"
            + " $9 selectors *1 *6 $8 commands $10 -@all +set $4 keys $2 ~d $8 channels $0",
        admin.ask("ACL GETUSER u"));
    assertEquals("$-1", admin.ask("ACL GETUSER nobody"));
    assertEquals("$7 default", admin.ask("ACL WHOAMI"));
    assertTrue(admin.ask("CLIENT LIST").contains("user=u"));
    assertEquals("-ERR No such user 'x'", admin.ask("CLIENT KILL USER x"));
    assertEquals(":1", admin.ask("CLIENT KILL USER u"));
  }

  @Test
  void triesCallsWithoutMakingThem() {
    user("u", "+get", "+subscribe", "~a", "&c");
    assertEquals("+OK", admin.ask("ACL DRYRUN u GET a"));
    assertTrue(
        admin
            .ask("ACL DRYRUN u GET b")
            .endsWith("User u has no permissions to access the 'b' key"));
    assertTrue(
        admin.ask("ACL DRYRUN u SUBSCRIBE d").endsWith("no permissions to access the 'd' channel"));
    assertTrue(admin.ask("ACL DRYRUN u SET a 1").endsWith("permissions to run the 'set' command"));
    assertEquals("-ERR User 'x' not found", admin.ask("ACL DRYRUN x GET a"));
    assertEquals("-ERR Command 'nope' not found", admin.ask("ACL DRYRUN u nope"));
    assertEquals(
        "-ERR wrong number of arguments for 'get' command", admin.ask("ACL DRYRUN u GET a b"));
    assertEquals("*0", admin.ask("ACL LOG"));
  }

  @Test
  void sortReadsOnlyWhatMayBeReadByAnyName() {
    assertEquals(":2", admin.ask("RPUSH l 1 2"));
    TestNode.Client some = user("some", "+@all", "%R~l");
    TestNode.Client any = user("any", "+@all", "%R~*");
    assertEquals(
        "-ERR BY option of SORT denied due to insufficient ACL permissions.",
        some.ask("SORT l BY w_*"));
    assertEquals(
        "-ERR GET option of SORT denied due to insufficient ACL permissions.",
        some.ask("SORT l GET #"));
    assertEquals("*2 $1 1 $1 2", some.ask("SORT l BY nosort"));
    assertEquals("*2 $1 1 $1 2", any.ask("SORT l BY w_* GET #"));
  }

  @Test
  void savesUsersToTheirFileAndLoadsThem() {
    MemoryDisk disk = new MemoryDisk();
    TestNode withFile = new TestNode(null, disk);
    TestNode.Client client = withFile.connect();
    assertTrue(client.ask("ACL SAVE").contains("not configured to use an ACL file"));
    withFile.settings().put(io.skein.engine.config.SecuritySettings.ACLFILE, "users.acl");
    assertEquals(
        "-ERR Error loading ACLs, opening file 'users.acl': No such file or directory",
        client.ask("ACL LOAD"));
    client.ask("ACL SETUSER u on nopass +@all");
    TestNode.Client other = withFile.connect();
    other.ask("AUTH u x");
    assertEquals("+OK", client.ask("ACL SAVE"));
    assertEquals("+OK", client.ask("ACL SETUSER u off"));
    assertEquals("+OK", client.ask("ACL LOAD"));
    assertTrue(other.isClosed());
    assertTrue(client.ask("ACL LIST").contains("user u on nopass sanitize-payload"));
  }

  @Test
  void drawsPasswordsOfAnyLength() {
    assertTrue(admin.ask("ACL GENPASS").matches("\\$64 [0-9a-f]{64}"));
    assertTrue(admin.ask("ACL GENPASS 5").matches("\\$2 [0-9a-f]{2}"));
    assertTrue(admin.ask("ACL GENPASS 4097").startsWith("-ERR ACL GENPASS argument must be"));
    assertTrue(admin.ask("ACL CAT").startsWith("*21 $8 keyspace $4 read"));
    assertEquals("-ERR Unknown category 'x'", admin.ask("ACL CAT x"));
    assertTrue(admin.ask("ACL CAT hyperloglog").contains("pfadd"));
  }
}
