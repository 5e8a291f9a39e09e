package io.skein.engine.machine;

import java.util.function.Consumer;

/// A deterministic protocol core: it never blocks, reads a clock or draws entropy.
///
/// Events and the time come in, effects go out as data, and whoever drives the machine carries them
/// out in the order they were given. The same events at the same times give the same effects, in
/// any JVM.
///
/// @param <E> what can happen to the machine
/// @param <F> what the machine can ask of its surroundings
public interface Machine<E, F> {
  /// Takes one event that happened at `nowMs` and hands out what follows from it.
  void on(E event, long nowMs, Consumer<F> effects);

  /// Does what is due at `nowMs` without an event.
  void tick(long nowMs, Consumer<F> effects);

  /// The time of the next call of [#tick] that can have an effect, or [Long#MAX_VALUE] when there
  /// is none.
  long nextDeadlineMs();
}
