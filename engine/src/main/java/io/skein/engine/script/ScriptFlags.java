package io.skein.engine.script;

import io.skein.engine.command.CommandFlag;

/// The flags of a script.
///
/// @param declared whether it has declared any, if only none; one that has not, an EVAL in the old
///   manner, is judged by what it does
/// @param bits those of [ScriptFlag]
public record ScriptFlags(boolean declared, int bits) {
  /// Those of a script that declares none.
  public static final ScriptFlags UNDECLARED = new ScriptFlags(false, 0);

  /// Whether the script has declared `flag`.
  public boolean has(ScriptFlag flag) {
    return (bits & flag.bit()) != 0;
  }

  /// Whether it has promised not to write.
  boolean isReadOnly() {
    return declared && has(ScriptFlag.NO_WRITES);
  }

  /// The [CommandFlag] bits of a command with `commandBits` that runs this script.
  long commandBits(long commandBits) {
    if (!declared) {
      return commandBits;
    }
    long changed =
        CommandFlag.STALE.bit()
            | CommandFlag.DENYOOM.bit()
            | CommandFlag.WRITE.bit()
            | CommandFlag.MAY_REPLICATE.bit();
    long result = commandBits & ~changed;
    if (!has(ScriptFlag.ALLOW_OOM) && !has(ScriptFlag.NO_WRITES)) {
      result |= CommandFlag.DENYOOM.bit();
    }
    if (!has(ScriptFlag.NO_WRITES)) {
      result |= CommandFlag.WRITE.bit();
    }
    if (has(ScriptFlag.ALLOW_STALE)) {
      result |= CommandFlag.STALE.bit();
    }
    return result;
  }
}
