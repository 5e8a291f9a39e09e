package io.skein.engine.sentinel;

import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.SentinelLine;
import io.skein.engine.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// A Sentinel: watches primaries, their replicas and the other Sentinels, and replaces a primary
/// that enough of them find down.
///
/// # Driving it
///
/// - One thread at a time calls [#on], [#tick] and [#ask]; the first call is [#load], the second
///   [#start].
/// - `nowMs` counts milliseconds since 1970 but must never go back: take the wall clock once and go
///   on by a monotonic one. A jump of the wall clock is then no event at all; a long time without a
///   call means that the process or the machine stood still, and everything looks as if it had not
///   answered. That is TILT: for a while the Sentinel only watches.
/// - After each call, carry out the effects in order, and call `tick` no later than
///   [#nextDeadlineMs].
/// - [SentinelStore#save] is called in the midst of a call, before any effect that depends on what
///   was saved is handed out: a vote is on the disk before it is told.
///
/// # Its parts
///
/// `Connections` and `Cadence` ask; `Replies`, `InfoIntake` and `HelloIntake` learn; `DownDetector`
/// decides what is down; `Ballot` votes; `Failover` replaces; `Admin` does what people ask.
///
/// *Invariants*: those of [Ballot], [Primary] and [SentinelState].
///
/// *Threads*: one at a time.
///
/// *See*: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/.
public final class SentinelMachine implements Machine<SentinelEvent, SentinelEffect> {
  private static final long SECOND_MS = 1000;
  private static final int TICKS_PER_SECOND = 10;

  private final SentinelState state;
  private final Scripts scripts;
  private final Connections connections;
  private final Cadence cadence;
  private final DownDetector detector;
  private final Registry registry;
  private final Failover failover;
  private final HelloIntake hellos;
  private final Replies replies;
  private final Forgetting forgetting;
  private final Admin admin;
  private long nextTickMs;
  private long tickedMs;
  private boolean started;

  /// A Sentinel that watches nothing yet.
  public SentinelMachine(
      SentinelSettings settings,
      SentinelStore store,
      RandomGenerator entropy,
      Predicate<String> isExecutable) {
    state = new SentinelState(settings, store, entropy);
    scripts = new Scripts(state);
    state.out.scripts(scripts);
    connections = new Connections(state);
    registry = new Registry(state, connections);
    cadence = new Cadence(state, connections);
    detector = new DownDetector(state, connections);
    Ballot ballot = new Ballot(state);
    ReplicaChoice choice = new ReplicaChoice(state);
    RoleChange roles = new RoleChange(state, connections);
    failover = new Failover(state, connections, registry, ballot, choice, roles, cadence);
    hellos = new HelloIntake(state, registry);
    InfoIntake info = new InfoIntake(state, registry, failover, roles);
    replies = new Replies(state, connections, info, hellos, failover);
    forgetting = new Forgetting(state, registry, failover);
    Why why = new Why(state, choice, failover);
    admin =
        new Admin(
            new Admin.Parts(
                state,
                registry,
                connections,
                detector,
                ballot,
                choice,
                failover,
                hellos,
                forgetting,
                scripts,
                why,
                isExecutable));
  }

  /// Takes in the `sentinel` lines of the configuration file; effects come with [#start].
  ///
  /// @throws ConfigFileError when a line makes no sense
  public void load(List<SentinelLine> lines, long nowMs, Predicate<String> isExecutable)
      throws ConfigFileError {
    state.nowMs = nowMs;
    new ConfigDirectives(state, registry, isExecutable).read(lines);
  }

  /// Begins to watch. A Sentinel without an id draws one, and saves it.
  public void start(long nowMs, Consumer<SentinelEffect> effects) {
    state.nowMs = nowMs;
    started = true;
    tickedMs = nowMs;
    nextTickMs = nowMs;
    if (state.myId.isEmpty()) {
      state.myId = Identity.draw(state.entropy);
      state.save();
    }
    state.out.log(LogLevel.NOTICE, "Sentinel ID is " + state.myId);
    for (Primary primary : state.primaries.values()) {
      beginAnew(primary, nowMs);
      primary.replicas.values().forEach(replica -> beginAnew(replica, nowMs));
      primary.sentinels.values().forEach(peer -> beginAnew(peer, nowMs));
      state.out.event(LogLevel.WARNING, "+monitor", primary, " quorum " + primary.quorum);
    }
    state.out.takeInto(effects);
  }

  /// Nobody was asked anything between [#load] and the start, which may have taken long.
  private static void beginAnew(Instance instance, long nowMs) {
    instance.link().fresh(nowMs);
    instance.publishedMs = nowMs;
    instance.roleReportedMs = nowMs;
  }

  /// The id of this Sentinel, empty before [#start] if the file has none.
  public String myId() {
    return state.myId;
  }

  @Override
  public void on(SentinelEvent event, long nowMs, Consumer<SentinelEffect> effects) {
    state.nowMs = Math.max(state.nowMs, nowMs);
    switch (event) {
      case SentinelEvent.Opened opened -> connections.opened(opened);
      case SentinelEvent.Closed(long id, String reason) -> connections.closed(id);
      case SentinelEvent.Received received -> {
        replies.on(received);
        advance();
      }
      case SentinelEvent.Resolved(String host, String ip) -> {
        if (state.resolver.resolved(host, ip)) {
          // What could not be taken in without it is to be told again.
          state.primaries.values().forEach(primary -> primary.infoMs = 0);
        }
      }
      case SentinelEvent.ScriptStarted begun -> scripts.started(begun);
      case SentinelEvent.ScriptEnded ended -> scripts.ended(ended);
      case SentinelEvent.SettingsChanged(SentinelSettings settings) -> state.settings = settings;
    }
    state.out.takeInto(effects);
  }

  /// What came may let a failover go on at once.
  private void advance() {
    if (!state.tilt) {
      state.primaries.values().forEach(failover::advance);
    }
  }

  @Override
  public void tick(long nowMs, Consumer<SentinelEffect> effects) {
    state.nowMs = Math.max(state.nowMs, nowMs);
    if (started && state.nowMs >= nextTickMs) {
      checkTilt();
      for (Primary primary : new ArrayList<>(state.primaries.values())) {
        look(primary);
      }
      scripts.tick();
      state.saveAgain();
      // Sentinels that were started together part, or they would go on asking for votes together.
      nextTickMs =
          state.nowMs + SECOND_MS / (TICKS_PER_SECOND + state.entropy.nextInt(TICKS_PER_SECOND));
    }
    state.out.takeInto(effects);
  }

  @Override
  public long nextDeadlineMs() {
    return started ? nextTickMs : Long.MAX_VALUE;
  }

  /// Answers a question or carries out an order.
  public Answer ask(
      Function<Admin, Answer> question, long nowMs, Consumer<SentinelEffect> effects) {
    state.nowMs = Math.max(state.nowMs, nowMs);
    Answer answer = question.apply(admin);
    state.out.takeInto(effects);
    return answer;
  }

  private void checkTilt() {
    if (state.nowMs - tickedMs > state.periods.get(Periods.Name.TILT_TRIGGER)) {
      state.tilt = true;
      state.tiltStartMs = state.nowMs;
      state.out.event(LogLevel.WARNING, "+tilt", "#tilt mode entered");
    } else if (state.tilt
        && state.nowMs - state.tiltStartMs >= state.periods.get(Periods.Name.TILT_PERIOD)) {
      state.tilt = false;
      state.out.event(LogLevel.WARNING, "-tilt", "#tilt mode exited");
    }
    tickedMs = state.nowMs;
  }

  private void look(Primary primary) {
    watch(primary);
    if (!state.tilt) {
      detector.count(primary);
      if (failover.startIfNeeded(primary)) {
        detector.ask(primary, true);
      }
      failover.advance(primary);
      detector.ask(primary, false);
    }
    new ArrayList<>(primary.replicas.values()).forEach(this::watch);
    new ArrayList<>(primary.sentinels.values()).forEach(this::watch);
    if (!state.tilt) {
      forgetting.tick(primary);
      failover.switchIfDone(primary);
    }
  }

  private void watch(Instance instance) {
    connections.reconnect(instance);
    cadence.tick(instance);
    if (!state.tilt) {
      detector.look(instance);
    }
  }
}
