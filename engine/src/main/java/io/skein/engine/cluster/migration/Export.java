package io.skein.engine.cluster.migration;

import io.skein.engine.cluster.migration.ExportEffect.Holding;
import io.skein.engine.cluster.migration.ExportEvent.Owner;
import io.skein.engine.cluster.state.EpochOrigin;
import io.skein.engine.machine.Invariant;
import io.skein.engine.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The decisions of the node that gives slots away.
///
/// # The conversation
///
/// Commands go to the target, which answers with lines:
///
/// ```
/// CLUSTER SYNCSLOTS ESTABLISH ...   +OK
/// (commands that make the keys)
/// CLUSTER SYNCSLOTS SNAPSHOT-EOF
/// (commands that were written since)
/// CLUSTER SYNCSLOTS MARK n          +MARK n       now and then: all before it was done
/// CLUSTER SYNCSLOTS PAUSED          +READY epoch  all is there, and safe; the newest epoch known
/// CLUSTER SYNCSLOTS GRANTED epoch   +CLAIMED
/// ```
///
/// # Who owns the slots when something dies
///
/// Until GRANTED the target may not claim them, and whatever fails leaves them here. After it, the
/// slots are the target's as soon as it has persisted its claim, which this node cannot see. It
/// waits, with everything on these slots held back, until the bus shows the claim, or the target
/// says that it will not make it. When neither comes since the target has died, the slots are
/// claimed anew under an epoch later than the one that was granted: should the target come back
/// with a claim on its disk, ours holds. Nobody has been told of that claim, or the bus would have
/// shown it.
///
/// *States*: [ExportState].
///
/// *Invariants*: nothing is granted while clients may write to the slots.
public final class Export implements Machine<ExportEvent, ExportEffect> {
  private static final String LOST =
      "Connection lost to target. Check CLUSTER GETSLOTMIGRATIONS on the target node for more"
          + " information.";

  /// What a target carries out in some milliseconds.
  private static final long MOST_UNCONFIRMED_BYTES = 1024 * 1024;

  private final Migration migration;
  private final List<String> login;
  private ExportLimits limits;
  private ExportState state = ExportState.CONNECTING;
  private String message = "";
  private final long createdMs;
  private long updatedMs;
  private long heardMs;
  private long pausedUntilMs;
  private long unsentBytes;
  private long unconfirmedBytes;
  private long currentEpoch;
  private long grantedEpoch;
  private boolean serving = true;
  private boolean linkGone;

  /// Since when the target is known to have failed, or -1.
  private long deadSinceMs = -1;

  /// @param login the arguments of AUTH, or none
  public Export(Migration migration, List<String> login, ExportLimits limits, long nowMs) {
    this.migration = migration;
    this.login = List.copyOf(login);
    this.limits = limits;
    createdMs = nowMs;
    updatedMs = nowMs;
    heardMs = nowMs;
  }

  /// Begins.
  public void start(Consumer<ExportEffect> effects) {
    effects.accept(new ExportEffect.Connect());
  }

  public Migration migration() {
    return migration;
  }

  public ExportState state() {
    return state;
  }

  /// What can be seen of it; times are those of `nowMs` that this machine was given.
  public MigrationStatus status() {
    return new MigrationStatus(
        migration, createdMs, updatedMs, heardMs, state.wireName(), message, unconfirmedBytes);
  }

  /// Takes note of settings.
  public void limits(ExportLimits changed) {
    limits = changed;
  }

  /// Takes note of how much is on its way.
  ///
  /// @param unsent bytes that have not left
  /// @param unconfirmed bytes that the target has not carried out, as far as it has said
  public void flow(long unsent, long unconfirmed) {
    unsentBytes = unsent;
    unconfirmedBytes = unconfirmed;
  }

  /// Takes note of what the control plane sees.
  ///
  /// @param epoch the newest that is known here
  /// @param serves whether the cluster serves, so that a claim would have reached us
  /// @param targetFailed whether a majority says that the target has failed
  public void cluster(long epoch, boolean serves, boolean targetFailed, long nowMs) {
    currentEpoch = epoch;
    serving = serves;
    if (!targetFailed) {
      deadSinceMs = -1;
    } else if (deadSinceMs < 0) {
      deadSinceMs = nowMs;
    }
  }

  @Override
  public void on(ExportEvent event, long nowMs, Consumer<ExportEffect> effects) {
    if (state.isOver()) {
      return;
    }
    switch (event) {
      case ExportEvent.Opened _ -> opened(nowMs, effects);
      case ExportEvent.Refused e ->
          fail("Unable to connect to target node: " + e.reason(), nowMs, effects);
      case ExportEvent.Closed e -> closed(nowMs, effects);
      case ExportEvent.Answered e -> answered(e.line(), nowMs, effects);
      case ExportEvent.SnapshotBegun _ -> {
        expect(ExportState.WAITING_TO_SNAPSHOT);
        become(ExportState.SNAPSHOTTING, nowMs, effects);
      }
      case ExportEvent.SnapshotSent _ -> {
        expect(ExportState.SNAPSHOTTING);
        effects.accept(command("SNAPSHOT-EOF"));
        become(ExportState.REPLICATING, nowMs, effects);
      }
      case ExportEvent.OwnerSeen e -> ownerSeen(e.owner(), nowMs, effects);
      case ExportEvent.Demoted _ -> fail("I was demoted to a replica", nowMs, effects);
      case ExportEvent.Cancelled _ -> cancel(nowMs, effects);
      case ExportEvent.Failed e -> {
        if (state != ExportState.FAILOVER_GRANTED) {
          fail(e.reason(), nowMs, effects);
        }
      }
    }
  }

  private void expect(ExportState wanted) {
    Invariant.check(state == wanted, "a snapshot that was asked for");
  }

  private void opened(long nowMs, Consumer<ExportEffect> effects) {
    heardMs = nowMs;
    if (login.isEmpty()) {
      establish(nowMs, effects);
    } else {
      List<String> words = new ArrayList<>(login);
      words.addFirst("AUTH");
      effects.accept(new ExportEffect.Send(words));
      become(ExportState.READING_AUTH_RESPONSE, nowMs, effects);
    }
  }

  private void establish(long nowMs, Consumer<ExportEffect> effects) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "CLUSTER",
                "SYNCSLOTS",
                "ESTABLISH",
                "SOURCE",
                migration.sourceId(),
                "NAME",
                migration.name(),
                "SLOTSRANGE"));
    words.addAll(migration.slots().words());
    effects.accept(new ExportEffect.Send(words));
    become(ExportState.READING_ESTABLISH_RESPONSE, nowMs, effects);
  }

  private static ExportEffect command(String... words) {
    List<String> all = new ArrayList<>(List.of("CLUSTER", "SYNCSLOTS"));
    all.addAll(List.of(words));
    return new ExportEffect.Send(all);
  }

  private void answered(String line, long nowMs, Consumer<ExportEffect> effects) {
    heardMs = nowMs;
    if (line.startsWith("-")) {
      refusedBy(line, nowMs, effects);
      return;
    }
    switch (state) {
      case READING_AUTH_RESPONSE -> establish(nowMs, effects);
      case READING_ESTABLISH_RESPONSE -> {
        become(ExportState.WAITING_TO_SNAPSHOT, nowMs, effects);
        effects.accept(new ExportEffect.BeginSnapshot());
      }
      case FAILOVER_PAUSED, FAILOVER_GRANTED -> {
        long epoch = epochOf(line);
        if (epoch >= 0) {
          grant(epoch, nowMs, effects);
        }
      }
      default -> {
        // It confirms what was sent.
      }
    }
  }

  private void refusedBy(String line, long nowMs, Consumer<ExportEffect> effects) {
    String said = line.substring(1);
    fail(
        switch (state) {
          case READING_AUTH_RESPONSE -> "Failed to AUTH to target node: " + said;
          case READING_ESTABLISH_RESPONSE -> "Received error during handshake to target: " + said;
          default -> "The target has given up: " + said;
        },
        nowMs,
        effects);
  }

  /// The epoch of a line that says that the target is ready, or -1.
  private static long epochOf(String line) {
    String head = "+READY ";
    if (!line.startsWith(head) || line.length() > head.length() + 18) {
      return -1;
    }
    try {
      return Long.parseLong(line.substring(head.length()));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /// The target has everything, and nothing changes any more: the slots are given away.
  private void grant(long epochOfTarget, long nowMs, Consumer<ExportEffect> effects) {
    if (!serving) {
      // Who is cut off does not know whether the slots are its own still.
      if (state == ExportState.FAILOVER_PAUSED) {
        fail("The cluster is down", nowMs, effects);
      }
      return;
    }
    grantedEpoch = EpochOrigin.ORDER.after(Math.max(currentEpoch, epochOfTarget));
    if (state == ExportState.FAILOVER_PAUSED) {
      pausedUntilMs = nowMs + limits.claimMs();
      effects.accept(new ExportEffect.Hold(Holding.ALL));
      become(ExportState.FAILOVER_GRANTED, nowMs, effects);
    }
    effects.accept(command("GRANTED", Long.toString(grantedEpoch)));
  }

  private void closed(long nowMs, Consumer<ExportEffect> effects) {
    linkGone = true;
    if (state == ExportState.FAILOVER_GRANTED) {
      effects.accept(
          new ExportEffect.Log(
              "Slot migration "
                  + migration
                  + " connection lost after the slots were granted: waiting for the claim of the"
                  + " target"));
    } else {
      fail(LOST, nowMs, effects);
    }
  }

  private void ownerSeen(Owner owner, long nowMs, Consumer<ExportEffect> effects) {
    boolean granted = state == ExportState.FAILOVER_GRANTED;
    if (granted && owner != Owner.MYSELF) {
      over(ExportState.SUCCESS, "", nowMs, effects);
    } else if (owner != Owner.MYSELF) {
      fail("Slots are no longer owned by myself", nowMs, effects);
    }
  }

  private void cancel(long nowMs, Consumer<ExportEffect> effects) {
    if (state != ExportState.FAILOVER_GRANTED) {
      over(ExportState.CANCELLED, "", nowMs, effects);
    }
  }

  /// Whether it can be called off: not any more when the slots are given away.
  public boolean canBeCancelled() {
    return !state.isOver() && state != ExportState.FAILOVER_GRANTED;
  }

  @Override
  public void tick(long nowMs, Consumer<ExportEffect> effects) {
    switch (state) {
      case REPLICATING -> {
        if (serving && isCloseEnough()) {
          pausedUntilMs = nowMs + limits.pauseMs();
          effects.accept(new ExportEffect.Hold(Holding.WRITES));
          effects.accept(command("PAUSED"));
          become(ExportState.FAILOVER_PAUSED, nowMs, effects);
        }
      }
      case FAILOVER_PAUSED -> {
        if (nowMs >= pausedUntilMs) {
          fail("Timed out before streaming completed", nowMs, effects);
        }
      }
      case FAILOVER_GRANTED -> {
        boolean dead = linkGone && deadSinceMs >= 0 && nowMs - deadSinceMs >= ExportLimits.DEAD_MS;
        if ((dead || nowMs >= pausedUntilMs) && serving) {
          takeBack(nowMs, effects);
        }
        return;
      }
      default -> {}
    }
    if (!state.isOver() && nowMs - heardMs > limits.silenceMs()) {
      fail("Timed out after too long with no interaction", nowMs, effects);
    }
  }

  /// Whether so little is left that writes can be held back until the target has it.
  private boolean isCloseEnough() {
    return limits.pauseBytes() < 0
        || unsentBytes <= limits.pauseBytes() && unconfirmedBytes <= mostUnconfirmed();
  }

  private long mostUnconfirmed() {
    return Math.max(MOST_UNCONFIRMED_BYTES, limits.pauseBytes());
  }

  private void takeBack(long nowMs, Consumer<ExportEffect> effects) {
    effects.accept(new ExportEffect.Reclaim(grantedEpoch));
    fail("The target did not claim the slots in time, and they were taken back", nowMs, effects);
  }

  @Override
  public long nextDeadlineMs() {
    return state.isOver() ? Long.MAX_VALUE : updatedMs;
  }

  private void fail(String why, long nowMs, Consumer<ExportEffect> effects) {
    over(ExportState.FAILED, why, nowMs, effects);
  }

  private void over(ExportState end, String why, long nowMs, Consumer<ExportEffect> effects) {
    message = why;
    become(end, nowMs, effects);
    effects.accept(new ExportEffect.End());
    if (!why.isEmpty()) {
      effects.accept(new ExportEffect.Log("Slot migration " + migration + " failed: " + why));
    }
  }

  private void become(ExportState next, long nowMs, Consumer<ExportEffect> effects) {
    Invariant.check(!state.isOver(), "a migration that is over stays so");
    boolean inOrder =
        next == ExportState.FAILED
            || next == ExportState.CANCELLED
            || next == ExportState.SUCCESS && state == ExportState.FAILOVER_GRANTED
            || next.compareTo(state) > 0 && next.compareTo(ExportState.FAILOVER_GRANTED) <= 0;
    Invariant.check(inOrder, "a migration goes on in the order of its states");
    effects.accept(
        new ExportEffect.Log(
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
