package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.Pause;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A shutdown that gives replicas up to `shutdown-timeout` seconds to take in what they lack.
///
/// In a cluster, a primary first has a replica take its place, within the same time.
///
/// *States*: none asked for; handing over; waiting, with the writes of clients held back so that
/// the log does not grow.
final class ShutdownWait {
  /// Those who follow this node's log.
  interface Followers {
    /// Whether any of them has not confirmed all of it.
    boolean lag();

    /// Asks them to confirm at once.
    void hurry();

    /// Tells `log` of each that lags, and how many do not.
    void report(BiConsumer<LogLevel, String> log);
  }

  /// How the node ends when the wait is over.
  interface Ending {
    /// Ends the process; throws when it cannot.
    void end(@Nullable Boolean save, boolean force);
  }

  /// @param handing whether a replica is to take our place first
  /// @param handed whether it has, and our clients are being told
  private record Asked(
      @Nullable Boolean save, boolean force, long untilMs, boolean handing, boolean handed) {}

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeState state;
  private final NodeHost host;
  private final Ending ending;
  private @Nullable Followers followers;
  private @Nullable Handover handover;
  private @Nullable Asked asked;
  private Runnable onGivenUp = () -> {};

  /// A shutdown that has not begun yet.
  private @Nullable Runnable delayed;

  ShutdownWait(
      Settings settings, Keyspace keyspace, NodeState state, NodeHost host, Ending ending) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.state = state;
    this.host = host;
    this.ending = ending;
  }

  /// @param cluster the control plane, if this is a node of a cluster
  void followers(Followers those, @Nullable ClusterPort cluster) {
    followers = those;
    handover = cluster == null ? null : new Handover(settings, cluster, host);
  }

  /// What happens when a wait ends without a shutdown.
  void onGivenUp(Runnable action) {
    onGivenUp = action;
  }

  /// Begins to wait if there is anyone to wait for; false when there is not.
  boolean begin(@Nullable Boolean save, boolean force) {
    long timeoutMs = settings.number(ServerSettings.SHUTDOWN_TIMEOUT) * 1000;
    if (timeoutMs == 0 || state.isLoading()) {
      return false;
    }
    long now = keyspace.nowMs();
    Handover way = handover;
    if (way != null && way.ask(false)) {
      host.log(LogLevel.NOTICE, "A replica is to take over before this node shuts down");
      asked = new Asked(save, force, now + timeoutMs, true, false);
      return true;
    }
    return await(save, force, now + timeoutMs);
  }

  private boolean await(@Nullable Boolean save, boolean force, long untilMs) {
    Followers those = followers;
    long now = keyspace.nowMs();
    if (those == null || !those.lag()) {
      return false;
    }
    long timeoutMs = Math.max(0, untilMs - now);
    asked = new Asked(save, force, untilMs, false, false);
    state.pause().begin(Pause.Purpose.SHUTDOWN, Long.MAX_VALUE, false, now);
    host.log(
        LogLevel.NOTICE, "Waiting for replicas before shutting down, " + timeoutMs + " ms at most");
    those.hurry();
    return true;
  }

  /// Tells how long it waits yet, if it does.
  void describe(InfoText out) {
    Asked wish = asked;
    if (wish != null) {
      out.field("shutdown_in_milliseconds", Math.max(0, wish.untilMs() - keyspace.nowMs()));
    }
  }

  /// Ends the node when the replicas are there, or when the time is up.
  void tick() {
    Asked wish = asked;
    if (wish == null) {
      return;
    }
    if (wish.handing()) {
      handOver(wish);
      return;
    }
    Followers those = followers;
    if (those == null) {
      return;
    }
    boolean lag = those.lag();
    if (lag && keyspace.nowMs() < wish.untilMs()) {
      return;
    }
    if (lag) {
      host.log(LogLevel.WARNING, "Shutting down although replicas lag: the time is up");
    }
    those.report(host::log);
    end(wish);
  }

  private void handOver(Asked wish) {
    Handover way = handover;
    boolean done = way != null && way.isDone();
    if (done && wish.handed()) {
      end(wish);
    } else if (done && !state.pause().isActive(Pause.Purpose.FAILOVER)) {
      host.log(LogLevel.NOTICE, "A replica has taken over");
      // Clients whose writes were held back are told in this turn where to go.
      asked = new Asked(wish.save(), wish.force(), wish.untilMs(), true, true);
    } else if (keyspace.nowMs() >= wish.untilMs()
        || way == null
        || !done && !way.ask(true) && !way.isDone()) {
      host.log(LogLevel.WARNING, "No replica has taken over: shutting down without");
      if (!await(wish.save(), wish.force(), wish.untilMs())) {
        end(wish);
      }
    }
  }

  private void end(Asked wish) {
    asked = null;
    try {
      ending.end(wish.save(), wish.force());
    } catch (CommandError e) {
      host.log(LogLevel.WARNING, "Errors trying to shut down the server: " + e.text());
      goOn();
    }
  }

  /// Keeps a shutdown that a signal has asked for until [#runDelayed].
  void delay(Runnable shutdown) {
    delayed = shutdown;
  }

  /// Begins the shutdown that was kept, if any.
  void runDelayed() {
    Runnable shutdown = delayed;
    if (shutdown != null) {
      delayed = null;
      try {
        shutdown.run();
      } catch (CommandError refused) {
        host.log(LogLevel.WARNING, "Errors trying to shut down: " + refused.text());
      }
    }
  }

  /// Takes the shutdown back; false when there is none.
  boolean abort() {
    if (delayed != null) {
      host.log(LogLevel.NOTICE, "Shutdown manually aborted");
      delayed = null;
      return true;
    }
    if (asked == null) {
      return false;
    }
    host.log(LogLevel.NOTICE, "Shutdown manually aborted");
    asked = null;
    goOn();
    return true;
  }

  private void goOn() {
    state.pause().end(Pause.Purpose.SHUTDOWN, keyspace.nowMs());
    onGivenUp.run();
  }
}
