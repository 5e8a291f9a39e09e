package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands on connections and on the server as a whole answer as those of a real redis-server,
/// where 7.0 and 7.2 agree.
@Tag("interop")
class ServerCommandsInteropTest {
  /// Each line is a command; replies are compared byte for byte.
  private static final String TRANSCRIPT =
      """
      ping
      ping a
      ping a b
      echo
      echo x
      hello 4
      hello x
      hello 3 foo
      hello 3 setname
      hello 3 auth a b
      auth
      auth a
      auth a b
      auth a b c
      auth default x
      select x
      select -1
      select 16
      select 99999999999999
      select 1
      select 0
      client
      client foo
      client id x
      client getname
      client setname abc
      client getname
      client list type foo
      client list type
      client list id x
      client list foo bar
      client kill
      client kill a
      client kill id 0
      client kill id x
      client kill foo bar
      client kill id 999 foo
      client kill type foo
      client kill skipme maybe
      client kill user nobody
      client reply foo
      client pause
      client pause x
      client pause -1
      client pause 1 foo
      client pause 1 write foo
      client unblock x
      client unblock 99
      client unblock 1 foo
      client unblock 1 error x
      client no-evict on
      client no-evict foo
      client unpause
      command foo
      command count x
      command info nonsense
      command info get
      command info client|foo
      command getkeys mset a b c d
      command getkeys get a b
      command list filterby
      command list filterby foo bar
      command list filterby pattern PING*
      command list filterby aclcat foo
      command list filterby module foo
      command docs nonsense
      config
      config foo
      config get
      config get maxmemory
      config get nonsense
      config set
      config set a
      config set a b
      config set maxmemory x
      config set maxmemory 1gb maxmemory 2gb
      config set port abc
      config set maxmemory 0 foo
      config resetstat x
      config resetstat
      config rewrite
      dbsize x
      flushall foo
      flushall async sync
      flushdb foo
      flushdb async
      flushall
      dbsize
      swapdb
      swapdb a 1
      swapdb 1 b
      swapdb 1 99
      swapdb 1 1
      swapdb 0 1
      time x
      lolwut version x
      slowlog
      slowlog foo
      slowlog get x
      slowlog get -2
      slowlog get 1 2
      latency
      latency foo
      latency latest
      latency history
      latency history x
      latency graph x
      latency reset
      latency reset a b
      latency histogram foo
      memory
      memory foo
      memory usage
      memory usage x
      memory usage x foo
      memory usage x samples
      memory usage x samples -1
      memory usage x samples a
      memory purge
      debug
      debug foo
      debug sleep
      debug sleep 0
      debug object nokey
      debug digest x
      debug digest
      debug populate
      debug populate x
      debug populate -1
      debug populate 5
      debug populate 5 pre
      debug populate 5 pfx 20
      debug digest
      debug digest-value key:1 pfx:2
      debug protocol string
      debug protocol integer
      debug protocol double
      debug protocol bignum
      debug protocol null
      debug protocol array
      debug protocol set
      debug protocol map
      debug protocol verbatim
      debug protocol true
      debug protocol foo
      debug error FOO
      debug set-active-expire 1
      debug change-repl-id
      bgsave foo
      bgsave schedule foo
      lastsave x
      shutdown foo
      shutdown save nosave
      shutdown abort now
      shutdown abort
      module
      module foo
      module list
      module load x
      module unload x
      monitor x
      publish
      publish a b
      spublish a b
      pubsub
      pubsub foo
      pubsub channels
      pubsub channels a b
      pubsub numsub
      pubsub numsub a b
      pubsub numpat
      pubsub numpat x
      pubsub shardchannels
      pubsub shardnumsub a
      subscribe a
      ping x
      unsubscribe a
      unsubscribe
      psubscribe a*
      punsubscribe
      ssubscribe a
      sunsubscribe
      multi
      config set maxmemory 0
      foo
      exec
      multi
      ping
      flushall
      exec
      reset
      client getname
      """;

  /// Commands that 7.0 and 7.2 describe alike.
  private static final String DESCRIBED =
      """
      ping echo hello auth select quit reset client|id client|info client|list client|kill
      client|getname client|pause client|unpause client|reply client|no-evict client|unblock
      client|help info config|get config|set config|help command|count command|docs command|info
      command|list command|help dbsize flushall flushdb swapdb time lolwut slowlog|get slowlog|len
      slowlog|reset slowlog|help latency|latest latency|history latency|graph latency|doctor
      latency|histogram latency|help memory|usage memory|stats memory|doctor memory|malloc-stats
      memory|purge memory|help monitor debug save bgsave lastsave shutdown module|list module|load
      module|loadex module|unload module|help subscribe unsubscribe psubscribe punsubscribe publish
      ssubscribe sunsubscribe spublish pubsub|channels pubsub|numsub pubsub|numpat
      pubsub|shardchannels pubsub|shardnumsub pubsub|help
      """;

  private final RedisPeer redis;
  private final SkeinPeer skein = new SkeinPeer(1);

  ServerCommandsInteropTest(@TempDir Path directory) throws IOException {
    redis = new RedisPeer(directory);
  }

  @AfterEach
  void end() {
    redis.close();
    skein.close();
  }

  @Test
  void answersInResp2() {
    compare(false);
  }

  @Test
  void answersInResp3() {
    compare(true);
  }

  private void compare(boolean resp3) {
    Peer.Link theirs = redis.connect();
    Peer.Link ours = skein.connect();
    if (resp3) {
      theirs.call("HELLO", "3");
      ours.call("HELLO", "3");
    }
    List<String> findings = new ArrayList<>();
    for (String line : TRANSCRIPT.lines().toList()) {
      String expected = theirs.call(line.split(" "));
      String got = ours.call(line.split(" "));
      if (!expected.equals(got)) {
        findings.add(line + "\n  expected " + expected + "\n  but was  " + got);
      }
    }
    assertEquals("", String.join("\n", findings));
  }

  @Test
  void describesItsCommandsAsRedisDoes() {
    Peer.Link theirs = redis.connect();
    Peer.Link ours = skein.connect();
    List<String> findings = new ArrayList<>();
    for (String name : DESCRIBED.strip().split("\\s+")) {
      String expected = sortedLines(theirs.call("COMMAND", "INFO", name));
      String got = sortedLines(ours.call("COMMAND", "INFO", name));
      if (!expected.equals(got)) {
        findings.add(name + "\n  expected " + expected + "\n  but was  " + got);
      }
    }
    assertEquals("", String.join("\n", findings));
  }

  /// Flags and the like are sets, whose order says nothing.
  private static String sortedLines(String reply) {
    String[] lines = reply.split("\r\n", -1);
    Arrays.sort(lines);
    return String.join(" ", lines);
  }

  @Test
  void digestsOfTheSameDataAreEqual() {
    Peer.Link theirs = redis.connect();
    Peer.Link ours = skein.connect();
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < 500; i++) {
      String[] call =
          switch (random.nextInt(5)) {
            case 0 -> new String[] {"SELECT", Integer.toString(random.nextInt(3))};
            case 1 ->
                new String[] {"SET", "k" + random.nextInt(100), "v".repeat(random.nextInt(200))};
            case 2 -> new String[] {"SET", "k" + random.nextInt(100), "" + random.nextInt()};
            case 3 -> new String[] {"EXPIRE", "k" + random.nextInt(100), "1000"};
            default -> new String[] {"DEL", "k" + random.nextInt(100)};
          };
      assertEquals(theirs.call(call), ours.call(call));
    }
    assertEquals(theirs.call("DEBUG", "DIGEST"), ours.call("DEBUG", "DIGEST"));
  }
}
