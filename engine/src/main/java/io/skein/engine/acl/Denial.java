package io.skein.engine.acl;

import java.util.Locale;

/// Why a call was refused.
///
/// @param reason what was not allowed
/// @param argument the argument that is the key or channel; 0 when it is the command itself
public record Denial(Reason reason, int argument) {
  /// What can be refused; of several reasons the latter is told, as it came further.
  public enum Reason {
    COMMAND,
    KEY,
    AUTH,
    CHANNEL;

    /// The name in ACL LOG and in the counters of INFO.
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The command itself.
  public static final Denial COMMAND = new Denial(Reason.COMMAND, 0);

  /// Where a refused call came from.
  public enum Context {
    TOPLEVEL,
    MULTI,
    LUA;

    /// The name in ACL LOG.
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether this is the one to tell of two, as it comes from a selector that got further.
  public boolean outranks(Denial other) {
    return reason.compareTo(other.reason) > 0
        || reason == other.reason && argument > other.argument;
  }
}
