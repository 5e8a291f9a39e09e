package io.skein.engine.cluster.migration;

import io.skein.engine.machine.Invariant;
import io.skein.engine.machine.Machine;
import java.util.function.Consumer;

/// The decisions of the node that takes slots over; see [Export] for the conversation.
///
/// What comes is staged, and nobody sees it. When the source gives the slots away they are claimed:
/// the control plane persists that and tells everybody, then the keys become visible, all before
/// anybody else is served. Whatever goes wrong before leaves the slots with the source, and what
/// was staged is dropped; once that was decided the source is told so, and no claim follows.
///
/// *States*: [ImportState].
///
/// *Invariants*: what was granted is claimed at once or never.
public final class Import implements Machine<ImportEvent, ImportEffect> {
  /// After so long the source may have taken the slots back.
  private static final long GRANT_MS = 5000;

  /// For how long replicas may take to confirm what came; they may be away.
  private static final long SAFE_MS = 1000;

  private final Migration migration;
  private final long createdMs;
  private long silenceMs;
  private ImportState state = ImportState.WAITING_FOR_ACK;
  private String message = "";
  private long updatedMs;
  private long heardMs;
  private long askedMs;
  private boolean ready;

  /// @param silenceMs for how long the source may say nothing
  public Import(Migration migration, long silenceMs, long nowMs) {
    this.migration = migration;
    this.silenceMs = silenceMs;
    createdMs = nowMs;
    updatedMs = nowMs;
    heardMs = nowMs;
  }

  public Migration migration() {
    return migration;
  }

  public ImportState state() {
    return state;
  }

  /// Takes note of the setting.
  public void silenceMs(long changed) {
    silenceMs = changed;
  }

  /// Takes note that something has come.
  public void heard(long nowMs) {
    heardMs = nowMs;
  }

  /// Whether [ImportEvent.Safe] is waited for, and for longer than replicas may take.
  public boolean isImpatient(long nowMs) {
    return nowMs - askedMs >= SAFE_MS;
  }

  /// What can be seen of it.
  public MigrationStatus status() {
    return new MigrationStatus(
        migration, createdMs, updatedMs, heardMs, state.wireName(), message, 0);
  }

  @Override
  public void on(ImportEvent event, long nowMs, Consumer<ImportEffect> effects) {
    if (state.isOver()) {
      return;
    }
    heardMs = nowMs;
    switch (event) {
      case ImportEvent.Marked e -> {
        if (state == ImportState.WAITING_FOR_ACK) {
          become(ImportState.RECEIVING_SNAPSHOT, nowMs, effects);
        }
        effects.accept(new ImportEffect.Answer("+MARK " + e.number()));
      }
      case ImportEvent.SnapshotEnded _ -> {
        if (state.compareTo(ImportState.RECEIVING_SNAPSHOT) > 0) {
          fail("Unexpected state machine transition", nowMs, effects);
        } else {
          become(ImportState.WAITING_FOR_PAUSED, nowMs, effects);
        }
      }
      case ImportEvent.Paused _ -> {
        if (state != ImportState.WAITING_FOR_PAUSED) {
          fail("Unexpected state machine transition", nowMs, effects);
        } else {
          askedMs = nowMs;
          become(ImportState.FAILOVER_REQUESTED, nowMs, effects);
          effects.accept(new ImportEffect.AwaitSafety());
        }
      }
      case ImportEvent.Safe e -> {
        if (state == ImportState.FAILOVER_REQUESTED && !ready) {
          ready = true;
          askedMs = nowMs;
          effects.accept(new ImportEffect.Answer("+READY " + e.epoch()));
        }
      }
      case ImportEvent.Granted e -> granted(e.epoch(), nowMs, effects);
      case ImportEvent.EpochPassed e -> {
        if (state == ImportState.FAILOVER_GRANTED) {
          effects.accept(new ImportEffect.Answer("+READY " + e.epoch()));
        }
      }
      case ImportEvent.Claimed _ -> claimed(nowMs, effects);
      case ImportEvent.Failed e -> fail(e.reason(), nowMs, effects);
      case ImportEvent.Closed _ ->
          fail(
              "Connection lost to source. Check CLUSTER GETSLOTMIGRATIONS on the source node for"
                  + " more information.",
              nowMs,
              effects);
    }
  }

  private void granted(long epoch, long nowMs, Consumer<ImportEffect> effects) {
    if (state == ImportState.FAILOVER_REQUESTED && ready) {
      become(ImportState.FAILOVER_GRANTED, nowMs, effects);
    } else if (state != ImportState.FAILOVER_GRANTED) {
      fail("Unexpected state machine transition", nowMs, effects);
      return;
    }
    if (nowMs - askedMs >= GRANT_MS) {
      fail("The slots were granted too late", nowMs, effects);
    } else {
      effects.accept(new ImportEffect.Claim(epoch));
    }
  }

  private void claimed(long nowMs, Consumer<ImportEffect> effects) {
    Invariant.check(state == ImportState.FAILOVER_GRANTED, "only what was granted is claimed");
    effects.accept(new ImportEffect.Publish());
    effects.accept(new ImportEffect.Answer("+CLAIMED"));
    effects.accept(
        new ImportEffect.Log(
            "Slot migration "
                + migration
                + " completed successfully. This node is now the owner of the slots"));
    become(ImportState.SUCCESS, nowMs, effects);
  }

  private void fail(String reason, long nowMs, Consumer<ImportEffect> effects) {
    message = reason;
    become(ImportState.FAILED, nowMs, effects);
    effects.accept(new ImportEffect.Drop());
    effects.accept(new ImportEffect.Answer("-ERR " + reason));
    effects.accept(new ImportEffect.Close());
    effects.accept(new ImportEffect.Log("Slot migration " + migration + " failed: " + reason));
  }

  @Override
  public void tick(long nowMs, Consumer<ImportEffect> effects) {
    if (state.isOver()) {
      return;
    }
    boolean waits =
        state == ImportState.FAILOVER_REQUESTED || state == ImportState.FAILOVER_GRANTED;
    if (waits && ready && nowMs - askedMs >= 2 * GRANT_MS) {
      fail("The source did not grant the slots in time", nowMs, effects);
    } else if (nowMs - heardMs > silenceMs) {
      fail("Timed out after too long with no interaction", nowMs, effects);
    }
  }

  @Override
  public long nextDeadlineMs() {
    return state.isOver() ? Long.MAX_VALUE : heardMs + silenceMs;
  }

  private void become(ImportState next, long nowMs, Consumer<ImportEffect> effects) {
    boolean inOrder =
        next == ImportState.FAILED
            || next == ImportState.SUCCESS && state == ImportState.FAILOVER_GRANTED
            || next.compareTo(state) > 0 && next.compareTo(ImportState.FAILOVER_GRANTED) <= 0;
    Invariant.check(!state.isOver() && inOrder, "a migration goes on in the order of its states");
    effects.accept(
        new ImportEffect.Log(
            "Slot migration "
                + migration
                + " state transition: "
                + state.wireName()
                + " -> "
                + next.wireName()));
    state = next;
    updatedMs = nowMs;
  }

  @Override
  public String toString() {
    return migration + " " + state.wireName();
  }
}
