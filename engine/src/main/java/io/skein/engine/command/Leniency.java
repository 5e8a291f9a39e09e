package io.skein.engine.command;

/// Checks that DEBUG has switched off, so that tests get at what lies behind them.
public final class Leniency {
  private boolean skipsChecksums;

  /// Whether RESTORE takes a payload whose checksum does not fit.
  public boolean skipsChecksums() {
    return skipsChecksums;
  }

  public void skipChecksums(boolean on) {
    skipsChecksums = on;
  }
}
