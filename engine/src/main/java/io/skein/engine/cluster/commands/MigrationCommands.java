package io.skein.engine.cluster.commands;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;
import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NO_ASYNC_LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.migration.MigrationPort;
import io.skein.engine.cluster.migration.MigrationPort.Replicated;
import io.skein.engine.cluster.migration.MigrationStatus;
import io.skein.engine.cluster.migration.SlotRanges;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.Session;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// MIGRATESLOTS, GETSLOTMIGRATIONS and CANCELSLOTMIGRATIONS, as Valkey 9 has them, and SYNCSLOTS,
/// by which nodes of ours understand each other.
final class MigrationCommands {
  private static final int NAME_CHARS = 40;
  private static final CommandError INVALID_SLOT =
      new CommandError("ERR Invalid or out of range slot");
  private static final CommandError ONLY_PRIMARIES =
      new CommandError("ERR Slot migration can only be used on primary nodes.");
  private static final CommandError MANUALLY_IMPORTED =
      new CommandError("ERR Slots are being manually imported");
  private static final CommandError MANUALLY_MIGRATED =
      new CommandError("ERR Slots are being manually migrated");
  private static final CommandError TARGET_BUSY =
      new CommandError("ERR A slot on the target node is being manually imported or migrated");

  private final @Nullable ClusterPort port;
  private final @Nullable MigrationPort migrations;

  MigrationCommands(@Nullable ClusterPort port, @Nullable MigrationPort migrations) {
    this.port = port;
    this.migrations = migrations;
  }

  void declare(Command cluster) {
    String perSlot = "O(N) with N the number of slots";
    cluster
        .sub("migrateslots")
        .docs("7.2.0", perSlot, "Gives slots to other nodes, with their keys.")
        .syntax(
            "(migration: SLOTSRANGE (range: start-slot:integer end-slot:integer)..."
                + " NODE node-id)...")
        .arity(-6)
        .flags(STALE, NO_ASYNC_LOADING, ADMIN)
        .does(this::migrate);
    cluster
        .sub("getslotmigrations")
        .docs(
            "7.2.0", "O(N) with N the number of migrations", "Tells how migrations of slots stand.")
        .flags(LOADING, STALE, ADMIN)
        .tips("nondeterministic_output")
        .does(this::list);
    cluster
        .sub("cancelslotmigrations")
        .docs("7.2.0", "O(N) with N the number of migrations", "Calls off migrations of slots.")
        .flags(STALE, NO_ASYNC_LOADING, ADMIN)
        .does(this::cancel);
    cluster
        .sub("syncslots")
        .docs("7.2.0", perSlot, "Carries slots from one node to another.")
        .syntax("subcommand [argument...]")
        .arity(-3)
        .flags(STALE, NO_ASYNC_LOADING, ADMIN)
        .does(this::sync);
  }

  private MigrationPort migrations() {
    MigrationPort present = migrations;
    if (present == null) {
      throw ClusterCommands.DISABLED;
    }
    return present;
  }

  private ClusterView view() {
    ClusterPort present = port;
    if (present == null) {
      throw ClusterCommands.DISABLED;
    }
    return present.view();
  }

  // ---- the source

  private void migrate(Call call) {
    ClusterView view = view();
    if (!view.myself().isPrimary()) {
      throw ONLY_PRIMARIES;
    }
    if (isAnyImported(view)) {
      throw MANUALLY_IMPORTED;
    }
    if (isAnyMigrated(view)) {
      throw MANUALLY_MIGRATED;
    }
    List<MigrationPort.Order> orders = new ArrayList<>();
    int at = 2;
    while (at < call.count()) {
      if (!call.is(at, "slotsrange")) {
        throw Errors.SYNTAX;
      }
      Parsed parsed = ranges(call, at + 1, view);
      SlotRanges slots = parsed.slots;
      if (!parsed.owner.isMyself()) {
        throw new CommandError("ERR Slots are not served by this node.");
      }
      refuseIfMoving(slots, orders);
      at = parsed.next;
      if (at + 1 >= call.count() || !call.is(at, "node")) {
        throw Errors.SYNTAX;
      }
      orders.add(new MigrationPort.Order(slots, target(call.string(at + 1), view)));
      at += 2;
    }
    migrations().export(orders);
    call.reply().ok();
  }

  private void refuseIfMoving(SlotRanges slots, List<MigrationPort.Order> orders) {
    for (SlotRange range : slots.ranges()) {
      for (int slot = range.first(); slot <= range.last(); slot++) {
        if (migrations().isExporting(slot)) {
          throw new CommandError("ERR I am already migrating slot " + slot + ".");
        }
      }
    }
    for (MigrationPort.Order other : orders) {
      if (other.slots().overlaps(slots)) {
        throw new CommandError("ERR Slot ranges in migrations overlap");
      }
    }
  }

  private static String target(String id, ClusterView view) {
    if (id.length() != NAME_CHARS) {
      throw new CommandError("ERR Invalid node name: " + id);
    }
    NodeView node = view.node(id);
    if (node == null) {
      throw new CommandError("ERR Unknown node name: " + id);
    }
    if (node.isMyself()) {
      throw new CommandError("ERR Target node can not be this node.");
    }
    return id;
  }

  private static boolean isAnyMigrated(ClusterView view) {
    return view.isAnyMigrating();
  }

  private static boolean isAnyImported(ClusterView view) {
    return view.isAnyImporting();
  }

  private record Parsed(SlotRanges slots, NodeView owner, int next) {}

  /// Reads ranges from argument `from` on, whose slots are all of one node.
  private static Parsed ranges(Call call, int from, ClusterView view) {
    List<SlotRange> ranges = new ArrayList<>();
    NodeView owner = null;
    int at = from;
    for (; at < call.count() && call.isInteger(at); at += 2) {
      SlotRange range = range(call, at);
      for (int slot = range.first(); slot <= range.last(); slot++) {
        NodeView of = view.owner(slot);
        if (of == null) {
          throw new CommandError("ERR Slot " + slot + " has no node served.");
        }
        if (owner != null && !owner.id().equals(of.id())) {
          throw new CommandError("ERR Requested slots span multiple shards");
        }
        owner = of;
      }
      add(ranges, range);
    }
    if (owner == null) {
      throw new CommandError("ERR No slot ranges specified");
    }
    return new Parsed(new SlotRanges(ranges), owner, at);
  }

  private static SlotRange range(Call call, int at) {
    int first = (int) call.integer(at, 0, SLOT_COUNT - 1, INVALID_SLOT);
    if (at + 1 >= call.count()) {
      throw new CommandError("ERR No end slot for final slot range");
    }
    int last = (int) call.integer(at + 1, 0, SLOT_COUNT - 1, INVALID_SLOT);
    if (first > last) {
      throw new CommandError(
          "ERR Start slot number " + first + " is greater than end slot number " + last + ".");
    }
    return new SlotRange(first, last);
  }

  private static void add(List<SlotRange> ranges, SlotRange range) {
    for (SlotRange other : ranges) {
      if (range.first() <= other.last() && range.last() >= other.first()) {
        throw new CommandError(
            "ERR Slot range " + text(range) + " overlaps with previous range " + text(other) + ".");
      }
    }
    ranges.add(range);
  }

  private static String text(SlotRange range) {
    return range.first() + "-" + range.last();
  }

  private void cancel(Call call) {
    if (!migrations().cancel()) {
      throw new CommandError("ERR No migrations ongoing");
    }
    call.reply().ok();
  }

  private void list(Call call) {
    List<MigrationStatus> all = migrations().statuses();
    Reply reply = call.reply();
    reply.array(all.size());
    for (MigrationStatus one : all) {
      reply.map(12);
      field(reply, "name", one.migration().name());
      field(reply, "operation", one.migration().isExport() ? "EXPORT" : "IMPORT");
      field(reply, "slot_ranges", one.migration().slots().toString());
      field(reply, "target_node", one.migration().targetId());
      field(reply, "source_node", one.migration().sourceId());
      seconds(reply, "create_time", one.createdMs());
      seconds(reply, "last_update_time", one.updatedMs());
      seconds(reply, "last_ack_time", one.ackedMs());
      field(reply, "state", one.state());
      field(reply, "message", one.message());
      reply.bulk("cow_size");
      reply.integer(0);
      reply.bulk("remaining_repl_size");
      reply.integer(one.remainingBytes());
    }
  }

  private static void field(Reply reply, String name, String value) {
    reply.bulk(name);
    reply.bulk(value);
  }

  private static void seconds(Reply reply, String name, long ms) {
    reply.bulk(name);
    reply.integer(ms / 1000);
  }

  // ---- the target, and its replicas

  private void sync(Call call) {
    String what = call.string(2).toLowerCase(Locale.ROOT);
    switch (what) {
      case "establish" -> establish(call);
      case "begin" -> replicated(call, Replicated.BEGIN);
      case "publish" -> replicated(call, Replicated.PUBLISH);
      case "drop" -> replicated(call, Replicated.DROP);
      default ->
          throw new CommandError(
              "ERR CLUSTER SYNCSLOTS "
                  + what.toUpperCase(Locale.ROOT)
                  + " should only be used by slot migration clients");
    }
  }

  private void establish(Call call) {
    ClusterView view = view();
    if (!view.myself().isPrimary()) {
      throw new CommandError("ERR Target node is not a primary");
    }
    if (isAnyImported(view) || isAnyMigrated(view)) {
      throw TARGET_BUSY;
    }
    String source = named(call, 3, "source");
    String name = named(call, 5, "name");
    if (call.count() < 8 || !call.is(7, "slotsrange")) {
      throw Errors.SYNTAX;
    }
    NodeView node = view.node(source);
    if (node == null) {
      throw new CommandError("ERR Target node does not know the source node");
    }
    if (node.isMyself()) {
      throw new CommandError("ERR Source node is target node itself");
    }
    Parsed parsed = ranges(call, 8, view);
    if (parsed.next != call.count()) {
      throw Errors.SYNTAX;
    }
    for (SlotRange range : parsed.slots.ranges()) {
      for (int slot = range.first(); slot <= range.last(); slot++) {
        if (migrations().isImporting(slot)) {
          throw new CommandError(
              "ERR Slot is already being imported on the target by a different migration");
        }
      }
    }
    if (!parsed.owner.id().equals(source)) {
      throw new CommandError("ERR Target node does not agree about current slot ownership");
    }
    migrations().establish(call, name, source, parsed.slots);
  }

  /// The argument behind `word`, which is the name of a node or of a migration.
  private static String named(Call call, int at, String word) {
    if (call.count() <= at + 1 || !call.is(at, word) || call.length(at + 1) != NAME_CHARS) {
      throw Errors.SYNTAX;
    }
    return call.string(at + 1);
  }

  private void replicated(Call call, Replicated event) {
    boolean ofLog = call.isFromPrimary() || call.session().kind() == Session.Kind.FILE;
    if (!ofLog) {
      throw new CommandError("ERR CLUSTER SYNCSLOTS of this kind stands in logs only");
    }
    String source = named(call, 3, "source");
    String name = named(call, 5, "name");
    List<SlotRange> ranges = new ArrayList<>();
    for (int at = 8; at < call.count(); at += 2) {
      ranges.add(range(call, at));
    }
    migrations().replicated(event, name, source, new SlotRanges(ranges));
    call.reply().ok();
  }
}
