package io.skein.engine.command;

import io.skein.engine.acl.User;
import io.skein.engine.acl.Users;
import io.skein.engine.resp.CommandError;
import java.nio.charset.StandardCharsets;

/// Proves who clients are.
public final class Authentication {
  private static final CommandError WRONG =
      new CommandError("WRONGPASS invalid username-password pair or user is disabled.");

  private final AccessControl access;

  public Authentication(AccessControl access) {
    this.access = access;
  }

  /// Whether the default user has a password that must be shown.
  public boolean hasPassword() {
    return !access.users().defaultUser().needsNoPassword();
  }

  /// Whether strangers must authenticate.
  public boolean isRequired() {
    return !access.users().admitsStrangers();
  }

  /// Makes `session` what a new connection is. Who connects while there is no password stays
  /// authenticated when one is set.
  public void begin(Session session) {
    session.user(access.users().defaultUser(), !isRequired());
  }

  /// Authenticates the session of `call`.
  ///
  /// @throws CommandError when the user is unknown or off, or the password wrong
  public void admit(Call call, byte[] name, byte[] password) {
    Users users = access.users();
    User user = users.find(new String(name, StandardCharsets.ISO_8859_1));
    if (user == null || !user.admits(password)) {
      access.refused(call, name);
      throw WRONG;
    }
    call.session().user(user, true);
  }
}
