package io.skein.engine.sentinel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an instance says of itself in INFO, as far as a Sentinel cares; a field is null when INFO
/// does not have it.
final class InfoReply {
  private static final int RUN_ID_CHARS = 40;

  /// A replica that a primary names.
  record Listed(String host, int port) {}

  @Nullable String runId;
  @Nullable Role role;
  final List<Listed> replicas = new ArrayList<>();
  @Nullable String primaryHost;
  @Nullable Integer primaryPort;
  @Nullable Boolean primaryLinkUp;
  @Nullable Integer priority;
  @Nullable Long offset;
  @Nullable Boolean announced;
  long linkDownMs;

  /// Whether it knows FAILOVER: Redis 6.2 or later.
  boolean canFailOver;

  private InfoReply() {}

  /// Takes the text apart; lines that say nothing of use are passed over.
  static InfoReply parse(String text) {
    InfoReply info = new InfoReply();
    for (String line : text.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        info.field(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return info;
  }

  private void field(String name, String value) {
    switch (name) {
      case "run_id" -> {
        if (value.length() >= RUN_ID_CHARS) {
          runId = value.substring(0, RUN_ID_CHARS);
        }
      }
      case "role" -> {
        if (value.startsWith("master")) {
          role = Role.PRIMARY;
        } else if (value.startsWith("slave")) {
          role = Role.REPLICA;
        }
      }
      case "master_link_down_since_seconds" -> linkDownMs = Math.max(0, number(value)) * 1000;
      case "master_failover_state" -> canFailOver = true;
      default -> {
        if (name.length() > 5 && name.startsWith("slave") && isDigit(name.charAt(5))) {
          listed(value);
        } else if (role == Role.REPLICA) {
          ofReplica(name, value);
        }
      }
    }
  }

  private void ofReplica(String name, String value) {
    switch (name) {
      case "master_host" -> primaryHost = value;
      case "master_port" -> primaryPort = (int) number(value);
      case "master_link_status" -> primaryLinkUp = value.equalsIgnoreCase("up");
      case "slave_priority" -> priority = (int) number(value);
      case "slave_repl_offset" -> offset = number(value);
      case "replica_announced" -> announced = number(value) != 0;
      default -> {}
    }
  }

  /// `ip=HOST,port=PORT,...`, or `HOST,PORT,STATE` of servers before 2.8.
  private void listed(String value) {
    String host = null;
    String port = null;
    String[] parts = value.split(",", -1);
    if (value.contains("ip=")) {
      for (String part : parts) {
        if (part.startsWith("ip=")) {
          host = part.substring(3);
        } else if (part.startsWith("port=")) {
          port = part.substring(5);
        }
      }
    } else if (parts.length >= 3) {
      host = parts[0];
      port = parts[1];
    }
    if (host == null || host.isEmpty() || port == null) {
      return;
    }
    long number = number(port);
    if (number > 0 && number <= Address.MAX_PORT) {
      replicas.add(new Listed(host, (int) number));
    }
  }

  /// The number that `text` begins with, or 0.
  private static long number(String text) {
    int to = text.startsWith("-") ? 1 : 0;
    while (to < text.length() && isDigit(text.charAt(to))) {
      to++;
    }
    try {
      return Long.parseLong(text.substring(0, to));
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
