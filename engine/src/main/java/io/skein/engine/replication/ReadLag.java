package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;
import io.skein.engine.log.CommandLog;
import io.skein.engine.machine.Invariant;
import io.skein.engine.machine.Machine;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Measures how stale the data of a replica are, without trusting the clock of any other machine.
///
/// Over a connection of its own it asks the primary again and again how far its history goes. If
/// the question left at `t` and the answer is offset `x`, then what was written before `t` lies
/// before `x`; and once we have carried out the stream up to `x`, what is read here is as it was on
/// the primary at `t` or later. The data are then at most as old as the time since `t`. That holds
/// however long the answer took, whatever the clocks say, and whether or not the stream is being
/// received: a primary that stands still, a link that is cut, a sync that takes its time only make
/// the last such `t` recede.
///
/// A primary that is a replica itself adds what it has measured of its own data; if it measures
/// nothing, nothing is known here. An answer for another history than ours says nothing.
///
/// The number of bytes is the difference between the last `x` and what was carried out. It says
/// nothing of what was written since, and is therefore good for a second only.
///
/// *States*: [State]; every change goes through [#become].
public final class ReadLag implements Machine<LagEvent, LagEffect> {
  /// The lag that is not known.
  public static final long UNKNOWN = -1;

  private static final long NEVER = Long.MAX_VALUE;
  private static final long NOT_YET = Long.MIN_VALUE;
  private static final long RETRY_MS = 200;

  /// How old the answer may be from which the bytes are counted.
  private static final long BYTES_KNOWN_MS = 1000;

  private static final int MOST_SAMPLES = 64;

  /// What the machine is at.
  enum State {
    /// No bound is set, or nobody is followed.
    OFF,
    /// It will connect soon.
    AWAY,
    /// A connection is being made.
    CONNECTING,
    /// It sent AUTH.
    AUTHENTICATING,
    /// It will ask soon.
    IDLE,
    /// It asked.
    ASKED;

    boolean mayBecome(State next) {
      if (next == OFF || next == AWAY) {
        return this != next;
      }
      return switch (this) {
        case OFF -> false;
        case AWAY -> next == CONNECTING;
        case CONNECTING -> next == AUTHENTICATING || next == IDLE;
        case AUTHENTICATING, ASKED -> next == IDLE;
        case IDLE -> next == ASKED;
      };
    }
  }

  /// A position that the primary's history had reached at a time, which we have not.
  private record Sample(long asOfMs, long offset) {}

  private final CommandLog log;
  private LagSettings settings;
  private State state = State.OFF;
  private @Nullable String host;
  private int port;
  private long link;
  private long sinceMs;
  private long dueMs = NEVER;
  private final ReplyFrame frame = new ReplyFrame();
  private String complaint = "";

  // What was measured; all of it is about the history `measured`.
  private String measured = "";
  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private long freshAtMs = NOT_YET;
  private long lastAskedMs = NOT_YET;
  private long lastOffset;
  private long lastMissingThere;

  /// A machine for the server with this log, which follows nobody yet.
  public ReadLag(CommandLog log, LagSettings settings) {
    this.log = log;
    this.settings = settings;
  }

  /// Puts other settings into force, from the next tick on.
  public void configure(LagSettings changed) {
    settings = changed;
  }

  /// The settings in force.
  public LagSettings settings() {
    return settings;
  }

  // ---- what others ask

  /// How many milliseconds the data are stale at most, or [#UNKNOWN].
  public long lagMs(long nowMs) {
    settle();
    // The times are cut off to whole milliseconds.
    return freshAtMs == NOT_YET ? UNKNOWN : Math.max(0, nowMs - freshAtMs) + 1;
  }

  /// How many bytes of the history are not carried out yet, or [#UNKNOWN].
  public long lagBytes(long nowMs) {
    settle();
    if (lastAskedMs == NOT_YET || nowMs - lastAskedMs > BYTES_KNOWN_MS) {
      return UNKNOWN;
    }
    return lastMissingThere + Math.max(0, lastOffset - log.offset());
  }

  /// Why the data are too stale to be read, in words for the client, or null when they are not.
  public @Nullable String refusal(long nowMs) {
    if (settings.boundMs() > 0) {
      long ms = lagMs(nowMs);
      if (ms == UNKNOWN) {
        return "it is not known how far this replica is behind its primary";
      }
      if (ms > settings.boundMs()) {
        return "this replica may be " + ms + " ms behind its primary";
      }
    }
    if (settings.boundBytes() > 0) {
      long bytes = lagBytes(nowMs);
      if (bytes == UNKNOWN) {
        return "it is not known how many bytes this replica is behind its primary";
      }
      if (bytes > settings.boundBytes()) {
        return "this replica is " + bytes + " bytes behind its primary";
      }
    }
    return null;
  }

  /// Draws conclusions from how far the stream has been carried out.
  private void settle() {
    if (!measured.equals(log.replid())) {
      forget();
      return;
    }
    for (Sample s = samples.peekFirst(); s != null && s.offset <= log.offset(); ) {
      freshAtMs = Math.max(freshAtMs, s.asOfMs);
      samples.removeFirst();
      s = samples.peekFirst();
    }
  }

  private void forget() {
    measured = log.replid();
    samples.clear();
    freshAtMs = NOT_YET;
    lastAskedMs = NOT_YET;
  }

  // ---- what happens

  @Override
  public void on(LagEvent event, long nowMs, Consumer<LagEffect> effects) {
    switch (event) {
      case LagEvent.Follow e -> follow(e.host(), e.port(), nowMs, effects);
      case LagEvent.Stop e -> {
        leave(effects);
        host = null;
        forget();
        become(State.OFF, effects);
      }
      case LagEvent.Opened e -> opened(e.link(), nowMs, effects);
      case LagEvent.Closed e -> {
        if (e.link() == link && state != State.OFF && state != State.AWAY) {
          retry(e.reason(), nowMs, effects);
        }
      }
      case LagEvent.Received e -> received(e, nowMs, effects);
    }
  }

  @Override
  public void tick(long nowMs, Consumer<LagEffect> effects) {
    if (state == State.OFF) {
      if (host != null && settings.isBounded()) {
        become(State.AWAY, effects);
        connect(nowMs, effects);
      }
      return;
    }
    if (!settings.isBounded()) {
      leave(effects);
      forget();
      become(State.OFF, effects);
      return;
    }
    switch (state) {
      case OFF -> {}
      case AWAY -> {
        if (nowMs >= dueMs) {
          connect(nowMs, effects);
        }
      }
      case IDLE -> {
        if (nowMs >= dueMs) {
          ask(nowMs, effects);
        }
      }
      case CONNECTING, AUTHENTICATING, ASKED -> {
        if (nowMs - sinceMs > settings.patienceMs()) {
          effects.accept(new LagEffect.Close(link));
          retry("no answer", nowMs, effects);
        }
      }
    }
  }

  @Override
  public long nextDeadlineMs() {
    return switch (state) {
      case OFF -> host != null && settings.isBounded() ? 0 : NEVER;
      case AWAY, IDLE -> dueMs;
      case CONNECTING, AUTHENTICATING, ASKED -> sinceMs + settings.patienceMs() + 1;
    };
  }

  private void follow(String to, int toPort, long nowMs, Consumer<LagEffect> effects) {
    leave(effects);
    host = to;
    port = toPort;
    forget();
    complaint = "";
    if (!settings.isBounded()) {
      become(State.OFF, effects);
      return;
    }
    become(State.AWAY, effects);
    connect(nowMs, effects);
  }

  private void leave(Consumer<LagEffect> effects) {
    if (state != State.OFF && state != State.AWAY) {
      effects.accept(new LagEffect.Close(link));
    }
  }

  private void connect(long nowMs, Consumer<LagEffect> effects) {
    String to = host;
    if (to == null) {
      return;
    }
    link++;
    sinceMs = nowMs;
    frame.clear();
    become(State.CONNECTING, effects);
    effects.accept(new LagEffect.Connect(link, to, port));
  }

  private void opened(long id, long nowMs, Consumer<LagEffect> effects) {
    if (id != link || state != State.CONNECTING) {
      return;
    }
    String password = settings.password();
    if (password == null) {
      become(State.IDLE, effects);
      ask(nowMs, effects);
      return;
    }
    String user = settings.user();
    sinceMs = nowMs;
    become(State.AUTHENTICATING, effects);
    effects.accept(
        new LagEffect.Send(
            link,
            user == null ? Wire.command("AUTH", password) : Wire.command("AUTH", user, password)));
  }

  private void ask(long nowMs, Consumer<LagEffect> effects) {
    sinceMs = nowMs;
    become(State.ASKED, effects);
    effects.accept(new LagEffect.Send(link, Wire.command("INFO", "replication")));
  }

  private void retry(String reason, long nowMs, Consumer<LagEffect> effects) {
    become(State.AWAY, effects);
    dueMs = nowMs + RETRY_MS;
    complain(reason, effects);
  }

  private void received(LagEvent.Received e, long nowMs, Consumer<LagEffect> effects) {
    if (e.link() != link || state == State.OFF || state == State.AWAY) {
      return;
    }
    boolean awaited = state == State.AUTHENTICATING || state == State.ASKED;
    String reply = awaited ? frame.take(e.data(), e.offset(), e.length()) : null;
    if (!awaited || frame.isBroken()) {
      effects.accept(new LagEffect.Close(link));
      retry("an answer that makes no sense", nowMs, effects);
      return;
    }
    if (reply == null) {
      return;
    }
    frame.clear();
    if (reply.startsWith("-")) {
      effects.accept(new LagEffect.Close(link));
      retry(reply.substring(1), nowMs, effects);
    } else if (state == State.AUTHENTICATING) {
      become(State.IDLE, effects);
      ask(nowMs, effects);
    } else {
      answered(reply, effects);
      become(State.IDLE, effects);
      dueMs = Math.max(sinceMs + settings.intervalMs(), nowMs);
    }
  }

  private void answered(String info, Consumer<LagEffect> effects) {
    settle();
    UpstreamPosition there = UpstreamPosition.parse(info);
    if (there == null) {
      complain("it is a replica that does not measure its own lag", effects);
      return;
    }
    if (!there.replid().equals(measured)) {
      complain("its history is another one", effects);
      return;
    }
    complaint = "";
    lastAskedMs = sinceMs;
    lastOffset = there.offset();
    lastMissingThere = there.lagBytes();
    if (samples.size() == MOST_SAMPLES) {
      // The oldest tells soonest, the newest most.
      samples.removeLast();
    }
    samples.addLast(new Sample(sinceMs - there.lagMs(), there.offset()));
  }

  /// Says once why nothing can be measured.
  private void complain(String reason, Consumer<LagEffect> effects) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      effects.accept(
          new LagEffect.Log(
              LogLevel.NOTICE,
              "The lag behind " + host + ":" + port + " cannot be measured: " + reason));
    }
  }

  private void become(State next, Consumer<LagEffect> effects) {
    if (state == next && (next == State.OFF || next == State.AWAY)) {
      return;
    }
    Invariant.check(
        state.mayBecome(next), "the measuring of lag goes from " + state + " to " + next);
    effects.accept(new LagEffect.Log(LogLevel.DEBUG, "read lag: " + state + " -> " + next));
    state = next;
  }
}
