package io.skein.engine.command;

import io.skein.engine.config.Setting;
import io.skein.engine.config.SettingTable;

/// Which arguments are secrets, and are kept out of MONITOR and the slow log.
public final class Redaction {
  /// What stands in place of a secret.
  public static final String TEXT = "(redacted)";

  private Redaction() {}

  /// Whether argument `i` of `call` is a secret, or is better not shown.
  public static boolean hides(Call call, int i) {
    return switch (call.command().fullName()) {
      case "auth" -> i >= 1;
      case "hello" ->
          i >= 3 && call.is(i - 1, "AUTH") || i >= 4 && call.is(i - 2, "AUTH") && !isName(call, i);
      case "config|set" -> i % 2 == 1 && i >= 3 && isSensitive(call.string(i - 1));
      case "migrate" ->
          i > 6 && (call.is(i - 1, "AUTH") || call.is(i - 1, "AUTH2"))
              || i > 7 && call.is(i - 2, "AUTH2");
      case "acl|setuser", "acl|getuser", "acl|deluser" -> i >= 2;
      default -> false;
    };
  }

  /// Whether `i` follows a name that happens to be AUTH.
  private static boolean isName(Call call, int i) {
    return call.is(i - 3, "SETNAME");
  }

  private static boolean isSensitive(String name) {
    Setting<?> setting = SettingTable.find(name);
    return setting != null && setting.isSensitive();
  }
}
