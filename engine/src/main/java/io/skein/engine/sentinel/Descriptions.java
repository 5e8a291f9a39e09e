package io.skein.engine.sentinel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Instances as SENTINEL MASTER and its like show them.
final class Descriptions {
  private final SentinelState state;

  Descriptions(SentinelState state) {
    this.state = state;
  }

  Answer of(Instance instance) {
    Map<String, Answer> fields = new LinkedHashMap<>();
    Link link = instance.link();
    text(fields, "name", instance.name());
    text(fields, "ip", state.announced(instance.address()));
    number(fields, "port", instance.address().port());
    text(fields, "runid", instance.runId == null ? "" : instance.runId);
    text(fields, "flags", String.join(",", flags(instance)));
    number(fields, "link-pending-commands", link.pendingCommands());
    number(fields, "link-refcount", link.owners.size());
    if (instance instanceof Primary primary && primary.isFailingOver()) {
      text(fields, "failover-state", primary.failover().wireName());
    }
    number(fields, "last-ping-sent", link.pendingPingMs == 0 ? 0 : age(link.pendingPingMs));
    number(fields, "last-ok-ping-reply", age(link.availableMs));
    number(fields, "last-ping-reply", age(link.pongMs));
    if (instance.subjectivelyDown) {
      number(fields, "s-down-time", age(instance.subjectivelyDownSinceMs));
    }
    if (instance instanceof Primary primary && primary.objectivelyDown) {
      number(fields, "o-down-time", age(primary.objectivelyDownSinceMs()));
    }
    number(fields, "down-after-milliseconds", instance.downAfterMs);
    switch (instance) {
      case Primary primary -> {
        server(fields, primary);
        primary(fields, primary);
      }
      case Replica replica -> {
        server(fields, replica);
        replica(fields, replica);
      }
      case Peer peer -> {
        number(fields, "last-hello-message", age(peer.helloMs));
        text(fields, "voted-leader", peer.leader == null ? "?" : peer.leader);
        number(fields, "voted-leader-epoch", peer.leaderEpoch);
      }
    }
    return new Answer.Fields(fields);
  }

  private void server(Map<String, Answer> fields, Instance instance) {
    number(fields, "info-refresh", instance.infoMs == 0 ? 0 : age(instance.infoMs));
    text(fields, "role-reported", instance.roleReported.wireName());
    number(fields, "role-reported-time", age(instance.roleReportedMs));
  }

  private static void primary(Map<String, Answer> fields, Primary primary) {
    number(fields, "config-epoch", primary.configEpoch());
    number(fields, "num-slaves", primary.replicas.size());
    number(fields, "num-other-sentinels", primary.sentinels.size());
    number(fields, "quorum", primary.quorum);
    number(fields, "failover-timeout", primary.failoverTimeoutMs);
    number(fields, "parallel-syncs", primary.parallelSyncs);
    if (primary.notificationScript != null) {
      text(fields, "notification-script", primary.notificationScript);
    }
    if (primary.clientReconfigScript != null) {
      text(fields, "client-reconfig-script", primary.clientReconfigScript);
    }
  }

  private static void replica(Map<String, Answer> fields, Replica replica) {
    number(fields, "master-link-down-time", replica.primaryLinkDownMs);
    text(fields, "master-link-status", replica.primaryLinkUp ? "ok" : "err");
    text(fields, "master-host", replica.primaryHost == null ? "?" : replica.primaryHost);
    number(fields, "master-port", replica.primaryPort);
    number(fields, "slave-priority", replica.priority);
    number(fields, "slave-repl-offset", replica.offset);
    number(fields, "replica-announced", replica.announced ? 1 : 0);
  }

  private static List<String> flags(Instance instance) {
    List<String> flags = new ArrayList<>();
    Primary primary = instance instanceof Primary p ? p : null;
    Replica replica = instance instanceof Replica r ? r : null;
    add(flags, instance.subjectivelyDown, "s_down");
    add(flags, primary != null && primary.objectivelyDown, "o_down");
    flags.add(instance.role().wireName());
    add(flags, instance.link().disconnected, "disconnected");
    add(flags, instance instanceof Peer peer && peer.saysDown, "master_down");
    add(flags, primary != null && primary.isFailingOver(), "failover_in_progress");
    if (replica != null) {
      add(flags, replica.promoted, "promoted");
      switch (replica.reconfiguration()) {
        case NONE -> {}
        case SENT -> flags.add("reconf_sent");
        case IN_PROGRESS -> flags.add("reconf_inprog");
        case DONE -> flags.add("reconf_done");
      }
    }
    add(flags, primary != null && primary.isFailingOver() && primary.forced, "force_failover");
    add(flags, instance.scriptKillSent, "script_kill_sent");
    add(flags, primary != null && primary.rebooted, "master_reboot");
    return flags;
  }

  private static void add(List<String> flags, boolean is, String flag) {
    if (is) {
      flags.add(flag);
    }
  }

  /// An INFO that is kept, with its age.
  Answer cached(Instance instance) {
    return new Answer.Items(
        List.of(
            new Answer.Int(instance.infoMs == 0 ? 0 : age(instance.infoMs)),
            instance.infoKnown ? new Answer.Bulk(instance.infoText) : new Answer.Null()));
  }

  Map<String, Answer> section(Scripts scripts) {
    Map<String, Answer> fields = new LinkedHashMap<>();
    number(fields, "sentinel_masters", state.primaries.size());
    number(fields, "sentinel_tilt", state.tilt ? 1 : 0);
    number(fields, "sentinel_tilt_since_seconds", state.tilt ? age(state.tiltStartMs) / 1000 : -1);
    number(fields, "sentinel_running_scripts", scripts.running());
    number(fields, "sentinel_scripts_queue_length", scripts.size());
    number(
        fields,
        "sentinel_simulate_failure_flags",
        (state.crashAfterElection ? 1 : 0) + (state.crashAfterPromotion ? 2 : 0));
    int i = 0;
    for (Primary primary : state.primaries.values()) {
      String status = primary.objectivelyDown ? "odown" : primary.subjectivelyDown ? "sdown" : "ok";
      text(
          fields,
          "master" + i++,
          "name="
              + primary.name()
              + ",status="
              + status
              + ",address="
              + state.announced(primary.address())
              + ":"
              + primary.address().port()
              + ",slaves="
              + primary.replicas.size()
              + ",sentinels="
              + (primary.sentinels.size() + 1));
    }
    return fields;
  }

  private long age(long ms) {
    return state.nowMs - ms;
  }

  private static void text(Map<String, Answer> fields, String name, String value) {
    fields.put(name, new Answer.Bulk(value));
  }

  private static void number(Map<String, Answer> fields, String name, long value) {
    fields.put(name, new Answer.Bulk(Long.toString(value)));
  }
}
