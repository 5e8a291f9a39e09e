package io.skein.engine.node;

import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.cluster.migration.Import;
import io.skein.engine.cluster.migration.ImportEffect;
import io.skein.engine.cluster.migration.ImportEvent;
import io.skein.engine.cluster.migration.Migration;
import io.skein.engine.cluster.migration.MigrationPort.Replicated;
import io.skein.engine.cluster.migration.MigrationStatus;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Handler;
import io.skein.engine.command.Session;
import io.skein.engine.config.LogLevel;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.StagedSlots;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Slots on their way here: carries out what the source sends, in the staged database.
///
/// The commands pass no gates but memory's: they were all of that when a client sent them to the
/// source. They are logged with the number of the staged database, so that replicas and files have
/// what came in the same place.
final class SlotImport {
  private static final String NOT_UNDERSTOOD =
      "Failed to process command during slot migration. Check logs for more information";

  private final SlotMigrations node;
  private final Import machine;
  private final Session session;
  private final StagedSlots staged;
  private final BitSet slots;
  private boolean awaitsSafety;

  /// The epoch under which slots were granted and are not claimed yet, or -1.
  private long granted = -1;

  private long safeFrom;

  SlotImport(
      SlotMigrations node,
      Migration migration,
      Session session,
      StagedSlots staged,
      long silenceMs,
      long nowMs) {
    this.node = node;
    this.session = session;
    this.staged = staged;
    this.slots = migration.slots().toBits();
    this.machine = new Import(migration, silenceMs, nowMs);
  }

  Migration migration() {
    return machine.migration();
  }

  Session session() {
    return session;
  }

  boolean isOver() {
    return machine.state().isOver();
  }

  BitSet slots() {
    return slots;
  }

  MigrationStatus status() {
    return machine.status();
  }

  // ---- events

  private void on(ImportEvent event) {
    machine.on(event, node.nowMs(), this::carryOut);
  }

  void fail(String reason) {
    on(new ImportEvent.Failed(reason));
  }

  void closed() {
    on(new ImportEvent.Closed());
  }

  void tick(long silenceMs) {
    machine.silenceMs(silenceMs);
    machine.tick(node.nowMs(), this::carryOut);
    look();
    claimGranted();
  }

  /// Looks whether what came is safe.
  void look() {
    if (awaitsSafety && (node.isSafe(safeFrom) || machine.isImpatient(node.nowMs()))) {
      awaitsSafety = false;
      on(new ImportEvent.Safe(node.currentEpoch()));
    }
  }

  // ---- commands

  /// Carries out what the source has sent.
  void run(Call call) {
    Reply reply = call.reply();
    int mark = reply.size();
    machine.heard(node.nowMs());
    if (!isOver()) {
      Command found = call.commandOrNull();
      if (found != null && found.name().equals("cluster")) {
        control(call);
        return;
      }
      String problem = execute(call, found);
      reply.truncate(mark);
      if (problem != null) {
        fail(problem);
      }
    }
  }

  private void control(Call call) {
    String what = call.count() > 2 && call.is(1, "syncslots") ? call.string(2) : "";
    switch (what.toUpperCase(Locale.ROOT)) {
      case "MARK" -> on(new ImportEvent.Marked(call.count() > 3 ? call.string(3) : "0"));
      case "SNAPSHOT-EOF" -> on(new ImportEvent.SnapshotEnded());
      case "PAUSED" -> on(new ImportEvent.Paused());
      case "GRANTED" -> {
        if (call.count() == 4 && call.isInteger(3)) {
          on(new ImportEvent.Granted(call.integer(3)));
        } else {
          fail(NOT_UNDERSTOOD);
        }
      }
      default -> fail(NOT_UNDERSTOOD);
    }
  }

  /// Carries out a command that writes; returns why that is not possible, or null.
  private @Nullable String execute(Call call, @Nullable Command found) {
    CommandError error = Dispatcher.resolve(call, found);
    if (error == null && found != null) {
      Command command = call.command();
      String name = command.name();
      if (name.equals("flushall") || name.equals("flushdb")) {
        node.replicate(Replicated.DROP, migration());
        staged.drop(slots);
        node.replicate(Replicated.BEGIN, migration());
        return null;
      }
      if (!command.has(CommandFlag.WRITE)) {
        return NOT_UNDERSTOOD;
      }
      if (call.keyCount() == 0 && !call.findKeys()
          || call.keyCount() == 0
          || !slots.get(call.keyAt(0).slot())) {
        return "A command does not belong to the slots of the migration";
      }
      if (node.isOutOfMemory(call)) {
        return "Target ran out of memory";
      }
      error = perform(call);
    }
    if (error == null) {
      return null;
    }
    node.log(
        LogLevel.WARNING,
        "Slot migration " + migration() + ": a command of the source failed: " + error.text());
    return NOT_UNDERSTOOD;
  }

  private @Nullable CommandError perform(Call call) {
    Keyspace keyspace = call.keyspace();
    Keyspace.ExpiryRule rule = keyspace.expiryRule();
    keyspace.expiryRule(Keyspace.ExpiryRule.IGNORE);
    call.fromPrimary(true);
    call.followed(node.isFollowed());
    try {
      Handler handler = call.command().handler();
      if (handler == null) {
        return Errors.wrongArity(call.command().fullName());
      }
      handler.run(call);
    } catch (CommandError e) {
      return e;
    } finally {
      keyspace.expiryRule(rule);
      call.fromPrimary(false);
    }
    keyspace.countChanges(call.dirty());
    node.executed(call);
    return null;
  }

  // ---- effects

  private void carryOut(ImportEffect effect) {
    switch (effect) {
      case ImportEffect.Answer e -> answer(e.line());
      case ImportEffect.AwaitSafety _ -> {
        awaitsSafety = true;
        safeFrom = node.settle();
        look();
      }
      case ImportEffect.Claim e -> {
        granted = e.epoch();
        claimGranted();
      }
      case ImportEffect.Publish _ -> node.publish(migration(), slots);
      case ImportEffect.Drop _ -> node.drop(migration(), slots);
      case ImportEffect.Close _ -> {
        session.closeAfterReply();
        session.outlet().close(true);
      }
      case ImportEffect.Log e -> node.log(LogLevel.NOTICE, e.text());
    }
  }

  private void answer(String line) {
    byte[] bytes =
        (line.replace('\r', ' ').replace('\n', ' ') + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    node.sessions().send(session, bytes, bytes.length);
  }

  private void claimGranted() {
    if (granted >= 0 && !isOver() && !node.isClaimPrevented()) {
      long epoch = granted;
      granted = -1;
      claim(epoch);
    }
  }

  private void claim(long epoch) {
    if (!node.isClusterOk()) {
      // Who is cut off does not know who has the slots.
      fail("The cluster is down");
      return;
    }
    ClusterResult result =
        node.port()
            .request(
                new ClusterRequest.ClaimSlots(
                    migration().slots().ranges(), migration().sourceId(), epoch));
    switch (result) {
      case ClusterResult.Ok _ -> on(new ImportEvent.Claimed());
      case ClusterResult.Number(long newest) -> on(new ImportEvent.EpochPassed(newest));
      case ClusterResult.Error(String text) -> fail(text.replaceFirst("^ERR ", ""));
      default -> fail("The control plane's answer is not one to a claim");
    }
  }
}
