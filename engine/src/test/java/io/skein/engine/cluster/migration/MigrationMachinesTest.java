package io.skein.engine.cluster.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.migration.ExportEffect.Holding;
import io.skein.engine.cluster.migration.ExportEvent.Owner;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MigrationMachinesTest {
  private static final Migration MIGRATION =
      new Migration(
          "a".repeat(40),
          true,
          new SlotRanges(List.of(new SlotRange(3, 5))),
          "s".repeat(40),
          "t".repeat(40));
  private static final ExportLimits LIMITS = new ExportLimits(60_000, 5000, 20_000, 0);

  private final List<ExportEffect> effects = new ArrayList<>();
  private Export export = new Export(MIGRATION, List.of(), LIMITS, 0);
  private long nowMs;

  private void on(ExportEvent event) {
    export.on(event, nowMs, effects::add);
  }

  private void tick(long ms) {
    nowMs += ms;
    export.tick(nowMs, effects::add);
  }

  private boolean sent(String... words) {
    List<String> all = new ArrayList<>(List.of("CLUSTER", "SYNCSLOTS"));
    all.addAll(List.of(words));
    return effects.contains(new ExportEffect.Send(all));
  }

  private void untilReplicating() {
    export.start(effects::add);
    on(new ExportEvent.Opened());
    on(new ExportEvent.Answered("+OK"));
    assertTrue(effects.contains(new ExportEffect.BeginSnapshot()));
    on(new ExportEvent.SnapshotBegun());
    on(new ExportEvent.SnapshotSent());
    assertTrue(sent("SNAPSHOT-EOF"));
    assertEquals(ExportState.REPLICATING, export.state());
  }

  @Test
  void givesTheSlotsAwayUnderAnEpochLaterThanAnyKnown() {
    untilReplicating();
    export.cluster(7, true, false, nowMs);
    tick(0);
    assertTrue(effects.contains(new ExportEffect.Hold(Holding.WRITES)));
    assertTrue(sent("PAUSED"));
    on(new ExportEvent.Answered("+READY 12"));
    assertTrue(sent("GRANTED", "15"));
    assertTrue(
        effects.indexOf(new ExportEffect.Hold(Holding.ALL)) < effects.size() - 1, "held first");
    assertFalse(export.canBeCancelled());
    on(new ExportEvent.OwnerSeen(Owner.MYSELF));
    assertEquals(ExportState.FAILOVER_GRANTED, export.state());
    on(new ExportEvent.OwnerSeen(Owner.TARGET));
    assertEquals(ExportState.SUCCESS, export.state());
    assertTrue(effects.contains(new ExportEffect.End()));
  }

  @Test
  void waitsWithThePauseUntilLittleIsLeft() {
    untilReplicating();
    export.flow(1, 1);
    tick(100);
    assertEquals(ExportState.REPLICATING, export.state());
    export.flow(0, 2_000_000);
    tick(100);
    assertEquals(ExportState.REPLICATING, export.state());
    export.flow(0, 1000);
    tick(100);
    assertEquals(ExportState.FAILOVER_PAUSED, export.state());
  }

  @Test
  void goesOnWhenTheTargetIsNotReadyInTime() {
    untilReplicating();
    tick(0);
    tick(5000);
    assertEquals(ExportState.FAILED, export.state());
    assertEquals("Timed out before streaming completed", export.status().message());
  }

  @Test
  void takesTheSlotsBackFromATargetThatDiedOnlyAfterAWhile() {
    untilReplicating();
    tick(0);
    on(new ExportEvent.Answered("+READY 1"));
    on(new ExportEvent.Closed("reset"));
    assertEquals(ExportState.FAILOVER_GRANTED, export.state());
    export.cluster(3, true, true, nowMs);
    tick(500);
    assertEquals(ExportState.FAILOVER_GRANTED, export.state());
    tick(600);
    assertEquals(ExportState.FAILED, export.state());
    assertTrue(effects.contains(new ExportEffect.Reclaim(3)));
  }

  @Test
  void takesNothingBackWhileItCannotKnow() {
    untilReplicating();
    tick(0);
    on(new ExportEvent.Answered("+READY 1"));
    export.cluster(3, false, false, nowMs);
    tick(100_000);
    assertEquals(ExportState.FAILOVER_GRANTED, export.state());
    export.cluster(3, true, false, nowMs);
    tick(1);
    assertEquals(ExportState.FAILED, export.state());
  }

  @Test
  void givesNothingAwayWhileTheClusterIsDown() {
    untilReplicating();
    export.cluster(3, false, false, nowMs);
    tick(100);
    assertEquals(ExportState.REPLICATING, export.state());
    export.cluster(3, true, false, nowMs);
    tick(100);
    export.cluster(3, false, false, nowMs);
    on(new ExportEvent.Answered("+READY 1"));
    assertEquals(ExportState.FAILED, export.state());
  }

  /// Whatever happens in whatever order: nothing is granted before everything is held, and when it
  /// is over nothing is held and nothing more is sent.
  @Test
  void whateverHappensNothingIsGrantedThatIsNotHeld() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      effects.clear();
      nowMs = 0;
      export = new Export(MIGRATION, random.nextBoolean() ? List.of("p") : List.of(), LIMITS, 0);
      export.start(effects::add);
      for (int i = 0; i < 40; i++) {
        export.flow(random.nextInt(2), random.nextInt(2));
        export.cluster(random.nextInt(50), random.nextInt(5) > 0, random.nextInt(4) == 0, nowMs);
        if (random.nextInt(4) == 0) {
          tick(random.nextInt(3000));
        } else {
          on(any(random));
        }
      }
      check(seed);
    }
  }

  private ExportEvent any(Random random) {
    String[] lines = {
      "+OK", "+MARK 1", "+READY 9", "+READY x", "+READY 99999999999999999999", "-ERR no"
    };
    return switch (random.nextInt(12)) {
      case 0 ->
          export.state() == ExportState.CONNECTING
              ? new ExportEvent.Opened()
              : new ExportEvent.OwnerSeen(Owner.MYSELF);
      case 1, 2, 3, 4 -> new ExportEvent.Answered(lines[random.nextInt(lines.length - 1)]);
      case 5 ->
          export.state() == ExportState.WAITING_TO_SNAPSHOT
              ? new ExportEvent.SnapshotBegun()
              : new ExportEvent.OwnerSeen(Owner.MYSELF);
      case 6 ->
          export.state() == ExportState.SNAPSHOTTING
              ? new ExportEvent.SnapshotSent()
              : new ExportEvent.OwnerSeen(Owner.MYSELF);
      case 7 ->
          new ExportEvent.OwnerSeen(
              random.nextInt(4) == 0 ? Owner.values()[random.nextInt(3)] : Owner.MYSELF);
      case 8 ->
          random.nextInt(8) == 0
              ? new ExportEvent.Closed("x")
              : new ExportEvent.OwnerSeen(Owner.MYSELF);
      case 9 ->
          random.nextInt(8) == 0
              ? new ExportEvent.Cancelled()
              : new ExportEvent.Answered(lines[random.nextInt(lines.length)]);
      default -> new ExportEvent.OwnerSeen(Owner.MYSELF);
    };
  }

  private void check(long seed) {
    Holding holding = Holding.NOTHING;
    boolean over = false;
    for (ExportEffect effect : effects) {
      if (effect instanceof ExportEffect.Hold hold) {
        holding = hold.what();
      }
      if (effect instanceof ExportEffect.Send send) {
        assertFalse(over, "seed " + seed);
        if (send.words().contains("GRANTED")) {
          assertEquals(Holding.ALL, holding, "seed " + seed);
        }
      }
      over |= effect instanceof ExportEffect.End;
    }
    assertEquals(export.state().isOver(), over, "seed " + seed);
  }

  @Test
  void theTargetClaimsOnlyWhatWasGrantedInTime() {
    List<ImportEffect> seen = new ArrayList<>();
    Import to = new Import(MIGRATION, 60_000, 0);
    to.on(new ImportEvent.Marked("7"), 1, seen::add);
    assertTrue(seen.contains(new ImportEffect.Answer("+MARK 7")));
    to.on(new ImportEvent.SnapshotEnded(), 2, seen::add);
    to.on(new ImportEvent.Paused(), 3, seen::add);
    assertTrue(seen.contains(new ImportEffect.AwaitSafety()));
    to.on(new ImportEvent.Safe(4), 4, seen::add);
    assertTrue(seen.contains(new ImportEffect.Answer("+READY 4")));
    to.on(new ImportEvent.Granted(7), 5004, seen::add);
    assertEquals(ImportState.FAILED, to.state());
    assertTrue(seen.contains(new ImportEffect.Drop()));
    assertFalse(seen.contains(new ImportEffect.Claim(7)));
  }

  @Test
  void theTargetClaimsNothingThatWasNotGranted() {
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      List<ImportEffect> seen = new ArrayList<>();
      Import to = new Import(MIGRATION, 60_000, 0);
      boolean granted = false;
      for (int i = 0; i < 25; i++) {
        int kind = random.nextInt(9);
        boolean mayClaim = to.state() == ImportState.FAILOVER_GRANTED;
        granted |= kind == 4;
        ImportEvent event =
            switch (kind) {
              case 0 -> new ImportEvent.Marked("1");
              case 1 -> new ImportEvent.SnapshotEnded();
              case 2 -> new ImportEvent.Paused();
              case 3 -> new ImportEvent.Safe(3);
              case 4 -> new ImportEvent.Granted(5);
              case 5 -> mayClaim ? new ImportEvent.Claimed() : new ImportEvent.Marked("2");
              case 6 -> new ImportEvent.EpochPassed(6);
              case 7 ->
                  random.nextInt(6) == 0 ? new ImportEvent.Closed() : new ImportEvent.Marked("3");
              default -> new ImportEvent.Marked("4");
            };
        to.on(event, i, seen::add);
      }
      boolean claims = seen.stream().anyMatch(e -> e instanceof ImportEffect.Claim);
      assertTrue(granted || !claims, "seed " + seed);
      assertFalse(
          seen.contains(new ImportEffect.Publish()) && seen.contains(new ImportEffect.Drop()),
          "seed " + seed);
    }
  }
}
