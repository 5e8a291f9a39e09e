package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import io.skein.engine.machine.Invariant;
import io.skein.engine.replication.PrimaryEffect.CancelSnapshot;
import io.skein.engine.replication.PrimaryEffect.Close;
import io.skein.engine.replication.PrimaryEffect.Send;
import io.skein.engine.replication.PrimaryEffect.SendFile;
import io.skein.engine.replication.PrimaryEffect.StartSnapshot;
import io.skein.engine.replication.PrimaryEffect.Stream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Brings replicas up to date by snapshots, one at a time, each shared by all who wait for the same
/// content.
///
/// 1. A replica that waits makes a snapshot due: at once, or, if it can be streamed, after a delay
///    in which others may come.
/// 2. `StartSnapshot` asks for it. When it has begun, everyone who waits is told history and offset
///    of its cut, and has a reader on the log from there.
/// 3. A streamed snapshot goes to all of them as it is made and ends with a mark. One in a file is
///    sent when it is complete; as long as it is not, others may join, since the log from its cut
///    on is held.
/// 4. After a file the stream follows. After a streamed snapshot it waits for an acknowledgement,
///    since Redis looks for the mark only at the end of what it has received.
final class FullSyncs {
  private final CommandLog log;
  private final Roster roster;
  private final Supplier<String> freshIds;
  private PrimarySettings settings;
  private @Nullable SnapshotPass pass;
  private long lastPass;

  FullSyncs(CommandLog log, Roster roster, PrimarySettings settings, Supplier<String> freshIds) {
    this.log = log;
    this.roster = roster;
    this.settings = settings;
    this.freshIds = freshIds;
  }

  void configure(PrimarySettings changed) {
    settings = changed;
  }

  /// Takes in a replica that has just begun to wait.
  void welcome(ReplicaLink link, long nowMs, Consumer<PrimaryEffect> effects) {
    if (!join(link, effects)) {
      startIfDue(nowMs, effects);
    }
  }

  /// Lets a replica share the snapshot that is being saved to a file.
  private boolean join(ReplicaLink link, Consumer<PrimaryEffect> effects) {
    SnapshotPass p = pass;
    if (p == null || !p.running || !p.toFile || !p.suits(link)) {
      return false;
    }
    if (!link.rdbOnly) {
      LogReader cut = p.cut;
      if (cut == null) {
        return false;
      }
      link.reader = cut.fork();
    }
    p.members.add(link);
    begin(link, p, effects);
    effects.accept(PrimaryEffect.notice("Waiting for end of BGSAVE for SYNC"));
    return true;
  }

  /// Asks for a snapshot if someone waits, none is being taken and the time has come.
  void startIfDue(long nowMs, Consumer<PrimaryEffect> effects) {
    if (pass != null) {
      return;
    }
    List<ReplicaLink> waiting =
        roster.replicas().stream().filter(r -> r.state() == LinkState.WAITING).toList();
    if (waiting.isEmpty()) {
      return;
    }
    ReplicaLink first = waiting.getFirst();
    List<ReplicaLink> together = waiting.stream().filter(first::wantsSameAs).toList();
    boolean filtered = !(first.wantsData && first.wantsFunctions);
    boolean allEof = together.stream().allMatch(r -> r.capableOfEof);
    boolean stream = allEof && (settings.disklessSync() || filtered);
    if (stream && settings.disklessSync() && !waitedEnough(together, nowMs)) {
      return;
    }
    pass = new SnapshotPass(++lastPass, !stream, first, freshIds.get());
    String target = stream ? "replicas sockets" : "disk";
    effects.accept(PrimaryEffect.notice("Starting BGSAVE for SYNC with target: " + target));
    effects.accept(new StartSnapshot(lastPass, !stream, first.wantsData, first.wantsFunctions));
  }

  private boolean waitedEnough(List<ReplicaLink> together, long nowMs) {
    int enough = settings.disklessSyncMaxReplicas();
    long waitedMs = nowMs - together.getFirst().syncAskedAtMs;
    return (enough > 0 && together.size() >= enough)
        || waitedMs >= settings.disklessSyncDelaySeconds() * 1000L;
  }

  void started(long id, boolean isPrimary, long nowMs, Consumer<PrimaryEffect> effects) {
    SnapshotPass p = current(id);
    if (p == null) {
      effects.accept(new CancelSnapshot(id));
      return;
    }
    if (p.running) {
      return;
    }
    p.running = true;
    p.cutOffset = log.offset();
    for (ReplicaLink link : roster.replicas()) {
      boolean waits = link.state() == LinkState.WAITING && p.suits(link);
      if (waits && (p.toFile || link.capableOfEof)) {
        p.members.add(link);
      }
    }
    if (p.members.stream().anyMatch(m -> !m.rdbOnly)) {
      p.cut = log.openReader(p.cutOffset);
    }
    if (isPrimary) {
      // Whoever begins here knows of no database selected before.
      log.forgetSelectedDb();
    }
    for (ReplicaLink link : p.members) {
      link.reader = link.rdbOnly || p.cut == null ? null : p.cut.fork();
      link.drainedAtMs = nowMs;
      begin(link, p, effects);
    }
    cancelIfDeserted(effects);
  }

  private void begin(ReplicaLink link, SnapshotPass p, Consumer<PrimaryEffect> effects) {
    link.become(LinkState.SNAPSHOT);
    link.startOffset = p.cutOffset;
    long to = link.peer.link();
    if (!link.withoutOffsets) {
      effects.accept(new Send(to, Wire.line("+FULLRESYNC " + log.replid() + " " + p.cutOffset)));
    }
    if (!p.toFile) {
      effects.accept(new Send(to, Wire.line("$EOF:" + p.endMark)));
    }
  }

  /// Another snapshot is in the way: it is asked for again with the next tick.
  void deferred(long id) {
    SnapshotPass p = current(id);
    if (p != null && !p.running) {
      pass = null;
    }
  }

  void failed(long id, String reason, long nowMs, Consumer<PrimaryEffect> effects) {
    SnapshotPass p = current(id);
    if (p == null) {
      return;
    }
    effects.accept(PrimaryEffect.warning("SYNC failed: " + reason));
    end(p);
    for (ReplicaLink link : roster.snapshot()) {
      boolean waits = link.state() == LinkState.WAITING && p.suits(link);
      if (p.running ? !p.members.contains(link) : !waits) {
        continue;
      }
      long to = link.peer.link();
      if (!p.running || p.toFile) {
        effects.accept(new Send(to, Wire.line("-ERR BGSAVE failed, replication can't continue")));
      }
      effects.accept(new Close(to, true));
      roster.remove(link, nowMs);
    }
  }

  void bytes(long id, byte[] bytes, Consumer<PrimaryEffect> effects) {
    SnapshotPass p = current(id);
    if (p == null) {
      return;
    }
    for (ReplicaLink link : p.members) {
      link.undrained = true;
      effects.accept(new Send(link.peer.link(), bytes));
    }
  }

  void done(long id, long fileBytes, long nowMs, Consumer<PrimaryEffect> effects) {
    SnapshotPass p = current(id);
    if (p == null || !p.running) {
      return;
    }
    end(p);
    for (ReplicaLink link : p.members) {
      long to = link.peer.link();
      if (p.toFile) {
        link.become(LinkState.SENDING_FILE);
        link.undrained = true;
        link.drainedAtMs = nowMs;
        effects.accept(new Send(to, Wire.line("$" + fileBytes)));
        effects.accept(new SendFile(to, p.id));
      } else {
        effects.accept(new Send(to, p.endMark.getBytes(StandardCharsets.ISO_8859_1)));
        streamed(link, nowMs, effects);
      }
    }
    startIfDue(nowMs, effects);
  }

  private static void streamed(ReplicaLink link, long nowMs, Consumer<PrimaryEffect> effects) {
    if (link.rdbOnly) {
      finishRdbOnly(link, effects);
      return;
    }
    link.become(LinkState.AWAITING_ACK);
    link.ackedAtMs = nowMs;
    effects.accept(
        PrimaryEffect.notice(
            "Streamed RDB transfer with replica "
                + link.name()
                + " succeeded (socket). Waiting for REPLCONF ACK from replica to enable"
                + " streaming"));
  }

  void fileSent(ReplicaLink link, long nowMs, Consumer<PrimaryEffect> effects) {
    if (link.state() != LinkState.SENDING_FILE) {
      return;
    }
    if (link.rdbOnly) {
      finishRdbOnly(link, effects);
      return;
    }
    link.become(LinkState.ONLINE);
    link.ackedAtMs = nowMs;
    effects.accept(
        PrimaryEffect.notice("Synchronization with replica " + link.name() + " succeeded"));
    effects.accept(new Stream(link.peer.link()));
  }

  private static void finishRdbOnly(ReplicaLink link, Consumer<PrimaryEffect> effects) {
    link.become(LinkState.RDB_SENT);
    effects.accept(
        PrimaryEffect.notice(
            "RDB transfer completed, rdb only replica ("
                + link.name()
                + ") should be disconnected asap"));
    effects.accept(new Close(link.peer.link(), true));
  }

  /// A replica is gone.
  void left(ReplicaLink link, Consumer<PrimaryEffect> effects) {
    if (pass != null && pass.members.remove(link)) {
      cancelIfDeserted(effects);
    }
  }

  /// Whether a snapshot is being saved to a file, during which replicas only hear newlines.
  boolean isSavingFile() {
    return pass != null && pass.toFile;
  }

  List<Long> members(long id) {
    SnapshotPass p = current(id);
    return p == null ? List.of() : p.members.stream().map(m -> m.peer.link()).toList();
  }

  private @Nullable SnapshotPass current(long id) {
    return pass != null && pass.id == id ? pass : null;
  }

  private void end(SnapshotPass p) {
    Invariant.check(pass == p, "only the pass in progress ends");
    p.release();
    pass = null;
  }

  /// A stream that nobody receives is given up; a file is of use all the same.
  private void cancelIfDeserted(Consumer<PrimaryEffect> effects) {
    SnapshotPass p = pass;
    if (p == null || !p.running || !p.members.isEmpty()) {
      return;
    }
    p.release();
    if (!p.toFile) {
      effects.accept(new CancelSnapshot(p.id));
      end(p);
    }
  }
}
