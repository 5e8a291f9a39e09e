package io.skein.engine.node;

import io.skein.engine.acl.Denial;
import io.skein.engine.command.AccessControl;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Leniency;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.script.ScriptFlag;
import io.skein.engine.script.ScriptFlags;
import io.skein.engine.script.ScriptGates;
import io.skein.engine.script.ScriptRun;
import io.skein.engine.script.ScriptRunner;
import io.skein.engine.script.Scripting;
import org.jspecify.annotations.Nullable;

/// The gates for scripts: what a script must pass before it runs, and each command that it calls
/// before it is executed.
///
/// A script that has written once is let through to its end: to stop it half way would leave what
/// nobody has asked for.
final class ScriptChecks implements ScriptGates {
  private static final CommandError NOT_ON_CLUSTER =
      new CommandError("ERR Can not run script on cluster, 'no-cluster' flag is set.");
  private static final CommandError STALE =
      new CommandError(
          "MASTERDOWN Link with MASTER is down, replica-serve-stale-data is set to 'no' and"
              + " 'allow-stale' flag is not set on the script.");
  private static final CommandError ON_REPLICA =
      new CommandError("READONLY Can not run script with write flag on readonly replica");
  private static final CommandError SAVE_FAILS =
      new CommandError(
          "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to"
              + " disk. Writable scripts are blocked. Use 'no-writes' flag for read only scripts.");
  private static final CommandError WRITES_BY_RO =
      new CommandError("ERR Can not execute a script with write flag using *_ro command.");
  private static final CommandError NO_MEMORY =
      new CommandError(
          "OOM allow-oom flag is not set on the script, can not run it when used memory >"
              + " 'maxmemory'");
  private static final CommandError COMMAND_ON_STALE =
      new CommandError("ERR Can not execute the command on a stale replica");
  private static final CommandError READ_ONLY_SCRIPT =
      new CommandError("ERR Write commands are not allowed from read-only scripts.");
  private static final CommandError DOWN_READ_ONLY =
      new CommandError(
          "ERR Script attempted to execute a write command while the cluster is down and readonly");
  private static final CommandError DOWN =
      new CommandError("ERR Script attempted to execute a command while the cluster is down");
  private static final CommandError NOT_LOCAL =
      new CommandError("ERR Script attempted to access a non local key in a cluster node");
  private static final CommandError OTHER_SLOT =
      new CommandError("ERR Script attempted to access keys that do not hash to the same slot");

  private final Settings settings;
  private final NodeState state;
  private final AccessControl access;
  private final Redirection redirection;
  private final Gates gates;

  ScriptChecks(
      Settings settings,
      NodeState state,
      AccessControl access,
      Redirection redirection,
      Gates gates) {
    this.settings = settings;
    this.state = state;
    this.access = access;
    this.redirection = redirection;
    this.gates = gates;
  }

  /// What runs the scripts that pass here.
  Scripting scripting(
      NodeHost host,
      CommandTable table,
      Keyspace keyspace,
      Sessions sessions,
      Dispatcher dispatcher,
      Leniency leniency) {
    ScriptRunner.Parts parts =
        new ScriptRunner.Parts(
            settings,
            table,
            keyspace,
            sessions,
            dispatcher,
            dispatcher.errors(),
            this,
            leniency,
            host::nanos,
            host::unixMicros,
            host::log,
            host::serveOthers,
            host::isEnding);
    Scripting scripting = new Scripting(host.scripts(), parts);
    gates.scripts(scripting.runner());
    dispatcher.holds().by(scripting);
    return scripting;
  }

  private boolean isStale() {
    return state.isReplica()
        && !state.isPrimaryLinkUp()
        && !settings.isOn(ReplicationSettings.REPLICA_SERVE_STALE_DATA);
  }

  private boolean isReadOnlyReplica() {
    return state.isReplica() && settings.isOn(ReplicationSettings.REPLICA_READ_ONLY);
  }

  @Override
  public @Nullable CommandError refusal(Call call, ScriptFlags flags, boolean readOnly) {
    if (!flags.declared()) {
      return isStale() ? Gates.MASTER_DOWN : null;
    }
    if (flags.has(ScriptFlag.NO_CLUSTER) && redirection.isCluster()) {
      return NOT_ON_CLUSTER;
    }
    if (isStale() && !flags.has(ScriptFlag.ALLOW_STALE)) {
      return STALE;
    }
    if (flags.has(ScriptFlag.NO_WRITES)) {
      return null;
    }
    if (!call.isFromPrimary()) {
      CommandError error = ofWriter();
      if (error != null) {
        return error;
      }
    }
    if (readOnly) {
      return WRITES_BY_RO;
    }
    CommandError error = call.isFromPrimary() ? null : gates.replicas();
    boolean lacks = state.isOutOfMemory() && !flags.has(ScriptFlag.ALLOW_OOM);
    return error != null ? error : lacks ? NO_MEMORY : null;
  }

  private @Nullable CommandError ofWriter() {
    if (isReadOnlyReplica()) {
      return ON_REPLICA;
    }
    if (state.isSaveFailing() && !state.isReplica()) {
      return SAVE_FAILS;
    }
    String append = state.appendError();
    return append == null
        ? null
        : new CommandError(
            "MISCONF Redis is configured to persist data to AOF, but it's currently unable to"
                + " persist to disk. Writable scripts are blocked. Use 'no-writes' flag for read only"
                + " scripts. AOF error: "
                + append);
  }

  @Override
  public @Nullable CommandError refusal(Call inner, ScriptRun run) {
    Command command = inner.command();
    if (isStale() && !command.has(CommandFlag.STALE)) {
      return COMMAND_ON_STALE;
    }
    if (!inner.session().user().isUnlimited()) {
      Denial denial = access.denial(inner, Denial.Context.LUA);
      if (denial != null) {
        String what = AccessControl.describe(inner.session().user(), command, inner, denial, false);
        return new CommandError("ERR ACL failure in script: " + what);
      }
    }
    boolean writes = command.has(CommandFlag.WRITE);
    if (run.isReadOnly() && (writes || command.has(CommandFlag.MAY_REPLICATE))) {
      return READ_ONLY_SCRIPT;
    }
    if (!run.hasWritten() && !inner.isFromPrimary()) {
      CommandError error = writes ? ofWrite() : null;
      if (error == null
          && state.isOutOfMemory()
          && !run.allowsOom()
          && command.has(CommandFlag.DENYOOM)) {
        error = Errors.OUT_OF_MEMORY;
      }
      if (error != null) {
        return error;
      }
    }
    if (writes) {
      run.wrote();
    }
    return redirection.isCluster() && !inner.isFromPrimary() ? ofCluster(inner, run) : null;
  }

  private @Nullable CommandError ofWrite() {
    if (isReadOnlyReplica()) {
      return Gates.READ_ONLY;
    }
    if (state.isSaveFailing() && !state.isReplica()) {
      return Gates.MISCONF;
    }
    String append = state.appendError();
    return append != null
        ? new CommandError("MISCONF Errors writing to the AOF file: " + append)
        : gates.replicas();
  }

  private @Nullable CommandError ofCluster(Call inner, ScriptRun run) {
    CommandError error = redirection.refusal(inner);
    if (error != null) {
      if (error == Redirection.NOT_SERVED || !error.text().startsWith("CLUSTERDOWN")) {
        return NOT_LOCAL;
      }
      return error == Redirection.DOWN_READ_ONLY ? DOWN_READ_ONLY : DOWN;
    }
    for (int i = 0; i < inner.keyCount(); i++) {
      int slot = inner.keyAt(i).slot();
      if (run.slot() < 0) {
        run.slot(slot);
      } else if (run.slot() != slot && !run.allowsCrossSlot()) {
        return OTHER_SLOT;
      }
    }
    return null;
  }

  @Override
  public boolean isPermitted(Call inner) {
    return access.check(inner.session().user(), inner.command(), inner) == null;
  }
}
