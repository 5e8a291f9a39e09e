package io.skein.engine.command;

import io.skein.engine.config.ConfigText;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import java.nio.charset.StandardCharsets;

/// Proves who clients are: there is one user, `default`, whose password is `requirepass`.
public final class Authentication {
  private static final CommandError WRONG =
      new CommandError("WRONGPASS invalid username-password pair or user is disabled.");
  private static final byte[] DEFAULT = "default".getBytes(StandardCharsets.US_ASCII);

  private final Settings settings;
  private long refused;

  public Authentication(Settings settings) {
    this.settings = settings;
  }

  /// Whether strangers must authenticate.
  public boolean isRequired() {
    return !settings.get(SecuritySettings.REQUIREPASS).isEmpty();
  }

  /// Makes `session` what a new connection is. Who connects while there is no password stays
  /// authenticated when one is set.
  public void begin(Session session) {
    session.user("default", !isRequired());
  }

  /// Authenticates `session`.
  ///
  /// @throws CommandError when the user is unknown or the password wrong
  public void admit(Session session, byte[] user, byte[] password) {
    byte[] expected = ConfigText.bytes(settings.get(SecuritySettings.REQUIREPASS));
    boolean known = equal(DEFAULT, user);
    if (!known || expected.length > 0 && !equal(expected, password)) {
      refused++;
      throw WRONG;
    }
    session.user("default", true);
  }

  /// How often a user or password was wrong.
  public long refused() {
    return refused;
  }

  /// Starts the count anew.
  public void reset() {
    refused = 0;
  }

  /// Compares in a time that does not depend on where the two differ.
  private static boolean equal(byte[] expected, byte[] given) {
    int difference = expected.length ^ given.length;
    for (int i = 0; i < given.length; i++) {
      difference |= given[i] ^ expected[i % expected.length];
    }
    return difference == 0;
  }
}
