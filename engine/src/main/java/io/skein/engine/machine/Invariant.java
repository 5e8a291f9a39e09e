package io.skein.engine.machine;

/// Checks of what must always hold. They are never switched off: a node that has broken an
/// invariant stops.
public final class Invariant {
  private Invariant() {}

  /// Throws [Broken] with `what` unless `holds`.
  public static void check(boolean holds, String what) {
    if (!holds) {
      throw new Broken(what);
    }
  }

  /// Thrown when an invariant does not hold: a fault of ours, never of a client or of the
  /// environment.
  public static final class Broken extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    Broken(String what) {
      super("invariant broken: " + what);
    }
  }
}
