package io.skein.engine.acl;

/// A rule that cannot be applied; nothing of it has been.
public final class RuleError extends Exception {
  private static final long serialVersionUID = 1L;

  /// What is wrong with a rule.
  enum Kind {
    UNKNOWN_COMMAND("Unknown command or category name in ACL"),
    SYNTAX("Syntax error"),
    KEYS_AFTER_ALL(
        "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not"
            + " have any effect. Try 'resetkeys' to start with an empty list of patterns"),
    CHANNELS_AFTER_ALL(
        "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not"
            + " have any effect. Try 'resetchannels' to start with an empty list of channels"),
    NO_SUCH_PASSWORD("The password you are trying to remove from the user does not exist"),
    BAD_HASH(
        "The password hash must be exactly 64 characters and contain only lowercase hexadecimal"
            + " characters"),
    ARGUMENT_OF_SUBCOMMAND("Allowing first-arg of a subcommand is not supported");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private final Kind kind;

  RuleError(Kind kind) {
    super(kind.text, null, false, false);
    this.kind = kind;
  }

  /// What Redis says of it.
  public String reason() {
    return kind.text;
  }

  /// Whether the rule names a command or category that there is not, which may only be unknown yet.
  public boolean isUnknownCommand() {
    return kind == Kind.UNKNOWN_COMMAND;
  }
}
