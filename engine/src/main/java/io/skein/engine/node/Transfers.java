package io.skein.engine.node;

import io.skein.engine.command.Blocked;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Watches.Watched;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keys that are being moved to other servers by MIGRATE, and what must not happen to them
/// meanwhile.
///
/// Redis stands still while it moves a key. Here only those wait who have to: the client that asked
/// for it, and every client whose command may write to a key that is on its way. So the target gets
/// what there was, and no write falls between what was sent and what is deleted. Reads are
/// answered: until the key is deleted here, nobody is sent to the target for it. When the move is
/// over, whoever waited is served as if the command came just then: by an ASK, where the slot is
/// moving.
///
/// What is not a command on these keys can change them all the same: FLUSHALL, SWAPDB, a full
/// synchronisation. Keys are therefore watched, too: one that changed is not deleted.
///
/// *Invariants*: a key is on its way with one transfer at most.
///
/// *Threads*: only under the data plane.
final class Transfers {
  private static final byte[] DEL = RestoreRequests.ascii("DEL");

  private final Settings settings;
  private final Keyspace keyspace;
  private final Sessions sessions;
  private final NodeState state;
  private final NodeHost host;
  private final Propagation propagation;
  private final Dispatcher dispatcher;
  private final TargetLinks links;
  private @Nullable ReplyGate gate;
  private final List<Transfer> transfers = new ArrayList<>();

  /// What is on its way; only looked up.
  private final Set<Watched> moving = new HashSet<>();

  private final CallKeys callKeys;

  /// Whether anybody was held back since the last transfer ended.
  private boolean holding;

  Transfers(
      Settings settings,
      Keyspace keyspace,
      Sessions sessions,
      NodeState state,
      NodeHost host,
      Propagation propagation,
      Dispatcher dispatcher) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.state = state;
    this.host = host;
    this.propagation = propagation;
    this.dispatcher = dispatcher;
    this.links = new TargetLinks(host, sessions);
    this.callKeys = new CallKeys(keyspace);
  }

  /// Adds MIGRATE to `table` and what is known of it to `report`; its answers pass `replies`.
  void declare(CommandTable table, InfoReport report, ReplyGate replies) {
    gate = replies;
    new MigrateCommand(this).declare(table);
    report.add(InfoSection.STATS, out -> out.field("migrate_cached_sockets", links.size()));
    dispatcher.holds().by(this);
  }

  /// Begins to move the keys of `request`, which exist; the session of `call` waits for the end.
  void begin(Call call, MigrateRequest request) {
    if (!TargetLinks.isPort(request.port())) {
      throw new CommandError(Transfer.NOT_CONNECTED);
    }
    Database database = call.database();
    List<Moving> keys = new ArrayList<>();
    for (byte[] key : request.keys()) {
      keys.add(new Moving(database.index(), key));
    }
    Transfer transfer =
        new Transfer(
            this, request, database, keys, call.session(), call.command(), state.isReplica());
    for (Moving key : keys) {
      moving.add(key.name());
      keyspace.watches().watch(database, key.name(), key);
    }
    transfers.add(transfer);
    sessions.block(call.session(), new Wait(transfer));
    transfer.connect();
  }

  /// The client that asked for the move. It cannot be called off: the target may have the keys
  /// already.
  private record Wait(Transfer transfer) implements Blocked {
    @Override
    public long deadlineMs() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onTimeout(Session timedOut) {}

    @Override
    public void onCancel(Session gone) {
      transfer.orphaned();
    }

    @Override
    public boolean canBeUnblocked() {
      return false;
    }
  }

  /// Whether `call` has to wait: it may write to a key that is on its way.
  boolean holds(Call call) {
    if (moving.isEmpty() || call.session().kind() == Session.Kind.PRIMARY) {
      return false;
    }
    boolean held = callKeys.any(call, Transfers::mayWrite, this::isMoving);
    holding |= held;
    return held;
  }

  private static boolean mayWrite(Command command) {
    return (command.flagBits() & Gates.REPLICATES) != 0;
  }

  private boolean isMoving(Database database, Key key) {
    return moving.contains(new Watched(database.index(), key.toBytes()));
  }

  /// Deletes the keys that have arrived at the target, and logs that; false when one is kept since
  /// it is another one now.
  boolean delete(Transfer transfer) {
    Database database = transfer.database();
    List<byte[]> words = new ArrayList<>();
    words.add(DEL);
    boolean allGone = true;
    for (Moving one : transfer.keys()) {
      keyspace.watches().unwatch(one.name(), one);
      if (one.hasArrived()) {
        Key key = keyspace.key(one.key());
        if (one.isChanged()) {
          allGone &= database.glance(key) == 0;
        } else if (database.remove(key, true)) {
          keyspace.notify(EventClass.GENERIC, "del", database, key);
          words.add(one.key());
        }
      }
    }
    if (words.size() > 1) {
      keyspace.countChanges(words.size() - 1);
      Session asker = transfer.session();
      propagation.changed(asker, database.index(), words.toArray(byte[][]::new));
      ReplyGate holding = gate;
      if (asker != null && holding != null) {
        holding.wrote(asker);
      }
    }
    return allGone;
  }

  /// The transfer is over: whoever waited for it goes on.
  void over(Transfer transfer, @Nullable String error) {
    transfers.remove(transfer);
    for (Moving key : transfer.keys()) {
      keyspace.watches().unwatch(key.name(), key);
      moving.remove(key.name());
    }
    Session session = transfer.session();
    if (session != null) {
      Reply reply = new Reply(64);
      if (error == null) {
        reply.ok();
      } else {
        reply.error(error);
      }
      sessions.answer(session, reply);
      sessions.unblock(session);
    }
    if (error != null) {
      transfer.command().stats().failed();
      dispatcher.errors().count(error);
    }
    if (holding) {
      holding = false;
      sessions.release();
    }
  }

  /// Looks after what takes too long.
  void tick() {
    for (Transfer transfer : List.copyOf(transfers)) {
      transfer.tick(state.isReplica());
    }
    links.tick(nowMs());
  }

  /// A time that never goes back, in milliseconds.
  long nowMs() {
    return host.nanos() / 1_000_000;
  }

  /// Whether data may not change now: what a failover or an administrator has halted stays as it
  /// is.
  boolean isPaused() {
    return state.pause().isActive();
  }

  boolean compresses() {
    return settings.isOn(PersistenceSettings.RDBCOMPRESSION);
  }

  Keyspace keyspace() {
    return keyspace;
  }

  TargetLinks links() {
    return links;
  }

  RestoreRequests newRequests(MigrateRequest request) {
    return new RestoreRequests(keyspace.isClustered(), request.replace());
  }
}
