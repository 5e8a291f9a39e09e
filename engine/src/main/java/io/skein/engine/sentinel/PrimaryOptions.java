package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// SENTINEL SET: the options of one primary.
///
/// Options are set in order; those before a mistake count.
final class PrimaryOptions {
  private static final Answer SCRIPTS_DENIED =
      new Answer.Failure(
          "ERR Reconfiguration of scripts path is denied for security reasons. Check the"
              + " deny-scripts-reconfig configuration directive in your Sentinel configuration");

  private final SentinelState state;
  private final Connections connections;
  private final Predicate<String> isExecutable;

  PrimaryOptions(SentinelState state, Connections connections, Predicate<String> isExecutable) {
    this.state = state;
    this.connections = connections;
    this.isExecutable = isExecutable;
  }

  /// Sets what `words` say; returns why not, or null when all is set.
  @Nullable Answer set(Primary primary, List<String> words) {
    Deque<String> left = new ArrayDeque<>(words);
    while (!left.isEmpty()) {
      String option = left.removeFirst();
      boolean renames = option.equalsIgnoreCase("rename-command");
      if (left.size() < (renames ? 2 : 1)) {
        return unknown(option);
      }
      Answer refusal;
      String said;
      if (renames) {
        String command = left.removeFirst();
        String newName = left.removeFirst();
        refusal = rename(primary, option, command, newName);
        said = command + " " + newName;
      } else {
        String value = left.removeFirst();
        refusal = set(primary, option, value);
        said = option.equalsIgnoreCase("auth-pass") ? "******" : value;
      }
      if (refusal != null) {
        return refusal;
      }
      state.out.event(LogLevel.WARNING, "+set", primary, " " + option + " " + said);
    }
    return null;
  }

  private static Answer unknown(String option) {
    return new Answer.Failure(
        "ERR Unknown option or number of arguments for SENTINEL SET '" + option + "'");
  }

  private static Answer invalid(String option, String value) {
    return new Answer.Failure(
        "ERR Invalid argument '" + value + "' for SENTINEL SET '" + option + "'");
  }

  private @Nullable Answer set(Primary primary, String option, String value) {
    return switch (option.toLowerCase(Locale.ROOT)) {
      case "down-after-milliseconds" -> number(option, value, 1, primary::downAfter);
      case "failover-timeout" -> number(option, value, 1, ms -> primary.failoverTimeoutMs = ms);
      case "parallel-syncs" -> number(option, value, 1, count -> primary.parallelSyncs = count);
      case "quorum" ->
          number(
              option, value, 1, count -> primary.quorum = (int) Math.min(count, Integer.MAX_VALUE));
      case "master-reboot-down-after-period" ->
          number(option, value, 0, ms -> primary.rebootDownAfterMs = ms);
      case "forget-replicas-after" ->
          number(option, value, 0, ms -> primary.forgetReplicasAfterMs = ms);
      case "forget-sentinels-after" ->
          number(option, value, 0, ms -> primary.forgetSentinelsAfterMs = ms);
      case "notification-script" -> {
        Answer refusal = script(value, "Notification script");
        if (refusal == null) {
          primary.notificationScript = orNull(value);
        }
        yield refusal;
      }
      case "client-reconfig-script" -> {
        Answer refusal = script(value, "Client reconfiguration script");
        if (refusal == null) {
          primary.clientReconfigScript = orNull(value);
        }
        yield refusal;
      }
      case "auth-pass" -> {
        primary.authPass = orNull(value);
        connections.dropServers(primary);
        yield null;
      }
      case "auth-user" -> {
        primary.authUser = orNull(value);
        connections.dropServers(primary);
        yield null;
      }
      default -> unknown(option);
    };
  }

  private static @Nullable String orNull(String value) {
    return value.isEmpty() ? null : value;
  }

  private static @Nullable Answer number(
      String option, String value, long least, LongConsumer set) {
    long number = Parameters.notNegative(value);
    if (number < least) {
      return invalid(option, value);
    }
    set.accept(number);
    return null;
  }

  private @Nullable Answer script(String path, String what) {
    if (state.denyScriptsReconfig) {
      return SCRIPTS_DENIED;
    }
    return path.isEmpty() || isExecutable.test(path)
        ? null
        : new Answer.Failure("ERR " + what + " seems non existing or non executable");
  }

  private static @Nullable Answer rename(
      Primary primary, String option, String command, String newName) {
    if (command.isEmpty() || newName.isEmpty()) {
      return invalid(option, "");
    }
    String key = command.toLowerCase(Locale.ROOT);
    primary.renamed.remove(key);
    if (!command.equalsIgnoreCase(newName)) {
      primary.renamed.put(key, new Primary.Renamed(command, newName));
    }
    return null;
  }
}
