package io.skein.engine.config;

import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Setting.IMMUTABLE;
import static io.skein.engine.config.Setting.MODIFIABLE;
import static io.skein.engine.config.Setting.SENSITIVE;

import java.util.List;

/// Passwords, users and what clients are allowed to touch.
public final class SecuritySettings {
  private static final Declarations D = new Declarations();

  /// The password of the default user.
  public static final TextSetting REQUIREPASS =
      D.optional("requirepass", null, SENSITIVE, TextSetting.Check.SECRET);

  /// The file that holds the users.
  public static final TextSetting ACLFILE = D.text("aclfile", IMMUTABLE, "");

  /// Entries of the log of refused accesses.
  public static final NumberSetting ACLLOG_MAX_LEN =
      D.number("acllog-max-len", MODIFIABLE, 0, LONG_MAX, 128);

  /// The channels that a new user may use.
  public static final ChoiceSetting<String> ACL_PUBSUB_DEFAULT =
      D.word("acl-pubsub-default", MODIFIABLE, "resetchannels", "allchannels", "resetchannels");

  /// Who may set `dir` and `dbfilename`.
  public static final ChoiceSetting<ProtectedAction> ENABLE_PROTECTED_CONFIGS =
      D.choice("enable-protected-configs", IMMUTABLE, ProtectedAction.values(), ProtectedAction.NO);

  /// Who may use DEBUG.
  public static final ChoiceSetting<ProtectedAction> ENABLE_DEBUG_COMMAND =
      D.choice("enable-debug-command", IMMUTABLE, ProtectedAction.values(), ProtectedAction.NO);

  /// Who may use MODULE.
  public static final ChoiceSetting<ProtectedAction> ENABLE_MODULE_COMMAND =
      D.choice("enable-module-command", IMMUTABLE, ProtectedAction.values(), ProtectedAction.NO);

  /// When payloads are checked in depth.
  public static final ChoiceSetting<SanitizePayload> SANITIZE_DUMP_PAYLOAD =
      D.choice("sanitize-dump-payload", MODIFIABLE, SanitizePayload.values(), SanitizePayload.NO);

  static final List<Setting<?>> ALL = D.all();

  private SecuritySettings() {}
}
