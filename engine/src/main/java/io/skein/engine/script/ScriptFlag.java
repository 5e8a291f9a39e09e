package io.skein.engine.script;

import org.jspecify.annotations.Nullable;

/// What a script or a function says of itself.
public enum ScriptFlag {
  NO_WRITES("no-writes"),
  ALLOW_OOM("allow-oom"),
  ALLOW_STALE("allow-stale"),
  NO_CLUSTER("no-cluster"),
  ALLOW_CROSS_SLOT_KEYS("allow-cross-slot-keys");

  private final String text;

  ScriptFlag(String text) {
    this.text = text;
  }

  /// The flag's name in code.
  public String text() {
    return text;
  }

  /// This flag's bit in a mask.
  public int bit() {
    return 1 << ordinal();
  }

  /// The flag of that name, or null.
  public static @Nullable ScriptFlag of(String name) {
    for (ScriptFlag flag : values()) {
      if (flag.text.equals(name)) {
        return flag;
      }
    }
    return null;
  }
}
