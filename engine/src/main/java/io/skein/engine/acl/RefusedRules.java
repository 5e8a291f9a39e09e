package io.skein.engine.acl;

import org.jspecify.annotations.Nullable;

/// Rules that cannot be applied; nothing was changed.
public final class RefusedRules extends Exception {
  private static final long serialVersionUID = 1L;

  RefusedRules(String text) {
    this(text, null);
  }

  RefusedRules(String text, @Nullable RuleError cause) {
    super(text, cause, false, false);
  }

  /// What Redis says of it, raw.
  public String text() {
    return String.valueOf(getMessage());
  }
}
