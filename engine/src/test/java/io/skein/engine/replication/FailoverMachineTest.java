package io.skein.engine.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.replication.FailoverEvent.Target;
import org.junit.jupiter.api.Test;

class FailoverMachineTest {
  private final TestNet net = new TestNet(7);
  private final TestNode a = net.add(Settings.diskless(0));
  private final TestNode b = net.add(Settings.diskless(0));
  private final TestNode c = net.add(Settings.diskless(0));

  private void start() {
    a.set(0, "k", "1");
    b.follow(a);
    net.run(3000);
    c.follow(a);
    net.run(3000);
  }

  @Test
  void handsOverToTheReplicaThatIsAskedFor() {
    start();
    a.set(0, "k", "2");
    assertNull(a.failover(a.known(c), 0, false));
    assertEquals("waiting-for-sync", a.failover.state().label());
    assertThrows(IllegalStateException.class, () -> a.set(0, "k", "lost"));
    net.run(3000);
    assertEquals(FailoverState.NONE, a.failover.state());
    assertTrue(c.replica.isPrimary());
    assertEquals(ReplicaState.CONNECTED, a.replica.state());
    assertFalse(a.writesHeld);
    assertEquals(0, c.primary.counts().full());
    assertEquals(1, c.primary.counts().partial());
    c.set(0, "k", "3");
    net.run(100);
    assertEquals(c.data, a.data);
    assertEquals(c.log.offset(), a.log.offset());
  }

  @Test
  void handsOverToWhoeverHasCaughtUpFirst() {
    start();
    net.silence(b);
    a.set(0, "k", "2");
    assertNull(a.failover(null, 0, false));
    net.run(3000);
    assertTrue(c.replica.isPrimary());
    assertEquals(c.data, a.data);
    assertTrue(a.saw("FAILOVER requested to any replica."));
  }

  @Test
  void worksBeforeAnythingWasEverWritten() {
    b.follow(a);
    net.run(3000);
    assertNull(a.failover(null, 0, false));
    net.run(3000);
    assertTrue(b.replica.isPrimary());
    assertEquals(1, b.primary.counts().partial());
    assertEquals(0, b.primary.counts().full());
  }

  @Test
  void givesUpWhenTheReplicaDoesNotCatchUpInTime() {
    start();
    Target target = a.known(b);
    net.silence(b);
    a.set(0, "k", "2");
    assertNull(a.failover(target, 500, false));
    net.run(400);
    assertEquals(FailoverState.WAIT_FOR_SYNC, a.failover.state());
    net.run(300);
    assertEquals(FailoverState.NONE, a.failover.state());
    assertTrue(a.replica.isPrimary());
    assertTrue(a.saw("aborted: Replica never caught up before timeout"));
    a.set(0, "k", "3");
  }

  @Test
  void takesAReplicaThatLagsWhenItIsForced() {
    start();
    net.stalled = true;
    a.set(0, "k", "2");
    assertNull(a.failover(a.known(b), 500, true));
    net.run(400);
    assertEquals(FailoverState.WAIT_FOR_SYNC, a.failover.state());
    net.stalled = false;
    // What lags comes before the link of the failover does.
    net.silence(c);
    net.run(5000);
    assertEquals(FailoverState.NONE, a.failover.state());
    assertTrue(b.replica.isPrimary());
    assertEquals(b.data, a.data);
  }

  @Test
  void doesNotSendPingsWhileItWaits() {
    start();
    Target target = a.known(b);
    net.silence(b);
    a.set(0, "k", "2");
    assertNull(a.failover(target, 0, false));
    long offset = a.log.offset();
    a.primary.requestAcks();
    net.run(30_000);
    assertEquals(offset, a.log.offset());
    a.failoverEvent(new FailoverEvent.Abort("Failover manually aborted"));
    net.run(30_000);
    assertTrue(a.log.offset() > offset);
  }

  @Test
  void isAPrimaryAgainWhenItIsAborted() {
    start();
    Target target = a.known(b);
    net.silence(b);
    a.set(0, "k", "2");
    String history = a.log.replid();
    assertNull(a.failover(target, 100, true));
    net.nowMs += 200;
    a.tick();
    assertEquals("failover-in-progress", a.failover.state().label());
    assertFalse(a.replica.isPrimary());
    assertTrue(a.saw("time out exceeded, failing over."));
    a.failoverEvent(new FailoverEvent.Abort("Failover manually aborted"));
    // Until the replica finds its link silent for too long.
    net.run(70_000);
    assertEquals(FailoverState.NONE, a.failover.state());
    assertFalse(a.writesHeld);
    assertTrue(a.replica.isPrimary());
    assertEquals(history, a.log.replid2());
    assertEquals("2", b.data.get("0/k"));
  }

  @Test
  void isAPrimaryAgainWhenTheTargetRefuses() {
    start();
    a.set(0, "k", "2");
    net.run(1500);
    Target target = a.known(b);
    assertNull(a.failover(target, 0, false));
    a.tick();
    assertEquals(FailoverState.IN_PROGRESS, a.failover.state());
    b.promote();
    net.run(3000);
    assertEquals(FailoverState.NONE, a.failover.state());
    assertTrue(a.replica.isPrimary());
    assertFalse(a.writesHeld);
    assertEquals("2", a.data.get("0/k"));
  }

  @Test
  void doesNotTakeALostAnswerForARefusal() {
    start();
    a.set(0, "k", "2");
    net.run(1500);
    assertNull(a.failover(a.known(b), 0, false));
    while (!b.replica.isPrimary()) {
      if (!net.step()) {
        net.run(100);
      }
    }
    // It has taken over, and we shall never hear of it.
    net.cutLinksOf(a);
    b.set(0, "k", "3");
    net.run(5000);
    assertEquals(FailoverState.NONE, a.failover.state());
    assertFalse(a.replica.isPrimary());
    assertEquals(b.data, a.data);
    assertEquals(0, b.primary.counts().full());
  }

  @Test
  void neverHasTwoPrimariesWhereverLinksBreak() {
    for (int seed = 0; seed < 60; seed++) {
      TestNet lossy = new TestNet(seed);
      TestNode first = lossy.add(Settings.diskless(0));
      TestNode second = lossy.add(Settings.diskless(0));
      first.set(0, "k", "1");
      second.follow(first);
      lossy.run(3000);
      first.set(0, "k", "2");
      lossy.run(1500);
      assertNull(first.failover(null, 0, false));
      int breakAt = lossy.random.nextInt(60);
      for (int i = 0; first.failover.isActive() && i < 2000; i++) {
        if (i == breakAt) {
          lossy.cutLinksOf(first);
        }
        if (!lossy.step()) {
          lossy.run(100);
        }
        boolean two = first.replica.isPrimary() && second.replica.isPrimary();
        assertFalse(two, "two primaries, seed " + seed);
      }
      lossy.run(5000);
      assertTrue(second.replica.isPrimary(), "seed " + seed);
      second.set(0, "k", "3");
      lossy.run(1500);
      assertEquals(second.data, first.data, "seed " + seed);
      assertEquals(0, second.primary.counts().full(), "seed " + seed);
    }
  }

  @Test
  void objectsToWhatCannotBe() {
    Target nobody = new Target("10.0.0.9", 1);
    assertEquals("ERR FAILOVER requires connected replicas.", a.failover(null, 0, false));
    start();
    assertEquals("ERR FAILOVER is not valid when server is a replica.", b.failover(null, 0, false));
    assertEquals(
        "ERR FAILOVER target HOST and PORT is not a replica.", a.failover(nobody, 0, false));
    String force = "ERR FAILOVER with force option requires both a timeout and target HOST and IP.";
    assertEquals(force, a.failover(a.known(b), 0, true));
    assertEquals(force, a.failover(null, 10, true));
    a.holdSnapshots = true;
    TestNode d = net.add(Settings.diskless(0));
    d.follow(a);
    net.run(500);
    assertEquals("ERR FAILOVER target replica is not online.", a.failover(a.known(d), 0, false));
    assertNotNull(a.known(b));
    net.silence(b);
    net.silence(c);
    a.set(0, "k", "2");
    assertNull(a.failover(null, 0, false));
    assertEquals("ERR FAILOVER already in progress.", a.failover(null, 0, false));
  }
}
