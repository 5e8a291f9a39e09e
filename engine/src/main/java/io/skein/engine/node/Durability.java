package io.skein.engine.node;

import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.Confirmations;
import io.skein.engine.replication.LinkState;
import io.skein.engine.replication.PrimarySide;
import io.skein.engine.replication.ReplicaView;

/// How far the log has come to where it is safe: to this server's disk, to replicas, to their
/// disks.
///
/// One thing underneath for all who wait for that: WAIT and WAITAOF ([AckWaits]), and replies that
/// do not leave before ([ReplyGate]).
final class Durability implements Confirmations {
  /// This server's append only file.
  interface File {
    /// Whether there is one, and the log goes into it.
    boolean isOn();

    /// The position of the log up to which it has been flushed to disk.
    long fsyncedOffset();

    /// Whether nothing is flushed for now, as `no-appendfsync-on-rewrite` says.
    default boolean isFlushSuspended() {
      return false;
    }
  }

  private static final File NO_FILE =
      new File() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public long fsyncedOffset() {
          return -1;
        }
      };

  private final Settings settings;
  private final CommandLog log;
  private final Keyspace keyspace;
  private final PrimarySide primary;
  private final AckWaits waits;
  private final ReplyGate gate;
  private File file = NO_FILE;
  private boolean asked;

  /// Where the log ended when our primary asked last how far it is on our disk; -1 when it knows.
  private long askedAt = -1;

  private Runnable acknowledge = () -> {};

  Durability(
      Settings settings,
      CommandLog log,
      Keyspace keyspace,
      Sessions sessions,
      PrimarySide primary,
      NodeHost host) {
    this.settings = settings;
    this.log = log;
    this.keyspace = keyspace;
    this.primary = primary;
    this.waits = new AckWaits(sessions, this);
    this.gate = new ReplyGate(settings, log, sessions, this, host::log);
  }

  /// Sets the append only file, which tells by [#moved] when it has been flushed further, or was
  /// switched on or off.
  void file(File appendOnly) {
    file = appendOnly;
  }

  /// What our primary is told, if there is one, of how far the log is on this disk: -1 when it does
  /// not go there.
  long fsyncedForPrimary() {
    return hasFile() ? Math.clamp(flushedOffset(), 0, log.offset()) : -1;
  }

  /// Has `action` tell our primary.
  void acknowledges(Runnable action) {
    acknowledge = action;
  }

  /// Our primary asks how far the log has come: it is told now, and again when it is on disk so
  /// far.
  void acknowledging() {
    askedAt = hasFile() ? log.offset() : -1;
  }

  /// What holds replies.
  ReplyGate gate() {
    return gate;
  }

  @Override
  public boolean hasFile() {
    return settings.isOn(PersistenceSettings.APPENDONLY);
  }

  /// Whether nothing comes to this server's disk for now.
  boolean isFlushSuspended() {
    return file.isFlushSuspended();
  }

  @Override
  public boolean isFlushed(long offset) {
    return flushedOffset() >= offset;
  }

  @Override
  public void awaitReplicas(Session session, int replicas, long timeoutMs) {
    waits.forReplicas(session, replicas, deadline(timeoutMs));
  }

  @Override
  public void awaitDisks(Session session, boolean local, int replicas, long timeoutMs) {
    waits.forDisks(session, local, replicas, deadline(timeoutMs));
  }

  private long deadline(long timeoutMs) {
    return timeoutMs == 0 ? Long.MAX_VALUE : keyspace.nowMs() + timeoutMs;
  }

  /// Whether what is logged goes into a file that would be loaded.
  boolean isFileOn() {
    return file.isOn();
  }

  /// The position up to which the log is on this server's disk, or -1 without a file.
  long flushedOffset() {
    return file.isOn() ? file.fsyncedOffset() : -1;
  }

  /// How many replicas have confirmed the log up to `offset`.
  int countAcked(long offset) {
    return primary.countAcked(offset);
  }

  /// How many replicas are in sync but for what is on its way.
  int countOnline() {
    int count = 0;
    for (ReplicaView replica : primary.replicas(0)) {
      count += replica.state() == LinkState.ONLINE ? 1 : 0;
    }
    return count;
  }

  /// How many replicas have it on their disks.
  int countFsynced(long offset) {
    return primary.countFsynced(offset);
  }

  /// The position that so many replicas have confirmed, or -1 when there are not so many.
  long ackedBy(int replicas) {
    return primary.ackedBy(replicas);
  }

  /// Has the replicas be asked to confirm, once for all who want it in this turn.
  void ask() {
    asked = true;
  }

  void turnEnds() {
    if (asked) {
      asked = false;
      primary.requestAcks();
    }
  }

  /// Something is safer than before.
  void moved() {
    waits.moved();
    gate.moved();
    if (askedAt >= 0 && flushedOffset() >= askedAt) {
      askedAt = -1;
      acknowledge.run();
    }
  }

  /// The node is a primary from now on, or a replica.
  void roleChanged(boolean nowPrimary) {
    if (!nowPrimary) {
      waits.roleChanged();
    }
    gate.roleChanged(nowPrimary);
  }
}
