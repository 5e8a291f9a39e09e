package io.skein.engine.sentinel;

/// Writes the state of a Sentinel as it is to be found again after a restart.
final class ConfigLines {
  private ConfigLines() {}

  static SentinelConfig of(SentinelState state) {
    SentinelConfig config = new SentinelConfig();
    config.add("myid", state.myId);
    config.addUnlessDefault(
        "deny-scripts-reconfig", yesNo(state.denyScriptsReconfig), state.denyScriptsReconfig);
    config.addUnlessDefault(
        "resolve-hostnames", yesNo(state.resolveHostnames), !state.resolveHostnames);
    config.addUnlessDefault(
        "announce-hostnames", yesNo(state.announceHostnames), !state.announceHostnames);
    state.primaries.values().forEach(primary -> primary(config, state, primary));
    config.add("current-epoch", Long.toString(state.currentEpoch()));
    if (!state.announceIp.isEmpty()) {
      config.add("announce-ip", "\"" + state.announceIp + "\"");
    }
    if (state.announcePort != 0) {
      config.add("announce-port", Integer.toString(state.announcePort));
    }
    if (state.sentinelUser != null) {
      config.add("sentinel-user", Parameters.word(state.sentinelUser));
    }
    if (state.sentinelPass != null) {
      config.add("sentinel-pass", Parameters.word(state.sentinelPass));
    }
    return config;
  }

  private static void primary(SentinelConfig config, SentinelState state, Primary primary) {
    String name = Parameters.word(primary.name());
    Address current = primary.currentAddress();
    config.add("monitor", name + " " + place(state, current) + " " + primary.quorum);
    settings(config, state, primary, name);
    config.add("config-epoch", name + " " + primary.configEpoch());
    config.add("leader-epoch", name + " " + primary.leaderEpoch);
    for (Replica replica : primary.replicas.values()) {
      // When a replica has been promoted already, its old primary takes its place.
      boolean moved = replica.address().isSame(current);
      Address address = moved ? primary.address() : replica.address();
      config.add("known-replica", name + " " + place(state, address));
    }
    for (Peer peer : primary.sentinels.values()) {
      config.add("known-sentinel", name + " " + place(state, peer.address()) + " " + peer.name());
    }
    for (Primary.Renamed renamed : primary.renamed.values()) {
      config.add(
          "rename-command",
          name
              + " "
              + Parameters.word(renamed.command())
              + " "
              + Parameters.word(renamed.newName()));
    }
  }

  private static void settings(
      SentinelConfig config, SentinelState state, Primary primary, String name) {
    if (primary.downAfterMs != state.periods.get(Periods.Name.DEFAULT_DOWN_AFTER)) {
      config.add("down-after-milliseconds", name + " " + primary.downAfterMs);
    }
    if (primary.failoverTimeoutMs != state.periods.get(Periods.Name.DEFAULT_FAILOVER_TIMEOUT)) {
      config.add("failover-timeout", name + " " + primary.failoverTimeoutMs);
    }
    if (primary.parallelSyncs != 1) {
      config.add("parallel-syncs", name + " " + primary.parallelSyncs);
    }
    if (primary.notificationScript != null) {
      config.add("notification-script", name + " " + Parameters.word(primary.notificationScript));
    }
    if (primary.clientReconfigScript != null) {
      config.add(
          "client-reconfig-script", name + " " + Parameters.word(primary.clientReconfigScript));
    }
    if (primary.authPass != null) {
      config.add("auth-pass", name + " " + Parameters.word(primary.authPass));
    }
    if (primary.authUser != null) {
      config.add("auth-user", name + " " + Parameters.word(primary.authUser));
    }
    if (primary.rebootDownAfterMs != 0) {
      config.add("master-reboot-down-after-period", name + " " + primary.rebootDownAfterMs);
    }
    if (primary.forgetReplicasAfterMs != 0) {
      config.add("forget-replicas-after", name + " " + primary.forgetReplicasAfterMs);
    }
    if (primary.forgetSentinelsAfterMs != 0) {
      config.add("forget-sentinels-after", name + " " + primary.forgetSentinelsAfterMs);
    }
  }

  private static String place(SentinelState state, Address address) {
    return Parameters.word(state.announced(address)) + " " + address.port();
  }

  private static String yesNo(boolean on) {
    return on ? "yes" : "no";
  }
}
