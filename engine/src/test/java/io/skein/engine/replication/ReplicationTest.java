package io.skein.engine.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.DisklessLoad;
import org.junit.jupiter.api.Test;

class ReplicationTest {
  private static final PrimarySettings DISKLESS = Settings.diskless(0);
  private static final PrimarySettings DISK = Settings.disk();

  private final TestNet net = new TestNet(1);

  @Test
  void copiesDataAndThenFollowsByAStreamedSnapshot() {
    follows(DISKLESS, DisklessLoad.DISABLED, "begin FILE -1");
  }

  @Test
  void copiesDataAndThenFollowsByAFile() {
    follows(DISK, DisklessLoad.DISABLED, "begin FILE 26");
  }

  @Test
  void loadsStraightIntoAnEmptyDatabase() {
    follows(DISKLESS, DisklessLoad.ON_EMPTY_DB, "begin DIRECT -1");
  }

  @Test
  void loadsBesideTheOldDataWithSwapdb() {
    follows(DISK, DisklessLoad.SWAPDB, "begin SWAP 26");
  }

  private void follows(PrimarySettings settings, DisklessLoad load, String begin) {
    TestNode a = net.add(settings);
    TestNode b = net.add(settings, load);
    a.set(0, "old", "1");
    a.set(3, "other", "2");
    b.follow(a);
    net.run(3000);
    assertEquals(a.data, b.data);
    assertEquals(java.util.List.of(begin, "loaded"), b.loads);
    assertEquals(ReplicaState.CONNECTED, b.replica.state());
    a.set(3, "new", "3");
    a.set(0, "new", "4");
    net.settle();
    assertInStep(a, b);
    assertEquals("4", b.data.get("0/new"));
    assertEquals(1, a.primary.counts().full());
    assertEquals(LinkState.ONLINE, a.primary.replicas(net.nowMs).getFirst().state());
  }

  @Test
  void writesDuringTheSnapshotArriveAfterIt() {
    for (PrimarySettings settings : new PrimarySettings[] {DISKLESS, DISK}) {
      TestNode a = net.add(settings);
      TestNode b = net.add(settings);
      a.set(0, "k", "before");
      a.holdSnapshots = true;
      b.follow(a);
      net.run(2000);
      assertEquals(ReplicaState.TRANSFER == b.replica.state(), true);
      a.set(0, "k", "during");
      a.set(5, "k", "during");
      net.run(2000);
      a.releaseSnapshot();
      net.run(2000);
      assertInStep(a, b);
      assertEquals("during", b.data.get("5/k"));
    }
  }

  @Test
  void replicasThatWaitShareOneSnapshot() {
    TestNode a = net.add(Settings.diskless(5));
    TestNode b = net.add(DISK);
    TestNode c = net.add(DISK);
    a.set(0, "k", "v");
    b.follow(a);
    net.run(2000);
    c.follow(a);
    net.run(2000);
    assertEquals(LinkState.WAITING, a.primary.replicas(net.nowMs).getFirst().state());
    net.run(3000);
    assertInStep(a, b);
    assertInStep(a, c);
    assertEquals(1, a.lines.stream().filter(l -> l.startsWith("Starting BGSAVE")).count());
  }

  @Test
  void aReplicaJoinsASnapshotThatIsBeingSavedToAFile() {
    TestNode a = net.add(DISK);
    TestNode b = net.add(DISK);
    TestNode c = net.add(DISK);
    a.set(0, "k", "v");
    a.holdSnapshots = true;
    b.follow(a);
    net.run(1000);
    a.set(0, "k", "w");
    c.follow(a);
    net.run(1000);
    a.releaseSnapshot();
    net.run(2000);
    assertInStep(a, b);
    assertInStep(a, c);
    assertEquals("w", c.data.get("0/k"));
    assertEquals(1, a.lines.stream().filter(l -> l.startsWith("Starting BGSAVE")).count());
  }

  @Test
  void goesOnFromWhereItStoodAfterACutAtEveryByte() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    b.follow(a);
    a.set(0, "k", "v");
    net.run(2000);
    long from = a.log.offset();
    writeSome(a);
    net.settle();
    long length = a.log.offset() - from;
    assertTrue(length > 200);
    for (int at = 1; at <= length; at++) {
      int before = a.primary.counts().partial();
      net.cutAfterBytes = at;
      writeSome(a);
      net.run(100);
      assertEquals(before + 1, a.primary.counts().partial(), "cut after " + at);
      assertInStep(a, b);
    }
    assertEquals(1, a.primary.counts().full());
  }

  private static void writeSome(TestNode a) {
    a.set(1, "one", "first");
    byte[] multi = Wire.command("MULTI");
    a.log.append(multi, 0, multi.length);
    a.set(1, "two", "second");
    a.set(1, "three", "third");
    byte[] exec = Wire.command("EXEC");
    a.log.append(exec, 0, exec.length);
    a.set(2, "four", "fourth");
    a.set(0, "five", "fifth");
  }

  @Test
  void fallsBackToAFullSyncWhenTheBacklogIsTooShort() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    a.log.backlogSize(100);
    b.follow(a);
    net.run(2000);
    a.set(0, "k", "v");
    net.run(100);
    net.silence(b);
    for (int i = 0; i < 20; i++) {
      a.set(0, "k" + i, "v");
    }
    net.run(70_000);
    assertInStep(a, b);
    assertEquals(2, a.primary.counts().full());
    assertEquals(1, a.primary.counts().partialRefused());
  }

  @Test
  void aChainHasTheSameOffsetsAndBytes() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    TestNode c = net.add(DISKLESS);
    a.set(4, "k", "v");
    b.follow(a);
    net.run(2000);
    c.follow(b);
    a.set(4, "k", "w");
    a.set(4, "k", "x");
    net.run(3000);
    a.set(4, "k", "y");
    net.run(12_000);
    assertInStep(a, b);
    assertInStep(a, c);
    assertEquals(a.log.replid(), c.log.replid());
    assertEquals("y", c.data.get("4/k"));
  }

  @Test
  void aChainedReplicaWaitsUntilItsPrimaryHasALink() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    TestNode c = net.add(DISKLESS);
    a.holdSnapshots = true;
    a.set(0, "k", "v");
    b.follow(a);
    net.run(1000);
    c.follow(b);
    net.run(3000);
    assertTrue(c.saw("Master is currently unable to PSYNC"));
    assertEquals(ReplicaState.CONNECT, c.replica.state());
    a.releaseSnapshot();
    net.run(4000);
    assertInStep(a, c);
  }

  @Test
  void afterAPromotionTheSiblingAndTheOldPrimaryGoOnWithoutAFullSync() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    TestNode c = net.add(DISKLESS);
    a.set(0, "k", "v");
    b.follow(a);
    c.follow(a);
    net.run(3000);
    a.set(2, "k", "w");
    net.settle();
    String old = a.log.replid();
    b.promote();
    assertEquals(old, b.log.replid2());
    assertEquals(b.log.offset() + 1, b.log.secondOffset());
    assertNotEquals(old, b.log.replid());
    c.follow(b);
    a.follow(b);
    net.run(2000);
    b.set(2, "k", "x");
    net.run(1000);
    assertInStep(b, c);
    assertInStep(b, a);
    assertEquals("x", a.data.get("2/k"));
    assertEquals(b.log.replid(), c.log.replid());
    assertEquals(0, b.primary.counts().full());
    assertEquals(2, b.primary.counts().partial());
  }

  @Test
  void anOldPrimaryThatWroteMoreThanItsReplicaSawIsNotContinued() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    a.set(0, "k", "v");
    b.follow(a);
    net.run(3000);
    net.silence(b);
    a.set(0, "lost", "1");
    b.promote();
    a.follow(b);
    net.run(70_000);
    assertInStep(b, a);
    assertFalse(a.data.containsKey("0/lost"));
    assertEquals(1, b.primary.counts().full());
  }

  @Test
  void aNewNameOfTheHistoryReachesChainedReplicas() {
    TestNode a = net.add(DISKLESS);
    TestNode b = net.add(DISKLESS);
    TestNode c = net.add(DISKLESS);
    TestNode d = net.add(DISKLESS);
    a.set(0, "k", "v");
    b.follow(a);
    c.follow(a);
    net.run(2000);
    d.follow(c);
    net.run(2000);
    b.promote();
    c.follow(b);
    net.run(2000);
    b.set(0, "k", "w");
    net.run(2000);
    assertInStep(b, c);
    assertInStep(b, d);
    assertEquals(b.log.replid(), d.log.replid());
    assertEquals(1, c.primary.counts().partial());
  }

  private static void assertInStep(TestNode primary, TestNode replica) {
    assertEquals(primary.log.offset(), replica.log.offset());
    assertEquals(primary.log.replid(), replica.log.replid());
    assertEquals(primary.data, replica.data);
  }
}
