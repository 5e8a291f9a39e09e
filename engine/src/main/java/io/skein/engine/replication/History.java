package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.ReplicaEffect.DropReplicas;
import java.util.function.Consumer;

/// Which history the data are, as far as a server knows that follows or has followed a primary.
///
/// *Invariants*: the data are those of the log's history at its offset, except while they are being
/// replaced.
final class History {
  private final CommandLog log;
  private boolean holds = true;

  /// Whether the log's history was ever another server's too.
  private boolean shared;

  History(CommandLog log) {
    this.log = log;
  }

  /// Whether the data are those of the log.
  boolean isWhole() {
    return holds;
  }

  /// Whether there is something that a primary could continue.
  boolean canContinue() {
    return holds && (shared || log.offset() > 0);
  }

  /// Asks the primary for what the log lacks, or for everything; with `handOver`, to be a primary
  /// before that.
  void ask(long link, boolean handOver, Consumer<ReplicaEffect> effects) {
    String id = canContinue() ? log.replid() : "?";
    String offset = canContinue() ? Long.toString(log.offset() + 1) : "-1";
    String text =
        canContinue()
            ? "Trying a partial resynchronization (request " + id + ":" + offset + ")."
            : "Partial resynchronization not possible (no cached master)";
    effects.accept(ReplicaEffect.notice(text));
    effects.accept(
        new ReplicaEffect.Send(
            link,
            handOver
                ? Wire.command("PSYNC", id, offset, "FAILOVER")
                : Wire.command("PSYNC", id, offset)));
  }

  /// The log is that of a history which others know.
  void restored() {
    shared = true;
  }

  /// From here on the data are no longer those of the log.
  void giveUp(Consumer<ReplicaEffect> effects) {
    holds = false;
    effects.accept(new DropReplicas("a new data set is loaded"));
    log.releaseBacklog();
  }

  /// The data are now those of a snapshot.
  void adopt(SnapshotTransfer snapshot, int streamDb) {
    log.adopt(snapshot.replid, snapshot.offset);
    log.selectedDb(streamDb);
    log.activateBacklog();
    holds = true;
    shared = true;
  }

  /// The primary goes on with what it has been asked for, by a name that may be new.
  void goOn(String replid, Consumer<ReplicaEffect> effects) {
    if (!replid.equals(log.replid())) {
      effects.accept(ReplicaEffect.notice("Master replication ID changed to " + replid));
      log.shift(replid, log.selectedDb());
      effects.accept(new DropReplicas("the history has a new name"));
    }
    log.activateBacklog();
  }

  /// This server writes history itself from now on.
  void promote(String replid, Consumer<ReplicaEffect> effects) {
    if (holds) {
      log.shift(replid);
      String text =
          "Setting secondary replication ID to %s, valid up to offset: %d. New replication ID is %s";
      effects.accept(
          ReplicaEffect.notice(String.format(text, log.replid2(), log.secondOffset(), replid)));
    } else {
      log.renew(replid);
      holds = true;
    }
    effects.accept(new DropReplicas("this server became a primary"));
  }
}
