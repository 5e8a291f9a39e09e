package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Session;
import io.skein.engine.command.Transaction;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import org.jspecify.annotations.Nullable;

/// Which node of a cluster serves a call: ours, or the one that the client is sent to.
///
/// *See* the Redis Cluster specification, "MOVED Redirection" and "ASK redirection".
final class Redirection {
  private static final CommandError CROSS_SLOT =
      new CommandError("CROSSSLOT Keys in request don't hash to the same slot");
  private static final CommandError TRY_AGAIN =
      new CommandError("TRYAGAIN Multiple keys request during rehashing of slot");
  private static final CommandError DOWN = new CommandError("CLUSTERDOWN The cluster is down");
  static final CommandError DOWN_READ_ONLY =
      new CommandError("CLUSTERDOWN The cluster is down and only accepts read commands");
  static final CommandError NOT_SERVED = new CommandError("CLUSTERDOWN Hash slot not served");

  /// The control plane looks at the cluster ten times a second: a view can always be this old.
  private static final long FRESH_MS = 200;

  private final Settings settings;
  private final Keyspace keyspace;
  private final @Nullable ClusterPort port;
  private final CallKeys callKeys;
  private final SlotCleaner cleaner;

  /// Whether the view may be older than a failover takes: what waits in the sockets of a process
  /// that stood still is read before its control plane has heard anything.
  private boolean viewIsOld;

  Redirection(
      Settings settings, Keyspace keyspace, @Nullable ClusterPort port, SlotCleaner cleaner) {
    this.cleaner = cleaner;
    this.settings = settings;
    this.keyspace = keyspace;
    this.port = port;
    this.callKeys = new CallKeys(keyspace);
  }

  /// Time may have passed: looks whether the view can still be trusted.
  void turnBegins() {
    if (port != null) {
      long timeoutMs = settings.number(ClusterSettings.CLUSTER_NODE_TIMEOUT);
      viewIsOld = port.viewAgeMs() > Math.max(timeoutMs, FRESH_MS);
    }
  }

  /// Whether this node is a primary by the view.
  boolean isPromoted() {
    return port != null && port.view().myself().isPrimary();
  }

  /// Whether this node is one of a cluster.
  boolean isCluster() {
    return port != null;
  }

  private boolean isDown(ClusterView view) {
    return viewIsOld || !view.ok();
  }

  /// The error that sends the client elsewhere, or null when the call may be executed here.
  @Nullable CommandError refusal(Call call) {
    if (port == null || call.session().kind() == Session.Kind.PRIMARY) {
      return null;
    }
    Transaction executed = CallKeys.executed(call);
    boolean sharded = isOfShardChannel(call.command());
    if (call.keyCount() == 0 && executed == null && !sharded) {
      return null;
    }
    Keys keys = new Keys(port.view(), call.session());
    CommandError error = sharded ? ofChannels(call, keys) : ofKeys(call, executed, keys);
    boolean readOnlyCommand =
        executed == null
            ? (call.command().flagBits(call) & CommandFlag.WRITE.bit()) == 0
            : (executed.flagBits() & CommandFlag.WRITE.bit()) == 0;
    return error != null || keys.slot < 0 ? error : decide(keys, call, readOnlyCommand);
  }

  /// The error that sends the client of a call with keys to whoever owns their slot, or null when
  /// that is nobody else.
  @Nullable CommandError toOwner(Call call) {
    if (port == null) {
      return null;
    }
    Keys keys = new Keys(port.view(), call.session());
    CommandError error = ofKeys(call, CallKeys.executed(call), keys);
    NodeView owner = error != null || keys.slot < 0 ? null : keys.view.owner(keys.slot);
    return owner == null || keys.view.isMine(keys.slot)
        ? error
        : redirect(call.session(), "MOVED", keys.slot, owner);
  }

  /// Whether `command` writes nothing to keys; it may be one that is replicated all the same.
  private static boolean isRead(Command command) {
    return !command.has(CommandFlag.WRITE);
  }

  /// Why the keys of a call, which may be one that is only queued, or those of the transaction that
  /// it executes, cannot be served together.
  private @Nullable CommandError ofKeys(Call call, @Nullable Transaction executed, Keys keys) {
    if (executed != null) {
      callKeys.any(call, command -> true, (database, key) -> keys.isRefused(key));
      return keys.error;
    }
    for (int i = 0; i < call.keyCount(); i++) {
      CommandError error = keys.add(call.keyAt(i));
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  /// Whether the arguments name shard channels, which belong to slots as keys do.
  private static boolean isOfShardChannel(Command command) {
    return switch (command.name()) {
      case "spublish", "ssubscribe", "sunsubscribe" -> true;
      default -> false;
    };
  }

  private @Nullable CommandError ofChannels(Call call, Keys keys) {
    int last = call.command().name().equals("spublish") ? 1 : call.count() - 1;
    for (int i = 1; i <= last; i++) {
      CommandError error = keys.at(keyspace.key(call.bytes(i)).slot());
      if (error != null) {
        return error;
      }
    }
    return null;
  }

  private @Nullable CommandError decide(Keys keys, Call call, boolean readOnlyCommand) {
    ClusterView view = keys.view;
    if (cleaner.holds(keys.slot) && isServed(view, keys.slot)) {
      // It was another's meanwhile, and its keys were those of before.
      cleaner.finish(keys.slot);
    }
    NodeView owner = view.owner(keys.slot);
    if (owner == null) {
      return NOT_SERVED;
    }
    CommandError down = isDown(view) ? whileDown(call.command(), readOnlyCommand) : null;
    if (down != null) {
      return down;
    }
    boolean mine = view.isMine(keys.slot);
    NodeView migratingTo = mine ? view.migratingTo(keys.slot) : null;
    NodeView importingFrom = mine ? null : view.importingFrom(keys.slot);
    boolean moving = migratingTo != null || importingFrom != null;
    if (moving && call.command().name().equals("migrate")) {
      return null;
    }
    if (migratingTo != null && keys.missing > 0) {
      return keys.existing > 0
          ? TRY_AGAIN
          : redirect(call.session(), "ASK", keys.slot, migratingTo);
    }
    if (importingFrom != null
        && (call.session().isAsking() || call.command().has(CommandFlag.ASKING))) {
      return keys.several && keys.missing > 0 ? TRY_AGAIN : null;
    }
    if (mine) {
      return null;
    }
    boolean mayBeReplica = call.session().isReadOnly() || isOfShardChannel(call.command());
    boolean replicaRead = mayBeReplica && readOnlyCommand && view.isMineOrMyPrimarys(keys.slot);
    return replicaRead ? null : redirect(call.session(), "MOVED", keys.slot, owner);
  }

  private static boolean isServed(ClusterView view, int slot) {
    return view.isMine(slot) || view.importingFrom(slot) != null;
  }

  /// The error for a command while the cluster is down, or null when it is executed all the same.
  private @Nullable CommandError whileDown(Command command, boolean readOnlyCommand) {
    if (isOfShardChannel(command)) {
      return settings.isOn(ClusterSettings.CLUSTER_ALLOW_PUBSUBSHARD_WHEN_DOWN) ? null : DOWN;
    }
    if (!settings.isOn(ClusterSettings.CLUSTER_ALLOW_READS_WHEN_DOWN)) {
      return DOWN;
    }
    return readOnlyCommand ? null : DOWN_READ_ONLY;
  }

  /// The error for a client that waits for a key in `slot` which this node does not serve any more,
  /// or null.
  @Nullable CommandError ofWaiting(Session session, Command command, int slot) {
    if (port == null) {
      return null;
    }
    ClusterView view = port.view();
    if (isDown(view)) {
      return DOWN;
    }
    boolean served =
        view.isMine(slot)
            || view.importingFrom(slot) != null
            || session.isReadOnly() && isRead(command) && view.isMineOrMyPrimarys(slot);
    if (served) {
      return null;
    }
    NodeView owner = view.owner(slot);
    return owner == null ? NOT_SERVED : redirect(session, "MOVED", slot, owner);
  }

  private CommandError redirect(Session session, String kind, int slot, NodeView node) {
    String host =
        switch (settings.get(ClusterSettings.CLUSTER_PREFERRED_ENDPOINT_TYPE)) {
          case IP -> node.ip();
          case HOSTNAME -> node.hostname().isEmpty() ? "?" : node.hostname();
          case UNKNOWN_ENDPOINT -> "";
        };
    int clientPort = node.clientPort(session.outlet().isEncrypted());
    return new CommandError(kind + " " + slot + " " + host + ":" + clientPort);
  }

  /// What is known about the keys of one call.
  private final class Keys {
    private final ClusterView view;
    private final Session session;
    private int slot = -1;
    private @Nullable Key first;

    /// Whether there are keys that differ.
    private boolean several;

    /// What [#isRefused] has found.
    private @Nullable CommandError error;

    private int existing;
    private int missing;

    Keys(ClusterView view, Session session) {
      this.view = view;
      this.session = session;
    }

    /// Takes note of something in `where`. That nobody owns the first slot is told before the
    /// others are looked at, as in Redis.
    @Nullable CommandError at(int where) {
      if (slot < 0) {
        slot = where;
        return view.owner(where) == null ? NOT_SERVED : null;
      }
      return where == slot ? null : CROSS_SLOT;
    }

    boolean isRefused(Key key) {
      error = add(key);
      return error != null;
    }

    @Nullable CommandError add(Key key) {
      CommandError error = at(key.slot());
      if (error != null) {
        return error;
      }
      Key before = first;
      if (before == null) {
        first = key;
      } else if (!several) {
        several = !before.sameAs(key);
      }
      if (view.migratingTo(slot) != null || view.importingFrom(slot) != null) {
        if (keyspace.database(session.db()).glance(key) != 0) {
          existing++;
        } else {
          missing++;
        }
      }
      return null;
    }
  }
}
