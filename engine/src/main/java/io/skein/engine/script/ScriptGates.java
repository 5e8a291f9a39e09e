package io.skein.engine.script;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import org.jspecify.annotations.Nullable;

/// What the node has against a script, or against a command that a script calls.
public interface ScriptGates {
  /// Why a script with these flags may not run now, or null.
  ///
  /// @param call the command that runs it
  /// @param readOnly whether that command is one of those that promise not to write
  @Nullable CommandError refusal(Call call, ScriptFlags flags, boolean readOnly);

  /// Why the script may not call a command, or null.
  ///
  /// @param inner the command with its arguments and keys
  /// @param run what the script has promised and done so far
  @Nullable CommandError refusal(Call inner, ScriptRun run);

  /// Whether the user of the session may call the command; for `redis.acl_check_cmd`.
  boolean isPermitted(Call inner);
}
