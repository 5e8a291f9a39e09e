package io.skein.engine.config;

import java.util.List;

/// `replicaof HOST PORT`, or `replicaof no one`.
final class ReplicaOfSetting extends CompoundSetting<ReplicaOf> {
  private static final int MAX_PORT = 65535;

  ReplicaOfSetting() {
    super("replicaof", "slaveof", IMMUTABLE, ReplicaOf.NO_ONE);
  }

  @Override
  ReplicaOf parse(List<String> words, ReplicaOf current) throws ConfigError {
    if (words.size() != 2) {
      throw new ConfigError("wrong number of arguments");
    }
    String host = words.get(0);
    if (host.equalsIgnoreCase("no") && words.get(1).equalsIgnoreCase("one")) {
      return ReplicaOf.NO_ONE;
    }
    int port = (int) number(words.get(1), 0, MAX_PORT, "Invalid master port");
    if (!ConfigText.isBare(host)) {
      throw new ConfigError("Invalid master host");
    }
    return new ReplicaOf(host, port);
  }

  @Override
  String show(ReplicaOf value) {
    return value.isReplica() ? value.host() + " " + value.port() : "";
  }

  @Override
  void rewrite(ReplicaOf value, ConfigRewrite out) {
    if (value.isReplica() && !out.isOn(ClusterSettings.CLUSTER_ENABLED)) {
      out.line(name(), name() + " " + show(value), true);
    } else {
      out.processed(name());
    }
  }
}
