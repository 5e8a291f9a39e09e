package io.skein.engine.resp;

import java.util.Set;

/// The error replies that more than one place gives, with Redis's texts.
public final class Errors {
  private Errors() {}

  public static final CommandError SYNTAX = new CommandError("ERR syntax error");
  public static final CommandError WRONG_TYPE =
      new CommandError("WRONGTYPE Operation against a key holding the wrong kind of value");
  public static final CommandError NOT_AN_INTEGER =
      new CommandError("ERR value is not an integer or out of range");
  public static final CommandError NOT_A_FLOAT = new CommandError("ERR value is not a valid float");
  public static final CommandError NO_SUCH_KEY = new CommandError("ERR no such key");
  public static final CommandError OUT_OF_RANGE = new CommandError("ERR index out of range");
  public static final CommandError OUT_OF_MEMORY =
      new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
  public static final CommandError STRING_TOO_LONG =
      new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  public static final CommandError OFFSET_OUT_OF_RANGE =
      new CommandError("ERR offset is out of range");
  public static final CommandError OVERFLOW =
      new CommandError("ERR increment or decrement would overflow");
  public static final CommandError NOT_POSITIVE =
      new CommandError("ERR value is out of range, must be positive");
  public static final CommandError DB_OUT_OF_RANGE =
      new CommandError("ERR DB index is out of range");
  public static final CommandError INVALID_DB = new CommandError("ERR invalid DB index");
  public static final CommandError INVALID_CURSOR = new CommandError("ERR invalid cursor");
  public static final CommandError BUSY_KEY =
      new CommandError("BUSYKEY Target key name already exists.");

  public static final CommandError SAME_OBJECT =
      new CommandError("ERR source and destination objects are the same");

  /// The codes of errors that say which node of a cluster serves a request, if any does.
  private static final Set<String> OF_CLUSTER =
      Set.of("MOVED", "ASK", "TRYAGAIN", "CROSSSLOT", "CLUSTERDOWN");

  /// `ERR value is out of range, value must between LEAST and MOST`.
  public static CommandError notBetween(long least, long most) {
    return new CommandError(
        "ERR value is out of range, value must between " + least + " and " + most);
  }

  /// What EXEC answers when it is turned away for `reason`, which a client of a cluster is told as
  /// it is, so that it finds its way.
  public static CommandError transactionDiscarded(CommandError reason) {
    String text = reason.text();
    int end = text.indexOf(' ');
    if (end > 0 && OF_CLUSTER.contains(text.substring(0, end))) {
      return reason;
    }
    boolean isWithoutCode =
        text.startsWith("ERR wrong number") || text.startsWith("ERR Can't execute 'exec'");
    return new CommandError(
        "EXECABORT Transaction discarded because of: "
            + (isWithoutCode ? text.substring("ERR ".length()) : text));
  }

  /// `ERR wrong number of arguments for 'NAME' command`.
  public static CommandError wrongArity(String fullName) {
    return new CommandError("ERR wrong number of arguments for '" + fullName + "' command");
  }

  /// `ERR invalid expire time in 'NAME' command`.
  public static CommandError invalidExpire(String fullName) {
    return new CommandError("ERR invalid expire time in '" + fullName + "' command");
  }
}
