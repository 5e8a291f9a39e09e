package io.skein.engine.command;

/// Checks that DEBUG has switched off, so that tests get at what lies behind them.
public final class Leniency {
  private boolean skipsChecksums;
  private boolean anyInScripts;

  /// Whether RESTORE takes a payload whose checksum does not fit.
  public boolean skipsChecksums() {
    return skipsChecksums;
  }

  /// Whether scripts may call commands that are not for them.
  public boolean allowsAnyInScripts() {
    return anyInScripts;
  }

  public void allowAnyInScripts(boolean on) {
    anyInScripts = on;
  }

  public void skipChecksums(boolean on) {
    skipsChecksums = on;
  }
}
