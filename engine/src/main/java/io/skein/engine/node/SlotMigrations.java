package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.migration.Migration;
import io.skein.engine.cluster.migration.MigrationPort;
import io.skein.engine.cluster.migration.MigrationStatus;
import io.skein.engine.cluster.migration.SlotRanges;
import io.skein.engine.command.Call;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.keyspace.StagedSlots;
import io.skein.engine.log.CommandLog;
import io.skein.engine.resp.CommandError;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Slots that migrate as a whole, from this node and to it.
///
/// The decisions are made in `cluster.migration`; here is what they work on: [SlotExport] and
/// [SlotImport], whoever has to wait for them, and what is left of them when a process dies.
///
/// # What is staged without a migration
///
/// A node that starts again, or is promoted, may have staged keys of a migration that it knows
/// nothing of. Either it owns the slots, since its primary or itself had claimed them before the
/// keys became visible: they become visible now. Or it does not: then nobody will claim them, and
/// they are dropped.
///
/// *Threads*: only under the data plane.
final class SlotMigrations implements MigrationPort {
  private final SlotExport.Parts node;
  private final Gates gates;
  private final Replication replication;
  private final Durability durability;
  private final SlotCleaner cleaner;
  private final SplittableRandom entropy;
  private final StagedSlots staged;
  private final List<SlotExport> exports = new ArrayList<>();
  private final List<SlotImport> imports = new ArrayList<>();
  private final SlotHolds holds = new SlotHolds(exports);
  private final MigrationLog log;

  /// The view that was looked at last.
  private @Nullable ClusterView seen;

  SlotMigrations(
      SlotExport.Parts node,
      Gates gates,
      Replication replication,
      SlotCleaner cleaner,
      SplittableRandom entropy) {
    this.node = node;
    this.gates = gates;
    this.replication = replication;
    this.durability = replication.durability();
    this.cleaner = cleaner;
    this.entropy = entropy;
    this.staged = Objects.requireNonNull(node.keyspace().staged());
    this.log = new MigrationLog(this::wallTime);
    node.sessions().onClose(this::closed);
    node.saver().beforeFinalSave(() -> abandonSnapshots("The server is shutting down"));
  }

  void declare(InfoReport report) {
    report.add(
        InfoSection.CLUSTER,
        out -> {
          out.field("cluster_slot_exports", exports.stream().filter(e -> !e.isOver()).count());
          out.field("cluster_slot_imports", imports.size());
          out.field("cluster_slots_staged_keys", staged.size());
        });
  }

  // ---- the port

  @Override
  public void export(List<Order> orders) {
    String me = port().view().myself().id();
    for (Order order : orders) {
      Migration migration =
          new Migration(
              RandomHex.of(entropy, CommandLog.REPLID_CHARS),
              true,
              order.slots(),
              me,
              order.targetId());
      SlotExport export = new SlotExport(node, migration);
      exports.add(export);
      log.add(migration.name(), export::status, export::isOver);
      log(
          LogLevel.NOTICE,
          "Slot migration initiated through CLUSTER MIGRATESLOTS command: " + migration);
      export.start();
    }
    trimLog();
  }

  @Override
  public boolean isExporting(int slot) {
    for (SlotExport export : exports) {
      if (!export.isOver() && export.has(slot)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isImporting(int slot) {
    for (SlotImport one : imports) {
      if (one.slots().get(slot)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean cancel() {
    boolean any = false;
    for (SlotExport export : List.copyOf(exports)) {
      if (export.canBeCancelled()) {
        any = true;
        export.cancel();
      }
    }
    return any;
  }

  @Override
  public void establish(Call call, String name, String sourceId, SlotRanges slots) {
    if (node.state().isLoading() || node.state().isReplica()) {
      throw new CommandError("ERR Target node is not a primary, or is loading");
    }
    String other = replication.primary().whoMixesStaged();
    if (other != null) {
      throw new CommandError(
          "ERR Target node has a replica that does not know of slot migrations: " + other);
    }
    Migration migration = new Migration(name, false, slots, sourceId, port().view().myself().id());
    Session session = call.session();
    BitSet bits = slots.toBits();
    // What an earlier migration left is none of this one's.
    staged.drop(bits);
    session.kind(Session.Kind.IMPORT);
    session.db(staged.database().index());
    SlotImport begun = new SlotImport(this, migration, session, staged, silenceMs(), nowMs());
    session.attach(SlotImport.class, begun);
    imports.add(begun);
    tellOfStaging();
    log.add(name, begun::status, begun::isOver);
    trimLog();
    log(LogLevel.NOTICE, "New slot import job created: " + migration);
    replicate(Replicated.DROP, migration);
    replicate(Replicated.BEGIN, migration);
    call.reply().ok();
  }

  @Override
  public void replicated(Replicated event, String name, String sourceId, SlotRanges slots) {
    Migration migration = new Migration(name, false, slots, sourceId, port().view().myself().id());
    switch (event) {
      case BEGIN -> {}
      case PUBLISH -> {
        cleaner.forget(slots.toBits());
        staged.publish(slots.toBits());
      }
      case DROP -> staged.drop(slots.toBits());
    }
    log.replicated(event, migration, nowMs());
    trimLog();
  }

  @Override
  public List<MigrationStatus> statuses() {
    return log.statuses();
  }

  /// Who has to wait for slots that are leaving.
  SlotHolds holds() {
    return holds;
  }

  private void trimLog() {
    log.trim(node.settings().number(ClusterSettings.CLUSTER_SLOT_MIGRATION_LOG_MAX_LEN));
  }

  // ---- what happens

  /// Carries out what a migration's source has sent.
  void run(Call call) {
    SlotImport to = call.session().attachment(SlotImport.class);
    if (to != null) {
      to.run(call);
    }
  }

  private void closed(Session session) {
    SlotImport over = session.attachment(SlotImport.class);
    if (over != null) {
      over.closed();
      imports.remove(over);
    }
  }

  /// The view has changed: slots may have other owners.
  void viewChanged() {
    if (exports.isEmpty() && imports.isEmpty()) {
      return;
    }
    ClusterView view = port().view();
    for (SlotExport export : List.copyOf(exports)) {
      if (!export.isOver()) {
        export.look(view);
        if (view.myself().isReplica()) {
          export.demoted();
        }
      }
    }
    for (SlotImport one : List.copyOf(imports)) {
      if (one.isOver()) {
        continue;
      }
      if (view.myself().isReplica() || node.state().isReplica()) {
        one.fail("I was demoted to a replica");
      } else if (!belongTo(view, one.slots(), one.migration().sourceId())) {
        one.fail("Slots are no longer owned by source node");
      }
    }
  }

  private static boolean belongTo(ClusterView view, BitSet slots, String id) {
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      NodeView owner = view.owner(slot);
      if (owner == null || !owner.id().equals(id)) {
        return false;
      }
    }
    return true;
  }

  /// Does what is due at this time.
  void tick() {
    if (!exports.isEmpty() || !imports.isEmpty()) {
      viewChanged();
      for (SlotExport export : List.copyOf(exports)) {
        export.tick();
      }
      for (SlotImport one : List.copyOf(imports)) {
        one.tick(silenceMs());
      }
      exports.removeIf(SlotExport::isGone);
      imports.removeIf(SlotImport::isOver);
    }
    if (staged.size() > 0) {
      settleOrphans();
    }
    tellOfStaging();
  }

  private void tellOfStaging() {
    replication.primary().staging(!imports.isEmpty() || staged.size() > 0);
  }

  /// Decides what becomes of staged keys that no migration brings.
  private void settleOrphans() {
    ClusterView view = port().view();
    if (node.state().isLoading() || node.state().isReplica() || !view.myself().isPrimary()) {
      return;
    }
    BitSet orphans = staged.slots();
    for (SlotImport one : imports) {
      orphans.andNot(one.slots());
    }
    BitSet mine = new BitSet();
    for (int slot = orphans.nextSetBit(0); slot >= 0; slot = orphans.nextSetBit(slot + 1)) {
      mine.set(slot, view.isMine(slot));
    }
    orphans.andNot(mine);
    if (!mine.isEmpty()) {
      log(LogLevel.NOTICE, "Keys of migrated slots that this node owns are taken over: " + mine);
      publish(MigrationLog.orphan(mine, view.myself().id()), mine);
    }
    if (!orphans.isEmpty()) {
      log(LogLevel.NOTICE, "Keys of slots whose migration has failed are given up: " + orphans);
      drop(MigrationLog.orphan(orphans, view.myself().id()), orphans);
    }
  }

  /// A turn ends: what it wrote to slots on their way is sent.
  void turnEnds() {
    ClusterView view = port().view();
    if (!view.equals(seen)) {
      seen = view;
      viewChanged();
    }
    for (int i = 0; i < exports.size(); i++) {
      exports.get(i).turnEnds();
    }
    for (int i = 0; i < imports.size(); i++) {
      imports.get(i).look();
    }
    tellOfStaging();
  }

  /// Does work that nobody waits for; whether there was any.
  boolean step() {
    boolean worked = cleaner.step();
    for (int i = 0; i < exports.size(); i++) {
      worked |= exports.get(i).step();
    }
    return worked;
  }

  private void abandonSnapshots(String reason) {
    for (SlotExport export : List.copyOf(exports)) {
      export.abandonSnapshot(reason);
    }
  }

  // ---- for imports

  /// The keys of `slots` are seen from now on, here and on replicas.
  void publish(Migration migration, BitSet slots) {
    cleaner.forget(slots);
    staged.publish(slots);
    node.keyspace().countChanges(1);
    replicate(Replicated.PUBLISH, migration);
  }

  /// What was staged of `slots` is given up, here and on replicas.
  void drop(Migration migration, BitSet slots) {
    if (node.state().isReplica()) {
      // The primary says what becomes of it.
      return;
    }
    staged.drop(slots);
    node.keyspace().countChanges(1);
    replicate(Replicated.DROP, migration);
  }

  /// Has replicas and files know.
  void replicate(Replicated event, Migration migration) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "CLUSTER",
                "SYNCSLOTS",
                event.name(),
                "SOURCE",
                migration.sourceId(),
                "NAME",
                migration.name(),
                "SLOTSRANGE"));
    words.addAll(migration.slots().words());
    byte[][] command = new byte[words.size()][];
    for (int i = 0; i < command.length; i++) {
      command[i] = RestoreRequests.ascii(words.get(i));
    }
    node.propagation().flush();
    node.propagation().changed(null, CommandLog.NO_DB, command);
  }

  /// Brings what was changed into the log, and returns where it ends.
  long settle() {
    node.propagation().flush();
    durability.ask();
    return node.log().offset();
  }

  /// Whether the log up to `offset` is as safe as replies have to be, and on all replicas.
  boolean isSafe(long offset) {
    return durability.gate().isSafe(offset)
        && durability.countAcked(offset) >= durability.countOnline();
  }

  /// Whether the cluster serves, as far as this node has heard of late.
  boolean isClusterOk() {
    return port().view().ok()
        && port().viewAgeMs() <= node.settings().number(ClusterSettings.CLUSTER_NODE_TIMEOUT);
  }

  boolean isClaimPrevented() {
    return node.state().isMigrationClaimPrevented();
  }

  boolean isFollowed() {
    return node.propagation().isFollowed();
  }

  void executed(Call call) {
    node.propagation().executed(call);
  }

  boolean isOutOfMemory(Call call) {
    return call.command().has(CommandFlag.DENYOOM) && gates.isOutOfMemory(call);
  }

  long currentEpoch() {
    return port().view().summary().currentEpoch();
  }

  ClusterPort port() {
    return node.port();
  }

  Sessions sessions() {
    return node.sessions();
  }

  void log(LogLevel level, String text) {
    node.host().log(level, text);
  }

  long nowMs() {
    return node.host().nanos() / 1_000_000;
  }

  private long silenceMs() {
    return node.settings().number(ReplicationSettings.REPL_TIMEOUT) * 1000;
  }

  /// The wall clock at a moment of [#nowMs].
  private long wallTime(long atMs) {
    return node.keyspace().nowMs() - (nowMs() - atMs);
  }
}
