package io.skein.engine.sentinel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.config.ConfigFileError;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentinelMachineTest {
  private static final String B = "b".repeat(40);
  private static final String C = "c".repeat(40);
  private static final String VOTE_FOR_US = "*3\r\n:1\r\n$40\r\n" + TestSentinel.ID + "\r\n:1\r\n";

  private static TestSentinel quorum(String... more) throws ConfigFileError {
    TestSentinel sentinel = TestSentinel.watching(more);
    sentinel
        .primaryAt("10.0.0.1", "10.0.0.2", "10.0.0.3")
        .replicaAt("10.0.0.2", "10.0.0.1", 100, 10)
        .replicaAt("10.0.0.3", "10.0.0.1", 100, 20);
    sentinel.answers("10.0.1.2:26379", "PING", "+PONG\r\n");
    sentinel.answers("10.0.1.3:26379", "PING", "+PONG\r\n");
    sentinel.hello(B, "10.0.1.2", 0, "10.0.0.1", 0);
    sentinel.hello(C, "10.0.1.3", 0, "10.0.0.1", 0);
    sentinel.run(3000);
    return sentinel;
  }

  private static TestSentinel votesComeIn(TestSentinel sentinel) {
    sentinel.answers("10.0.1.2:26379", "SENTINEL is-master-down-by-addr", VOTE_FOR_US);
    sentinel.answers("10.0.1.3:26379", "SENTINEL is-master-down-by-addr", VOTE_FOR_US);
    return sentinel;
  }

  @Test
  void discoversReplicasAndSentinels() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    assertEquals("2", sentinel.field("num-slaves"));
    assertEquals("2", sentinel.field("num-other-sentinels"));
    assertTrue(sentinel.saved.contains("sentinel known-replica mymaster 10.0.0.3 6379"));
    assertTrue(sentinel.saved.contains("sentinel known-sentinel mymaster 10.0.1.2 26379 " + B));
    assertTrue(
        sentinel.events.contains(
            "+slave slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379"));
    assertTrue(
        sentinel.events.contains(
            "+sentinel sentinel " + B + " 10.0.1.2 26379 @ mymaster 10.0.0.1 6379"));
  }

  @Test
  void saysHelloWithItsPlaceAndThePrimarys() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    assertTrue(
        sentinel.sent.contains(
            "10.0.0.1:6379 PUBLISH __sentinel__:hello 10.0.0.99,26379,"
                + (TestSentinel.ID + ",0,mymaster,10.0.0.1,6379,0")));
  }

  @Test
  void doesNotReplaceAPrimaryThatOnlyItFindsDown() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    sentinel.silent("10.0.0.1:6379").run(10_000);
    assertEquals("s_down,master", sentinel.field("flags").replace(",disconnected", ""));
    assertFalse(sentinel.channels().contains("+odown"));
    sentinel.expectAddress("10.0.0.1");
  }

  @Test
  void promotesTheReplicaWithMostDataOnceItHasTheVotes() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.silent("10.0.0.1:6379").run(2500);
    assertTrue(
        sentinel.events.contains("+odown master mymaster 10.0.0.1 6379 #quorum 3/2"),
        sentinel.events.toString());
    assertTrue(sentinel.sent.contains("10.0.0.3:6379 SLAVEOF NO ONE"));
    sentinel.primaryAt("10.0.0.3").run(500);
    sentinel.expectAddress("10.0.0.3");
    assertTrue(sentinel.saved.contains("sentinel config-epoch mymaster 1"));
    assertTrue(sentinel.saved.contains("sentinel monitor mymaster 10.0.0.3 6379 2"));
    assertTrue(sentinel.sent.contains("10.0.0.2:6379 SLAVEOF 10.0.0.3 6379"));
    sentinel.replicaAt("10.0.0.2", "10.0.0.3", 100, 30).run(3000);
    assertEquals(
        List.of(
            "+sdown",
            "+odown",
            "+new-epoch",
            "+try-failover",
            "+vote-for-leader",
            "+elected-leader",
            "+failover-state-select-slave",
            "+selected-slave",
            "+failover-state-send-slaveof-noone",
            "+failover-state-wait-promotion",
            "+promoted-slave",
            "+failover-state-reconf-slaves",
            "+slave-reconf-sent",
            "+slave-reconf-inprog",
            "+slave-reconf-done",
            "+failover-end",
            "+switch-master"),
        sentinel.channels().stream()
            .dropWhile(channel -> !channel.equals("+sdown"))
            .filter(channel -> !channel.endsWith("role-change"))
            .takeWhile(channel -> !channel.equals("+slave"))
            .toList(),
        sentinel.events.toString());
    assertTrue(sentinel.events.contains("+switch-master mymaster 10.0.0.1 6379 10.0.0.3 6379"));
  }

  @Test
  void votesOnTheNewPrimaryBeforeItsOwnFailoverHasEnded() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.silent("10.0.0.1:6379").run(2500);
    sentinel.primaryAt("10.0.0.3").run(500);
    assertFalse(sentinel.channels().contains("+switch-master"));
    assertEquals(
        new Answer.Items(List.of(new Answer.Int(0), new Answer.Bulk(B), new Answer.Int(7))),
        sentinel.ask(admin -> admin.isDown("10.0.0.3", 6379, 7, B)));
  }

  @Test
  void choosesByPriorityBeforeOffset() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.replicaAt("10.0.0.2", "10.0.0.1", 10, 1).run(11_000);
    sentinel.silent("10.0.0.1:6379").run(2500);
    assertTrue(sentinel.sent.contains("10.0.0.2:6379 SLAVEOF NO ONE"), sentinel.events.toString());
  }

  @Test
  void neverPromotesAReplicaOfPriorityZero() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.replicaAt("10.0.0.2", "10.0.0.1", 0, 1).replicaAt("10.0.0.3", "10.0.0.1", 0, 1);
    sentinel.run(11_000).silent("10.0.0.1:6379").run(2500);
    assertTrue(sentinel.channels().contains("-failover-abort-no-good-slave"));
    assertFalse(sentinel.channels().contains("+promoted-slave"));
  }

  @Test
  void votesOncePerEpochAndRemembersIt() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    Answer first = sentinel.ask(admin -> admin.isDown("10.0.0.1", 6379, 5, B));
    Answer second = sentinel.ask(admin -> admin.isDown("10.0.0.1", 6379, 5, C));
    Answer vote =
        new Answer.Items(List.of(new Answer.Int(0), new Answer.Bulk(B), new Answer.Int(5)));
    assertEquals(vote, first);
    assertEquals(vote, second);
    assertTrue(sentinel.saved.contains("sentinel leader-epoch mymaster 5"));
    TestSentinel restarted = TestSentinel.watching("leader-epoch mymaster 5", "current-epoch 5");
    Answer again = restarted.ask(admin -> admin.isDown("10.0.0.1", 6379, 5, C));
    assertEquals(
        new Answer.Items(List.of(new Answer.Int(0), new Answer.Bulk("*"), new Answer.Int(0))),
        again);
  }

  @Test
  void givesNoVoteThatIsNotSaved() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    sentinel.diskFails = true;
    Answer refused = sentinel.ask(admin -> admin.isDown("10.0.0.1", 6379, 5, B));
    assertEquals(
        new Answer.Items(List.of(new Answer.Int(0), new Answer.Bulk("*"), new Answer.Int(0))),
        refused);
    sentinel.diskFails = false;
    Answer given = sentinel.ask(admin -> admin.isDown("10.0.0.1", 6379, 5, C));
    assertEquals(
        new Answer.Items(List.of(new Answer.Int(0), new Answer.Bulk(C), new Answer.Int(5))), given);
  }

  @Test
  void doesNotAddUpVotesOfTwoEpochs() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    String other = VOTE_FOR_US.replace(":1\r\n$", ":1\r\n$").replaceFirst(":1\r\n$", ":9\r\n");
    sentinel.answers("10.0.1.2:26379", "SENTINEL is-master-down-by-addr", other);
    sentinel.answers("10.0.1.3:26379", "SENTINEL is-master-down-by-addr", other);
    sentinel.silent("10.0.0.1:6379").run(15_000);
    assertTrue(sentinel.channels().contains("+try-failover"));
    assertFalse(sentinel.channels().contains("+elected-leader"));
    assertTrue(sentinel.channels().contains("-failover-abort-not-elected"));
  }

  @Test
  void takesAConfigurationOfALaterEpoch() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    sentinel.hello(B, "10.0.1.2", 4, "10.0.0.2", 4);
    sentinel.expectAddress("10.0.0.2");
    assertTrue(sentinel.events.contains("+switch-master mymaster 10.0.0.1 6379 10.0.0.2 6379"));
    sentinel.hello(C, "10.0.1.3", 4, "10.0.0.3", 3);
    sentinel.expectAddress("10.0.0.2");
  }

  @Test
  void asksAHealthyPrimaryToHandOver() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.answers("10.0.0.1:6379", "FAILOVER", "+OK\r\n");
    assertEquals(Answer.OK, sentinel.ask(admin -> admin.failover("mymaster", false)));
    assertTrue(
        sentinel.sent.contains("10.0.0.1:6379 FAILOVER TO 10.0.0.3 6379 TIMEOUT 10000"),
        sentinel.sent.toString());
    assertFalse(sentinel.sent.contains("10.0.0.3:6379 SLAVEOF NO ONE"));
    sentinel.primaryAt("10.0.0.3").run(500);
    sentinel.expectAddress("10.0.0.3");
  }

  @Test
  void fallsBackWhenThePrimaryDoesNotHandOver() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.answers("10.0.0.1:6379", "FAILOVER", "-ERR unknown command\r\n");
    sentinel.ask(admin -> admin.failover("mymaster", false));
    assertTrue(sentinel.sent.contains("10.0.0.3:6379 SLAVEOF NO ONE"));
  }

  @Test
  void endsACoordinatedFailoverThatThePrimaryRefuses() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.answers("10.0.0.1:6379", "FAILOVER", "-ERR not now\r\n");
    sentinel.ask(admin -> admin.failover("mymaster", true));
    assertFalse(sentinel.sent.contains("10.0.0.3:6379 SLAVEOF NO ONE"));
    assertTrue(
        sentinel.events.contains(
            "-failover-abort-not-coordinated master mymaster 10.0.0.1 6379 #ERR not now"));
    assertEquals(
        new Answer.Failure("NOTCOORDINATED The master cannot hand over: it is down"),
        sentinel.silent("10.0.0.1:6379").run(2200).ask(admin -> admin.failover("mymaster", true)));
  }

  @Test
  void anOrderIsCarriedOutWithoutVotesWhenNobodyVotes() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    assertEquals(Answer.OK, sentinel.ask(admin -> admin.failover("mymaster", false)));
    assertTrue(
        sentinel.sent.contains(
            "10.0.1.2:26379 SENTINEL is-master-down-by-addr 10.0.0.1 6379 1 " + TestSentinel.ID));
    assertFalse(sentinel.channels().contains("+elected-leader"));
    sentinel.run(800);
    assertTrue(sentinel.channels().contains("+elected-leader"), sentinel.events.toString());
  }

  @Test
  void anOrderGivesWayToWhoeverStandsInTheSameEpoch() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    String other = VOTE_FOR_US.replace(TestSentinel.ID, C);
    sentinel.answers("10.0.1.3:26379", "SENTINEL is-master-down-by-addr", other);
    assertEquals(Answer.OK, sentinel.ask(admin -> admin.failover("mymaster", false)));
    sentinel.run(15_000);
    assertFalse(sentinel.channels().contains("+elected-leader"));
    assertTrue(sentinel.channels().contains("-failover-abort-not-elected"));
    sentinel.expectAddress("10.0.0.1");
  }

  @Test
  void oneOfTwoPlacesWithTheSameConfigEpochStands() throws ConfigFileError {
    for (String[] order : new String[][] {{"10.0.0.2", "10.0.0.3"}, {"10.0.0.3", "10.0.0.2"}}) {
      TestSentinel sentinel = quorum();
      sentinel.hello(B, "10.0.1.2", 4, order[0], 4);
      sentinel.hello(C, "10.0.1.3", 4, order[1], 4);
      sentinel.expectAddress("10.0.0.3");
    }
  }

  @Test
  void aPrimaryWithoutAFailoverIsWhereTheFileSaysWhateverOthersSay() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    sentinel.hello(B, "10.0.1.2", 0, "10.0.0.3", 0);
    sentinel.expectAddress("10.0.0.1");
  }

  @Test
  void aSlowStartIsNobodysSilence() throws ConfigFileError {
    TestSentinel sentinel =
        new TestSentinel(
            "myid " + TestSentinel.ID,
            "monitor mymaster 10.0.0.1 6379 2",
            "down-after-milliseconds mymaster 1000",
            "known-replica mymaster 10.0.0.2 6379",
            "known-sentinel mymaster 10.0.1.2 26379 " + B);
    sentinel.startAfter(60_000).run(900);
    assertFalse(sentinel.channels().contains("+sdown"), sentinel.events.toString());
    sentinel.run(400);
    assertEquals(3, sentinel.channels().stream().filter("+sdown"::equals).count());
  }

  @Test
  void onlyWatchesAfterItStoodStill() throws ConfigFileError {
    TestSentinel sentinel = votesComeIn(quorum());
    sentinel.silent("10.0.0.1:6379").pause(60_000);
    assertTrue(sentinel.events.contains("+tilt #tilt mode entered"));
    sentinel.run(20_000);
    assertFalse(sentinel.channels().contains("+sdown"));
    sentinel.run(15_000);
    assertTrue(sentinel.channels().contains("-tilt"));
    assertTrue(sentinel.channels().contains("+sdown"));
  }

  @Test
  void killsAScriptThatKeepsAnInstanceBusy() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    sentinel.answers("10.0.0.1:6379", "PING", "-BUSY Redis is busy\r\n").run(3000);
    assertEquals(
        1, sentinel.sent.stream().filter(s -> s.equals("10.0.0.1:6379 SCRIPT KILL")).count());
  }

  @Test
  void usesTheNamesThatCommandsHaveOnTheServers() throws ConfigFileError {
    TestSentinel sentinel = quorum("rename-command mymaster PING PoNg", "auth-pass mymaster s3");
    assertTrue(sentinel.sent.contains("10.0.0.1:6379 PoNg"));
    assertFalse(sentinel.sent.contains("10.0.0.1:6379 PING"));
    assertTrue(sentinel.sent.contains("10.0.0.1:6379 AUTH s3"));
    assertTrue(sentinel.sent.contains("10.0.1.2:26379 PING"));
  }

  @Test
  void forgetsOneReplicaOrOneSentinel() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    assertEquals(
        Answer.OK, sentinel.ask(admin -> admin.forgetReplica("mymaster", "10.0.0.2", 6379)));
    assertEquals(Answer.OK, sentinel.ask(admin -> admin.forgetSentinel("mymaster", B)));
    assertEquals("1", sentinel.field("num-slaves"));
    assertEquals("1", sentinel.field("num-other-sentinels"));
    assertInstanceOf(
        Answer.Failure.class, sentinel.ask(admin -> admin.forgetSentinel("mymaster", B)));
  }

  @Test
  void forgetsByAgeOnlyWithAMajorityInReach() throws ConfigFileError {
    TestSentinel sentinel = quorum("forget-sentinels-after mymaster 60000");
    sentinel.silent("10.0.1.2:26379").run(90_000);
    assertEquals("1", sentinel.field("num-other-sentinels"));
    TestSentinel lonely = quorum("forget-sentinels-after mymaster 60000");
    lonely.silent("10.0.1.2:26379").silent("10.0.1.3:26379").run(90_000);
    assertEquals("2", lonely.field("num-other-sentinels"));
  }

  @Test
  void forgetsReplicasByAge() throws ConfigFileError {
    TestSentinel sentinel = quorum("forget-replicas-after mymaster 60000");
    sentinel.primaryAt("10.0.0.1", "10.0.0.3").silent("10.0.0.2:6379").run(90_000);
    assertEquals("1", sentinel.field("num-slaves"));
    assertTrue(sentinel.channels().contains("-slave"));
  }

  @Test
  void runsScriptsAgainOnlyWhenTheyAskForIt() throws ConfigFileError {
    TestSentinel sentinel = TestSentinel.watching("notification-script mymaster /bin/tell");
    sentinel.run(200);
    assertEquals(
        List.of(
            new SentinelEffect.RunScript(
                1, List.of("/bin/tell", "+monitor", "master mymaster 10.0.0.1 6379 quorum 2"))),
        sentinel.others.stream().limit(1).toList());
    sentinel.machine.on(new SentinelEvent.ScriptEnded(1, 1, 0), sentinel.nowMs, e -> {});
    sentinel.run(29_000);
    assertEquals(1, runsOf(sentinel, 1));
    sentinel.run(2000);
    assertEquals(2, runsOf(sentinel, 1));
    sentinel.machine.on(new SentinelEvent.ScriptEnded(1, 2, 0), sentinel.nowMs, e -> {});
    sentinel.run(200_000);
    assertEquals(2, runsOf(sentinel, 1));
  }

  private static long runsOf(TestSentinel sentinel, long job) {
    return sentinel.others.stream()
        .filter(e -> e instanceof SentinelEffect.RunScript(long id, var command) && id == job)
        .count();
  }

  @Test
  void explainsItself() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    sentinel.silent("10.0.0.1:6379").run(1900);
    String why = sentinel.ask(admin -> admin.why("mymaster")).toString();
    assertTrue(why.contains("the primary is down (SDOWN)"), why);
    assertTrue(why.contains("it is not agreed (no ODOWN): 1 of 2"), why);
    assertTrue(why.contains("replica 10.0.0.3:6379 would be promoted: priority 100"), why);
  }

  @Test
  void resetForgetsAllButTheName() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    assertEquals(new Answer.Int(1), sentinel.ask(admin -> admin.reset(Bytes.of("my*"))));
    assertEquals("0", sentinel.field("num-slaves"));
    assertEquals("0", sentinel.field("num-other-sentinels"));
  }

  @Test
  void refusesLinesThatMakeNoSense() {
    for (String[] bad :
        new String[][] {
          {"monitor m 10.0.0.1 1 0", "Quorum must be 1 or greater."},
          {"monitor m host 1 1", "Can't resolve instance hostname."},
          {"monitor m 10.0.0.1 70000 1", "Invalid port number."},
          {"down-after-milliseconds x 1", "No such master with specified name."},
          {"myid abc", "Malformed Sentinel id in myid option."},
          {"resolve-hostnames maybe", "Please specify yes or no for the resolve-hostnames option."},
          {"nonsense x", "Unrecognized sentinel configuration statement."}
        }) {
      ConfigFileError error =
          assertThrows(ConfigFileError.class, () -> new TestSentinel(bad[0]), bad[0]);
      assertEquals(bad[1], error.reason());
      assertTrue(error.report().contains("at line 1\n>>> 'sentinel " + bad[0]), error.report());
    }
  }

  @Test
  void readsLinesInAnyOrder() throws ConfigFileError {
    TestSentinel sentinel =
        new TestSentinel(
            "down-after-milliseconds m 5",
            "known-replica m 10.0.0.2 6379",
            "monitor m 10.0.0.1 6379 1");
    assertEquals(
        new Answer.Items(List.of(new Answer.Bulk("10.0.0.1"), new Answer.Bulk("6379"))),
        sentinel.ask(admin -> admin.addressOf("m")));
  }

  @Test
  void setReportsTheFirstMistakeAndKeepsWhatWasBeforeIt() throws ConfigFileError {
    TestSentinel sentinel = quorum();
    assertEquals(
        new Answer.Failure("ERR Invalid argument '-20' for SENTINEL SET 'quorum'"),
        sentinel.ask(
            admin -> admin.set("mymaster", List.of("parallel-syncs", "3", "quorum", "-20"))));
    assertEquals("3", sentinel.field("parallel-syncs"));
    assertEquals("2", sentinel.field("quorum"));
    assertEquals(
        new Answer.Failure("ERR Unknown option or number of arguments for SENTINEL SET 'x'"),
        sentinel.ask(admin -> admin.set("mymaster", List.of("x", "y"))));
  }
}
