package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Collects what a call of the machine leads to, and tells of events.
final class Outbox {
  private final SentinelState state;
  private final Deque<SentinelEffect> effects = new ArrayDeque<>();
  private boolean handing;
  private @Nullable Scripts scripts;

  Outbox(SentinelState state) {
    this.state = state;
  }

  void scripts(Scripts queue) {
    scripts = queue;
  }

  void add(SentinelEffect effect) {
    effects.add(effect);
  }

  void log(LogLevel level, String text) {
    add(new SentinelEffect.Log(level, text));
  }

  /// Hands out what was collected, in order. What an effect leads to at once, by a call of the
  /// machine in the midst of this, comes after all that was there before.
  void takeInto(Consumer<SentinelEffect> to) {
    if (handing) {
      return;
    }
    handing = true;
    try {
      for (SentinelEffect next = effects.poll(); next != null; next = effects.poll()) {
        to.accept(next);
      }
    } finally {
      handing = false;
    }
  }

  /// Tells that something happened that no instance has to do with.
  void event(LogLevel level, String type, String text) {
    tell(level, type, text);
  }

  /// Tells what happened to `about`, with nothing more to say.
  void event(LogLevel level, String type, Instance about) {
    event(level, type, about, "");
  }

  /// Tells what happened to `about`: the message begins with what it is.
  void event(LogLevel level, String type, Instance about, String more) {
    StringBuilder text = new StringBuilder(describe(about));
    if (about.role() != Role.PRIMARY) {
      Primary primary = about.primary();
      text.append(" @ ").append(place(primary));
    }
    told(level, type, about, text + more);
  }

  /// Tells what happened to `about` in words of its own.
  void told(LogLevel level, String type, Instance about, String text) {
    tell(level, type, text);
    Primary primary = about.primary();
    if (level != LogLevel.DEBUG) {
      primary.reasons.add(state.nowMs, type + " " + text);
    }
    String script = primary.notificationScript;
    if (level == LogLevel.WARNING && script != null && scripts != null) {
      scripts.schedule(List.of(script, type, text));
    }
  }

  private void tell(LogLevel level, String type, String text) {
    log(level, type + " " + text);
    if (level != LogLevel.DEBUG) {
      add(new SentinelEffect.Publish(type, text));
    }
  }

  private String describe(Instance about) {
    return about.role().wireName() + " " + place(about);
  }

  private String place(Instance about) {
    return about.name() + " " + state.announced(about.address()) + " " + about.address().port();
  }

  /// Has the clients' script of a primary, if there is one, run for a move.
  void clientsMove(Primary primary, boolean asLeader, Address from, Address to) {
    String script = primary.clientReconfigScript;
    if (script != null && scripts != null) {
      scripts.schedule(
          List.of(
              script,
              primary.name(),
              asLeader ? "leader" : "observer",
              "start",
              state.announced(from),
              Integer.toString(from.port()),
              state.announced(to),
              Integer.toString(to.port())));
    }
  }
}
