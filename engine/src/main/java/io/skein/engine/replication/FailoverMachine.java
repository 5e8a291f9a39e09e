package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;
import io.skein.engine.log.CommandLog;
import io.skein.engine.machine.Invariant;
import io.skein.engine.machine.Machine;
import io.skein.engine.replication.FailoverEffect.HandOver;
import io.skein.engine.replication.FailoverEffect.HoldWrites;
import io.skein.engine.replication.FailoverEffect.Log;
import io.skein.engine.replication.FailoverEffect.TakeBack;
import io.skein.engine.replication.FailoverEvent.Target;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The machine of a primary that hands over to one of its replicas, as FAILOVER asks for.
///
/// Writes are held back, so that the log stands still. When a replica has confirmed all of it, this
/// server follows that replica and, by `PSYNC <replid> <offset> FAILOVER`, asks it to be a primary
/// first. Since both are at the same place of one history, no data need to be sent; those who
/// waited to write are then told where the primary is. Until the replica has agreed there is no
/// primary at all, and there never are two.
///
/// *States*: [FailoverState]; every change goes through [#become].
///
/// *Invariants*: writes are held back in every state but [FailoverState#NONE].
///
/// *See* `failoverCommand` and `updateFailoverStatus` of Redis 7.2.
public final class FailoverMachine implements Machine<FailoverEvent, FailoverEffect> {
  private static final long TICK_MS = 100;
  private static final long NEVER = Long.MAX_VALUE;

  private final CommandLog log;
  private final PrimarySide primary;
  private final ReplicaSide replica;

  private FailoverState state = FailoverState.NONE;
  private @Nullable Target target;
  private boolean force;
  private long deadlineMs = NEVER;
  private long nextTickMs = NEVER;

  /// The machine of the server that these two belong to.
  public FailoverMachine(CommandLog log, PrimarySide primary, ReplicaSide replica) {
    this.log = log;
    this.primary = primary;
    this.replica = replica;
  }

  /// Returns the state.
  public FailoverState state() {
    return state;
  }

  /// Whether a failover is under way.
  public boolean isActive() {
    return state != FailoverState.NONE;
  }

  /// Returns why this cannot begin now, as an error's text, or null when it can.
  public @Nullable String objection(FailoverEvent.Begin wish, long nowMs) {
    if (isActive()) {
      return "ERR FAILOVER already in progress.";
    }
    if (!replica.isPrimary()) {
      return "ERR FAILOVER is not valid when server is a replica.";
    }
    if (primary.replicaCount() == 0) {
      return "ERR FAILOVER requires connected replicas.";
    }
    if (wish.force() && (wish.timeoutMs() == 0 || wish.target() == null)) {
      return "ERR FAILOVER with force option requires both a timeout and target HOST and IP.";
    }
    Target wanted = wish.target();
    if (wanted == null) {
      return null;
    }
    ReplicaView view = find(wanted, nowMs);
    if (view == null) {
      return "ERR FAILOVER target HOST and PORT is not a replica.";
    }
    return isOnline(view) ? null : "ERR FAILOVER target replica is not online.";
  }

  @Override
  public void on(FailoverEvent event, long nowMs, Consumer<FailoverEffect> effects) {
    switch (event) {
      case FailoverEvent.Begin e -> begin(e, nowMs, effects);
      case FailoverEvent.Abort e -> abort(e.reason(), effects);
      case FailoverEvent.AcksMoved e -> review(nowMs, effects);
      case FailoverEvent.Answered e -> answered(e.accepted(), effects);
    }
  }

  @Override
  public void tick(long nowMs, Consumer<FailoverEffect> effects) {
    if (nowMs >= nextTickMs) {
      nextTickMs = nowMs + TICK_MS;
      review(nowMs, effects);
    }
  }

  @Override
  public long nextDeadlineMs() {
    return nextTickMs;
  }

  private void begin(FailoverEvent.Begin e, long nowMs, Consumer<FailoverEffect> effects) {
    if (objection(e, nowMs) != null) {
      return;
    }
    target = e.target();
    force = e.force();
    deadlineMs = e.timeoutMs() == 0 ? NEVER : nowMs + e.timeoutMs();
    become(FailoverState.WAIT_FOR_SYNC);
    nextTickMs = nowMs;
    notice(effects, "FAILOVER requested to " + name() + ".");
    effects.accept(new HoldWrites(true));
  }

  /// Hands over if the time has come, or gives up.
  private void review(long nowMs, Consumer<FailoverEffect> effects) {
    if (state != FailoverState.WAIT_FOR_SYNC) {
      return;
    }
    Target wanted = target;
    if (nowMs >= deadlineMs) {
      if (force && wanted != null) {
        notice(effects, "FAILOVER to " + wanted + " time out exceeded, failing over.");
        handOver(wanted, effects);
      } else {
        abort("Replica never caught up before timeout", effects);
      }
      return;
    }
    Target ready = caughtUp(wanted, nowMs);
    if (ready != null) {
      notice(effects, "Failover target " + ready + " is synced, failing over.");
      handOver(ready, effects);
    }
  }

  /// The replica that is wanted, or any if that is null, if it has confirmed all of the log.
  private @Nullable Target caughtUp(@Nullable Target wanted, long nowMs) {
    for (ReplicaView view : primary.replicas(nowMs)) {
      boolean fits = wanted == null ? view.port() > 0 : isAt(view, wanted);
      if (fits && isOnline(view) && view.ackOffset() == log.offset()) {
        return new Target(view.ip(), view.port());
      }
    }
    return null;
  }

  private void handOver(Target to, Consumer<FailoverEffect> effects) {
    target = to;
    become(FailoverState.IN_PROGRESS);
    nextTickMs = NEVER;
    effects.accept(new HandOver(to.host(), to.port()));
  }

  private void answered(boolean accepted, Consumer<FailoverEffect> effects) {
    if (state != FailoverState.IN_PROGRESS) {
      return;
    }
    if (accepted) {
      end(effects);
    } else {
      abort("Failover target rejected psync request", effects);
    }
  }

  private void abort(String reason, Consumer<FailoverEffect> effects) {
    if (!isActive()) {
      return;
    }
    notice(effects, "FAILOVER to " + name() + " aborted: " + reason);
    if (state == FailoverState.IN_PROGRESS) {
      effects.accept(new TakeBack());
    }
    end(effects);
  }

  private void end(Consumer<FailoverEffect> effects) {
    become(FailoverState.NONE);
    target = null;
    force = false;
    deadlineMs = NEVER;
    nextTickMs = NEVER;
    effects.accept(new HoldWrites(false));
  }

  private @Nullable ReplicaView find(Target wanted, long nowMs) {
    List<ReplicaView> replicas = primary.replicas(nowMs);
    return replicas.stream().filter(r -> isAt(r, wanted)).findFirst().orElse(null);
  }

  private static boolean isAt(ReplicaView view, Target wanted) {
    return view.ip().equalsIgnoreCase(wanted.host()) && view.port() == wanted.port();
  }

  /// Whether it follows the log, or is about to once it has said that it has loaded its snapshot.
  private static boolean isOnline(ReplicaView view) {
    return view.state() == LinkState.ONLINE || view.state() == LinkState.AWAITING_ACK;
  }

  private String name() {
    return target == null ? "any replica" : target.toString();
  }

  private void become(FailoverState next) {
    Invariant.check(state.mayBecome(next), "a failover goes from " + state + " to " + next);
    state = next;
  }

  private static void notice(Consumer<FailoverEffect> effects, String text) {
    effects.accept(new Log(LogLevel.NOTICE, text));
  }
}
