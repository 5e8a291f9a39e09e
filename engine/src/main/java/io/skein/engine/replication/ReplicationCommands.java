package io.skein.engine.replication;

import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Session;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.PrimaryEvent.Peer;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// REPLICAOF, ROLE, WAIT, FAILOVER, and what replicas say to their primary.
public final class ReplicationCommands {
  private static final CommandError IN_CLUSTER =
      new CommandError("ERR REPLICAOF not allowed in cluster mode.");
  private static final CommandError BY_REPLICA =
      new CommandError("ERR Command is not valid when client is a replica.");
  private static final CommandError BAD_PORT = new CommandError("ERR Invalid master port");
  private static final CommandError FAILING_OVER =
      new CommandError("ERR REPLICAOF not allowed while failing over.");
  private static final CommandError NOT_WHILE_FAILING_OVER =
      new CommandError("NOMASTERLINK Can't SYNC while failing over");
  private static final CommandError FAILOVER_TO_PRIMARY =
      new CommandError("ERR PSYNC FAILOVER can't be sent to a master.");
  private static final CommandError FAILOVER_OF_OTHER =
      new CommandError("ERR PSYNC FAILOVER replid must match my replid.");
  private static final CommandError WAIT_ON_REPLICA =
      new CommandError(
          "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0"
              + " if a replica is configured to be writable (which is not the default) writes to"
              + " replicas are just local and are not propagated.");
  private static final CommandError WAITAOF_ON_REPLICA =
      new CommandError(
          "ERR WAITAOF cannot be used with replica instances. Please also note that writes to"
              + " replicas are just local and are not propagated.");

  /// What WAITAOF says when there is no file here to wait for.
  public static final String NO_FILE =
      "ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.";

  private static final CommandError NO_AOF = new CommandError(NO_FILE);
  private static final CommandError BAD_TIMEOUT =
      new CommandError("ERR timeout is not an integer or out of range");
  private static final CommandError TIMEOUT_TOO_LONG =
      new CommandError("ERR timeout is out of range");
  private static final CommandError NEGATIVE_TIMEOUT = new CommandError("ERR timeout is negative");

  private final Settings settings;
  private final CommandLog log;
  private final ReplicationPort port;

  /// Commands that act through `port`.
  public ReplicationCommands(Settings settings, CommandLog log, ReplicationPort port) {
    this.settings = settings;
    this.log = log;
    this.port = port;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        admin("replicaof")
            .docs("5.0.0", "O(1)", "Makes the server a replica of another one, or a primary.")
            .syntax("host port:integer")
            .flags(CommandFlag.NO_ASYNC_LOADING, CommandFlag.STALE)
            .does(this::replicaOf));
    table.add(
        admin("slaveof")
            .docs("1.0.0", "O(1)", "Makes the server a replica of another one, or a primary.")
            .deprecated("5.0.0", "`REPLICAOF`")
            .syntax("host port:integer")
            .flags(CommandFlag.NO_ASYNC_LOADING, CommandFlag.STALE)
            .does(this::replicaOf));
    table.add(
        admin("replconf")
            .docs("3.0.0", "O(1)", "What replicas and primaries tell each other.")
            .arity(-1)
            .flags(CommandFlag.LOADING, CommandFlag.STALE, CommandFlag.ALLOW_BUSY)
            .does(this::replconf));
    table.add(
        admin("psync")
            .docs("2.8.0", "", "Asks a primary for its data from an offset on.")
            .syntax("replicationid offset:integer")
            .arity(-3)
            .flags(CommandFlag.NO_ASYNC_LOADING, CommandFlag.NO_MULTI)
            .does(this::psync));
    table.add(
        admin("sync")
            .docs("1.0.0", "", "Asks a primary for its data.")
            .syntax("")
            .flags(CommandFlag.NO_ASYNC_LOADING, CommandFlag.NO_MULTI)
            .does(this::sync));
    table.add(
        Command.named("role")
            .group(Group.SERVER)
            .docs("2.8.12", "O(1)", "Returns the server's part in replication.")
            .syntax("")
            .flags(CommandFlag.NOSCRIPT, CommandFlag.LOADING, CommandFlag.STALE, CommandFlag.FAST)
            .categories(Category.ADMIN, Category.DANGEROUS)
            .does(this::role));
    table.add(new FailoverCommand(settings, port).declaration());
    declareWaits(table);
  }

  private void declareWaits(CommandTable table) {
    table.add(
        Command.named("wait")
            .group(Group.GENERIC)
            .docs("3.0.0", "O(1)", "Waits until replicas have confirmed this client's writes.")
            .syntax("numreplicas:integer timeout:integer")
            .outsideGroupCategory()
            .categories(Category.CONNECTION)
            .tips("request_policy:all_shards", "response_policy:agg_min")
            .does(this::waitForReplicas));
    table.add(
        Command.named("waitaof")
            .group(Group.GENERIC)
            .docs("7.2.0", "O(1)", "Waits until this client's writes are in append-only files.")
            .syntax("numlocal:integer numreplicas:integer timeout:integer")
            .flags(CommandFlag.NOSCRIPT)
            .outsideGroupCategory()
            .categories(Category.CONNECTION)
            .tips("request_policy:all_shards", "response_policy:agg_min")
            .does(this::waitForDisks));
  }

  private static Command admin(String name) {
    return Command.named(name).group(Group.SERVER).flags(CommandFlag.ADMIN, CommandFlag.NOSCRIPT);
  }

  private void replicaOf(Call call) {
    if (settings.isOn(ClusterSettings.CLUSTER_ENABLED)) {
      throw IN_CLUSTER;
    }
    if (port.failover().isActive()) {
      throw FAILING_OVER;
    }
    if (call.is(1, "no") && call.is(2, "one")) {
      port.promote("user request from '" + call.session().peerAddress() + "'");
      call.reply().ok();
      return;
    }
    if (call.session().kind() == Session.Kind.REPLICA) {
      throw BY_REPLICA;
    }
    int primaryPort = (int) call.integer(2, 0, 65535, BAD_PORT);
    String host = call.string(1);
    if (port.replica().follows(host, primaryPort)) {
      call.reply().simple("OK Already connected to specified master");
      return;
    }
    port.follow(host, primaryPort);
    call.reply().ok();
  }

  private void replconf(Call call) {
    boolean fromPrimary = call.session().kind() == Session.Kind.PRIMARY;
    boolean asksForAck = call.count() > 1 && call.is(1, "getack");
    if (asksForAck && !port.replica().isPrimary()) {
      port.acknowledge();
    }
    if (fromPrimary || asksForAck) {
      return;
    }
    List<byte[]> arguments = new ArrayList<>();
    for (int i = 1; i < call.count(); i++) {
      arguments.add(call.bytes(i));
    }
    port.on(new PrimaryEvent.Replconf(peer(call.session()), arguments), call);
  }

  private void psync(Call call) {
    if (isPeer(call.session())) {
      return;
    }
    String replid = call.string(1);
    if (call.count() > 3 && call.is(3, "failover")) {
      takeOver(replid, call.session());
    }
    long offset = offset(call);
    sync(call, new Asked(true, replid, offset));
  }

  private long offset(Call call) {
    try {
      return call.integer(2);
    } catch (CommandError e) {
      String address = call.session().peerAddress();
      port.logs("Replica " + address + " asks for synchronization but with a wrong offset");
      throw e;
    }
  }

  /// A primary that hands over to this replica asks it, by PSYNC, to become a primary first.
  private void takeOver(String replid, Session by) {
    if (port.failover().isActive()) {
      throw NOT_WHILE_FAILING_OVER;
    }
    port.logs("Failover request received for replid " + replid + ".");
    if (port.replica().isPrimary()) {
      throw FAILOVER_TO_PRIMARY;
    }
    if (!replid.equalsIgnoreCase(log.replid())) {
      throw FAILOVER_OF_OTHER;
    }
    port.promote("failover request from '" + by.peerAddress() + "'");
  }

  /// Whether it is sent the log already, or what is executed: nothing else may come in between.
  private static boolean isPeer(Session session) {
    return session.kind() == Session.Kind.REPLICA || session.isMonitor();
  }

  private void sync(Call call) {
    if (isPeer(call.session())) {
      return;
    }
    sync(call, new Asked(false, "?", -1));
  }

  private record Asked(boolean psync, String replid, long offset) {}

  private void sync(Call call, Asked asked) {
    if (port.failover().isActive()) {
      throw NOT_WHILE_FAILING_OVER;
    }
    Session session = call.session();
    boolean servable = port.replica().isServable();
    port.on(
        new PrimaryEvent.Sync(peer(session), asked.psync, asked.replid, asked.offset, servable),
        call);
    if (port.primary().isReplica(session.id())) {
      session.kind(Session.Kind.REPLICA);
      session.outlet().noDelay(!settings.isOn(ReplicationSettings.REPL_DISABLE_TCP_NODELAY));
    }
  }

  private static Peer peer(Session session) {
    String address = session.peerAddress();
    int colon = address.lastIndexOf(':');
    String ip = colon < 0 ? address : address.substring(0, colon);
    if (ip.startsWith("[") && ip.endsWith("]")) {
      ip = ip.substring(1, ip.length() - 1);
    }
    return new Peer(session.id(), ip, 0);
  }

  private void role(Call call) {
    Reply reply = call.reply();
    long nowMs = port.nowMs();
    if (!port.replica().isPrimary()) {
      ReplicaStatus status = port.replica().status(nowMs);
      OptionalLong lagMs = port.readLagMs();
      reply.array(lagMs.isPresent() ? 6 : 5);
      reply.bulk("slave");
      reply.bulk(status.host());
      reply.integer(status.port());
      reply.bulk(status.state().label());
      reply.integer(status.isUp() ? status.appliedOffset() : -1);
      lagMs.ifPresent(reply::integer);
      return;
    }
    List<ReplicaView> online =
        port.primary().replicas(nowMs).stream()
            .filter(r -> r.state().label().equals("online"))
            .toList();
    reply.array(3);
    reply.bulk("master");
    reply.integer(log.toldOffset());
    reply.array(online.size());
    for (ReplicaView replica : online) {
      reply.array(3);
      reply.bulk(replica.ip());
      reply.bulk(Integer.toString(replica.port()));
      reply.bulk(Long.toString(replica.ackOffset()));
    }
  }

  private void waitForReplicas(Call call) {
    if (!port.replica().isPrimary()) {
      throw WAIT_ON_REPLICA;
    }
    long wanted = call.integer(1);
    long timeoutMs = timeout(call, 2);
    Session session = call.session();
    int confirmed = port.primary().countAcked(session.writeOffset());
    if (confirmed >= wanted || call.inTransaction()) {
      call.reply().integer(confirmed);
      return;
    }
    port.durability().awaitReplicas(session, (int) Math.min(wanted, Integer.MAX_VALUE), timeoutMs);
  }

  private void waitForDisks(Call call) {
    long local = call.integer(1);
    if (local < 0 || local > 1) {
      throw Errors.notBetween(0, 1);
    }
    long wanted = call.integer(2, 0, Integer.MAX_VALUE, Errors.NOT_POSITIVE);
    long timeoutMs = timeout(call, 3);
    if (!port.replica().isPrimary()) {
      throw WAITAOF_ON_REPLICA;
    }
    if (local > 0 && !port.durability().hasFile()) {
      throw NO_AOF;
    }
    Session session = call.session();
    int flushed = port.durability().isFlushed(session.writeOffset()) ? 1 : 0;
    int confirmed = port.primary().countFsynced(session.writeOffset());
    if (confirmed >= wanted && flushed >= local || call.inTransaction()) {
      call.reply().array(2);
      call.reply().integer(flushed);
      call.reply().integer(confirmed);
      return;
    }
    port.durability().awaitDisks(session, local > 0, (int) wanted, timeoutMs);
  }

  private static long timeout(Call call, int i) {
    long timeoutMs = call.integer(i, BAD_TIMEOUT);
    if (timeoutMs < 0) {
      throw NEGATIVE_TIMEOUT;
    }
    if (timeoutMs > Long.MAX_VALUE - call.nowMs()) {
      throw TIMEOUT_TOO_LONG;
    }
    return timeoutMs;
  }
}
