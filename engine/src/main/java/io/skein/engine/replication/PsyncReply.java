package io.skein.engine.replication;

import org.jspecify.annotations.Nullable;

/// What a primary can answer to PSYNC.
sealed interface PsyncReply {
  /// A snapshot follows, which is the history `replid` up to `offset`.
  record Full(String replid, long offset) implements PsyncReply {}

  /// The bytes asked for follow; `replid` is the history's new name, or null if it keeps its name.
  record Continue(@Nullable String replid) implements PsyncReply {}

  /// Not now.
  record Later(String line) implements PsyncReply {}

  /// It does not know the command, or something is wrong with the answer.
  record Unsupported(String line) implements PsyncReply {}

  /// Returns what this means, for the log.
  default String meaning() {
    return switch (this) {
      case Full r -> "Full resync from master: " + r.replid() + ":" + r.offset();
      case Continue r -> "Successful partial resynchronization with master.";
      case Later r ->
          "Master is currently unable to PSYNC but should be in the future: " + r.line();
      case Unsupported r ->
          "Master does not support PSYNC or is in error state (reply: " + r.line() + ")";
    };
  }

  /// Whether data follow.
  default boolean isAccepted() {
    return this instanceof Full || this instanceof Continue;
  }

  /// Reads a line that is not empty.
  static PsyncReply parse(String line) {
    if (line.startsWith("+FULLRESYNC")) {
      String[] parts = line.split(" ", -1);
      if (parts.length != 3 || parts[1].length() != 40) {
        return new Later(line);
      }
      try {
        long offset = Long.parseLong(parts[2].trim());
        return offset < 0 ? new Later(line) : new Full(parts[1], offset);
      } catch (NumberFormatException e) {
        return new Later(line);
      }
    }
    if (line.startsWith("+CONTINUE")) {
      String id = line.substring("+CONTINUE".length()).trim();
      return new Continue(id.length() == 40 ? id : null);
    }
    if (line.startsWith("-NOMASTERLINK") || line.startsWith("-LOADING")) {
      return new Later(line);
    }
    return new Unsupported(line);
  }
}
