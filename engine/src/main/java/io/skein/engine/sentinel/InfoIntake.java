package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import io.skein.engine.sentinel.Replica.Reconfiguration;

/// Learns from INFO what an instance is, and has one that is not what it should be put right.
final class InfoIntake {
  /// One that turned into a primary is given so many periods in which hellos come, before we insist
  /// on what we know.
  private static final int HELLOS = 4;

  private final SentinelState state;
  private final Registry registry;
  private final Failover failover;
  private final RoleChange roles;

  InfoIntake(SentinelState state, Registry registry, Failover failover, RoleChange roles) {
    this.state = state;
    this.registry = registry;
    this.failover = failover;
    this.roles = roles;
  }

  void on(Instance instance, String text) {
    InfoReply info = InfoReply.parse(text);
    instance.infoText = text;
    instance.infoKnown = true;
    instance.canFailOver = info.canFailOver;
    identity(instance, info);
    if (instance instanceof Primary primary) {
      info.replicas.forEach(listed -> discover(primary, listed));
    } else if (instance instanceof Replica replica) {
      follow(replica, info);
    }
    instance.infoMs = state.nowMs;
    Role role = info.role;
    if (role == null) {
      return;
    }
    if (role != instance.roleReported) {
      roleChanged(instance, role);
    }
    if (!state.tilt && instance instanceof Replica replica) {
      if (role == Role.PRIMARY) {
        becamePrimary(replica);
      } else {
        putRight(replica);
        progress(replica);
      }
    }
  }

  private void identity(Instance instance, InfoReply info) {
    String now = info.runId;
    if (now == null || now.equals(instance.runId)) {
      return;
    }
    if (instance.runId != null) {
      state.out.event(LogLevel.NOTICE, "+reboot", instance);
      if (instance instanceof Primary primary && primary.rebootDownAfterMs != 0) {
        primary.rebooted = true;
        primary.rebootedMs = state.nowMs;
      }
    }
    instance.runId = now;
  }

  private void discover(Primary primary, InfoReply.Listed listed) {
    if (state.resolver.resolve(listed.host()) == null) {
      // It will be listed again when its name is known.
      return;
    }
    Replica known = registry.replicaAt(primary, listed.host(), listed.port());
    if (known != null) {
      known.listedMs = state.nowMs;
      return;
    }
    Replica added = registry.addReplica(primary, listed.host(), listed.port()).instance();
    if (added != null) {
      state.out.event(LogLevel.NOTICE, "+slave", added);
      state.save();
    }
  }

  private void follow(Replica replica, InfoReply info) {
    replica.primaryLinkDownMs = info.linkDownMs;
    String host = info.primaryHost;
    if (host != null && !host.equalsIgnoreCase(replica.primaryHost)) {
      replica.primaryHost = host;
      replica.primaryChangedMs = state.nowMs;
    }
    Integer port = info.primaryPort;
    if (port != null && port != replica.primaryPort) {
      replica.primaryPort = port;
      replica.primaryChangedMs = state.nowMs;
    }
    replica.primaryLinkUp = info.primaryLinkUp == null ? replica.primaryLinkUp : info.primaryLinkUp;
    replica.priority = info.priority == null ? replica.priority : info.priority;
    replica.offset = info.offset == null ? replica.offset : info.offset;
    replica.announced = info.announced == null ? replica.announced : info.announced;
  }

  private void roleChanged(Instance instance, Role role) {
    instance.roleReported = role;
    instance.roleReportedMs = state.nowMs;
    if (role == Role.REPLICA && instance instanceof Replica replica) {
      replica.primaryChangedMs = state.nowMs;
    }
    state.out.event(
        LogLevel.VERBOSE,
        instance.role() == role ? "+role-change" : "-role-change",
        instance,
        " new reported role is " + role.wireName());
  }

  private void becamePrimary(Replica replica) {
    if (failover.onPromoted(replica)) {
      return;
    }
    Primary primary = replica.primary();
    long wait = HELLOS * state.periods.get(Periods.Name.PUBLISH_PERIOD);
    if (!replica.promoted
        && primary.looksSane(state.periods, state.nowMs)
        && replica.wasUpFor(wait, state.nowMs)
        && state.nowMs - replica.roleReportedMs > wait
        && roles.replicaOf(replica, primary.address())) {
      state.out.event(LogLevel.NOTICE, "+convert-to-slave", replica);
    }
  }

  /// A replica of somebody else is made one of its primary again.
  private void putRight(Replica replica) {
    Primary primary = replica.primary();
    String host = replica.primaryHost;
    if (host == null
        || replica.primaryPort == primary.address().port() && state.isAt(primary.address(), host)) {
      return;
    }
    long wait = primary.failoverTimeoutMs;
    if (primary.looksSane(state.periods, state.nowMs)
        && replica.wasUpFor(wait, state.nowMs)
        && state.nowMs - replica.primaryChangedMs > wait
        && roles.replicaOf(replica, primary.address())) {
      state.out.event(LogLevel.NOTICE, "+fix-slave-config", replica);
    }
  }

  private void progress(Replica replica) {
    Replica next = replica.primary().promoted;
    String host = replica.primaryHost;
    if (replica.reconfiguration() == Reconfiguration.SENT
        && next != null
        && host != null
        && replica.primaryPort == next.address().port()
        && state.isAt(next.address(), host)) {
      replica.reconfiguration(Reconfiguration.IN_PROGRESS);
      state.out.event(LogLevel.NOTICE, "+slave-reconf-inprog", replica);
    }
    if (replica.reconfiguration() == Reconfiguration.IN_PROGRESS && replica.primaryLinkUp) {
      replica.reconfiguration(Reconfiguration.DONE);
      state.out.event(LogLevel.NOTICE, "+slave-reconf-done", replica);
    }
  }
}
