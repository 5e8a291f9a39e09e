package io.skein.engine.sentinel;

import io.skein.engine.config.ConfigError;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.SentinelLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads the `sentinel` lines of a configuration file.
///
/// Whatever their order in the file: first what concerns the whole Sentinel, then the primaries,
/// then what concerns each of those.
final class ConfigDirectives {
  private static final Set<String> FIRST =
      Set.of(
          "announce-ip",
          "announce-port",
          "deny-scripts-reconfig",
          "sentinel-user",
          "sentinel-pass",
          "current-epoch",
          "myid",
          "resolve-hostnames",
          "announce-hostnames");
  private static final int ID_CHARS = 40;

  private final SentinelState state;
  private final Registry registry;
  private final Predicate<String> isExecutable;

  ConfigDirectives(SentinelState state, Registry registry, Predicate<String> isExecutable) {
    this.state = state;
    this.registry = registry;
    this.isExecutable = isExecutable;
  }

  void read(List<SentinelLine> lines) throws ConfigFileError {
    List<List<SentinelLine>> passes =
        List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (SentinelLine line : lines) {
      String name = directive(line);
      passes.get(FIRST.contains(name) ? 0 : name.equals("monitor") ? 1 : 2).add(line);
    }
    for (List<SentinelLine> pass : passes) {
      for (SentinelLine line : pass) {
        try {
          read(directive(line), line.words());
        } catch (ConfigError refused) {
          throw ConfigFileError.atLine(line, refused.reason());
        }
      }
    }
  }

  private static String directive(SentinelLine line) {
    return line.words().getFirst().toLowerCase(Locale.ROOT);
  }

  private void read(String name, List<String> words) throws ConfigError {
    int count = words.size();
    String first = count > 1 ? words.get(1) : "";
    boolean known =
        switch (count) {
          case 2 -> global(name, first);
          case 3 -> ofPrimary(name, first, words.get(2));
          case 4 -> instance(name, words);
          case 5 -> placed(name, words);
          default -> false;
        };
    if (!known) {
      throw new ConfigError("Unrecognized sentinel configuration statement.");
    }
  }

  private boolean global(String name, String value) throws ConfigError {
    switch (name) {
      case "announce-ip" -> state.announceIp = value;
      case "announce-port" -> state.announcePort = Parameters.leading(value);
      case "deny-scripts-reconfig" -> state.denyScriptsReconfig = yes(name, value, "options");
      case "sentinel-user" -> state.sentinelUser = value.isEmpty() ? null : value;
      case "sentinel-pass" -> state.sentinelPass = value.isEmpty() ? null : value;
      case "current-epoch" -> state.sawEpoch(epoch(value));
      case "myid" -> {
        if (value.length() != ID_CHARS) {
          throw new ConfigError("Malformed Sentinel id in myid option.");
        }
        state.myId = value;
      }
      case "resolve-hostnames" -> state.resolveHostnames = yes(name, value, "option");
      case "announce-hostnames" -> state.announceHostnames = yes(name, value, "option");
      default -> {
        return false;
      }
    }
    return true;
  }

  private static boolean yes(String name, String value, String noun) throws ConfigError {
    if (!Parameters.isYesOrNo(value)) {
      throw new ConfigError("Please specify yes or no for the " + name + " " + noun + ".");
    }
    return value.equalsIgnoreCase("yes");
  }

  private static long epoch(String value) throws ConfigError {
    long epoch = Parameters.notNegative(value);
    if (epoch < 0) {
      throw new ConfigError("Invalid epoch.");
    }
    return epoch;
  }

  private boolean ofPrimary(String directive, String name, String value) throws ConfigError {
    switch (directive) {
      case "down-after-milliseconds" -> primary(name).downAfter(period(value));
      case "failover-timeout" -> primary(name).failoverTimeoutMs = period(value);
      case "parallel-syncs" -> primary(name).parallelSyncs = Parameters.leading(value);
      case "notification-script" -> {
        Primary primary = primary(name);
        check(value, "Notification script seems non existing or non executable.");
        primary.notificationScript = value;
      }
      case "client-reconfig-script" -> {
        Primary primary = primary(name);
        check(value, "Client reconfiguration script seems non existing or non executable.");
        primary.clientReconfigScript = value;
      }
      case "auth-pass" -> primary(name).authPass = value;
      case "auth-user" -> primary(name).authUser = value;
      case "config-epoch" -> {
        primary(name).configEpoch(epoch(value));
        state.sawEpoch(epoch(value));
      }
      case "leader-epoch" -> primary(name).leaderEpoch = epoch(value);
      case "master-reboot-down-after-period" -> {
        Primary primary = primary(name);
        int ms = Parameters.leading(value);
        if (ms < 0) {
          throw new ConfigError("negative time parameter.");
        }
        primary.rebootDownAfterMs = ms;
      }
      case "forget-replicas-after" -> primary(name).forgetReplicasAfterMs = age(value);
      case "forget-sentinels-after" -> primary(name).forgetSentinelsAfterMs = age(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private Primary primary(String name) throws ConfigError {
    Primary primary = state.primaries.get(name);
    if (primary == null) {
      throw new ConfigError("No such master with specified name.");
    }
    return primary;
  }

  private static long period(String value) throws ConfigError {
    int ms = Parameters.leading(value);
    if (ms <= 0) {
      throw new ConfigError("negative or zero time parameter.");
    }
    return ms;
  }

  private static long age(String value) throws ConfigError {
    long ms = Parameters.notNegative(value);
    if (ms < 0) {
      throw new ConfigError("negative time parameter.");
    }
    return ms;
  }

  private void check(String script, String otherwise) throws ConfigError {
    if (!isExecutable.test(script)) {
      throw new ConfigError(otherwise);
    }
  }

  private boolean instance(String directive, List<String> words) throws ConfigError {
    switch (directive) {
      case "known-slave", "known-replica" -> {
        Primary primary = primary(words.get(1));
        refuse(
            registry.addReplica(primary, words.get(2), Parameters.leading(words.get(3))).refusal(),
            "Duplicate hostname and port for replica.");
      }
      case "known-sentinel" -> {
        // The form of old files, without an id: whoever it was will say hello.
      }
      case "rename-command" -> {
        Primary primary = primary(words.get(1));
        Primary.Renamed renamed = new Primary.Renamed(words.get(2), words.get(3));
        if (primary.renamed.put(words.get(2).toLowerCase(Locale.ROOT), renamed) != null) {
          throw new ConfigError("Same command renamed multiple times with rename-command.");
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean placed(String directive, List<String> words) throws ConfigError {
    int port = Parameters.leading(words.get(3));
    switch (directive) {
      case "monitor" -> {
        int quorum = Parameters.leading(words.get(4));
        if (quorum <= 0) {
          throw new ConfigError("Quorum must be 1 or greater.");
        }
        refuse(
            registry.addPrimary(words.get(1), words.get(2), port, quorum).refusal(),
            "Duplicate master name.");
      }
      case "known-sentinel" -> {
        Primary primary = primary(words.get(1));
        refuse(
            registry.addPeer(primary, words.get(4), words.get(2), port).refusal(),
            "Duplicate runid for sentinel.");
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void refuse(Registry.@Nullable Refusal refusal, String duplicate)
      throws ConfigError {
    if (refusal != null) {
      throw new ConfigError(refusal.text(duplicate));
    }
  }
}
