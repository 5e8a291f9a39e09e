package io.skein.engine.replication;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Group;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.replication.FailoverEvent.Target;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import org.jspecify.annotations.Nullable;

/// FAILOVER.
final class FailoverCommand {
  private static final CommandError IN_CLUSTER =
      new CommandError(
          "ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead.");
  private static final CommandError NONE = new CommandError("ERR No failover in progress.");
  private static final CommandError BAD_TIMEOUT =
      new CommandError("ERR FAILOVER timeout must be greater than 0");

  private final Settings settings;
  private final ReplicationPort port;

  FailoverCommand(Settings settings, ReplicationPort port) {
    this.settings = settings;
    this.port = port;
  }

  Command declaration() {
    return Command.named("failover")
        .group(Group.SERVER)
        .docs("6.2.0", "O(1)", "Hands over to one of the server's replicas.")
        .syntax(
            "[target: TO host port:integer [force: FORCE]] [abort: ABORT]"
                + " [TIMEOUT milliseconds:integer]")
        .flags(CommandFlag.ADMIN, CommandFlag.NOSCRIPT, CommandFlag.STALE)
        .does(this::run);
  }

  private void run(Call call) {
    if (settings.isOn(ClusterSettings.CLUSTER_ENABLED)) {
      throw IN_CLUSTER;
    }
    if (call.count() == 2 && call.is(1, "abort")) {
      if (!port.failover().isActive()) {
        throw NONE;
      }
      port.on(new FailoverEvent.Abort("Failover manually aborted"));
    } else {
      FailoverEvent.Begin wish = wish(call);
      String objection = port.failover().objection(wish, port.nowMs());
      if (objection != null) {
        throw new CommandError(objection);
      }
      port.on(wish);
    }
    call.reply().ok();
  }

  /// Reads the options, which may come in any order.
  private static FailoverEvent.Begin wish(Call call) {
    long timeoutMs = 0;
    boolean force = false;
    @Nullable Target target = null;
    int i = 1;
    while (i < call.count()) {
      if (call.is(i, "timeout") && i + 1 < call.count() && timeoutMs == 0) {
        timeoutMs = call.integer(i + 1);
        if (timeoutMs <= 0) {
          throw BAD_TIMEOUT;
        }
        i += 2;
      } else if (call.is(i, "to") && i + 2 < call.count() && target == null) {
        // A number that is no port is that of no replica.
        long number = call.integer(i + 2);
        target = new Target(call.string(i + 1), number == (int) number ? (int) number : -1);
        i += 3;
      } else if (call.is(i, "force") && !force) {
        force = true;
        i++;
      } else {
        throw Errors.SYNTAX;
      }
    }
    return new FailoverEvent.Begin(target, timeoutMs, force);
  }
}
