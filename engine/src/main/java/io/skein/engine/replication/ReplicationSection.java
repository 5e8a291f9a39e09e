package io.skein.engine.replication;

import io.skein.engine.command.InfoText;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogArchive;
import java.util.List;
import java.util.Locale;

/// What INFO says about replication.
public final class ReplicationSection {
  private final Settings settings;
  private final CommandLog log;
  private final ReplicationPort port;

  /// The section of the node that has this log and this port.
  public ReplicationSection(Settings settings, CommandLog log, ReplicationPort port) {
    this.settings = settings;
    this.log = log;
    this.port = port;
  }

  /// Writes the fields of the section `replication`.
  public void replication(InfoText out) {
    boolean primary = port.replica().isPrimary();
    out.field("role", primary ? "master" : "slave");
    if (!primary) {
      following(out, port.replica().status(port.nowMs()));
    }
    List<ReplicaView> replicas = port.primary().replicas(port.nowMs());
    out.field("connected_slaves", replicas.size());
    if (port.primary().checksGoodReplicas()) {
      out.field("min_slaves_good_slaves", port.primary().goodReplicas());
    }
    int number = 0;
    for (ReplicaView replica : replicas) {
      if (!replica.state().label().isEmpty()) {
        out.field("slave" + number++, line(replica));
      }
    }
    out.field("master_failover_state", port.failover().state().label());
    out.field("master_replid", log.replid());
    out.field("master_replid2", log.replid2());
    out.field("master_repl_offset", primary ? log.toldOffset() : log.offset());
    out.field("second_repl_offset", log.secondOffset());
    out.flag("repl_backlog_active", log.isBacklogActive());
    out.field("repl_backlog_size", log.backlogSize());
    out.field("repl_backlog_first_byte_offset", log.backlogFirstOffset());
    out.field("repl_backlog_histlen", log.backlogLength());
    LogArchive archive = log.archive();
    boolean onDisk = log.isArchiveInUse() && !archive.isEmpty();
    out.field("repl_backlog_disk_first_byte_offset", onDisk ? archive.first() + 1 : 0);
    out.field("repl_backlog_disk_bytes", onDisk ? archive.length() : 0);
  }

  private static String line(ReplicaView replica) {
    return String.format(
        Locale.ROOT,
        "ip=%s,port=%d,state=%s,offset=%d,lag=%d",
        replica.ip(),
        replica.port(),
        replica.state().label(),
        replica.ackOffset(),
        replica.lagSeconds());
  }

  private void following(InfoText out, ReplicaStatus status) {
    out.field("master_host", status.host());
    out.field("master_port", status.port());
    out.field("master_link_status", status.isUp() ? "up" : "down");
    out.field("master_last_io_seconds_ago", status.lastIoSeconds());
    out.flag("master_sync_in_progress", status.isSyncing());
    out.field("slave_read_repl_offset", status.readOffset());
    out.field("slave_repl_offset", status.appliedOffset());
    if (status.isSyncing()) {
      long total = status.totalBytes();
      double percent = total == 0 ? 0 : 100.0 * status.readBytes() / total;
      out.field("master_sync_total_bytes", total);
      out.field("master_sync_read_bytes", status.readBytes());
      out.field("master_sync_left_bytes", total - status.readBytes());
      out.field("master_sync_perc", String.format(Locale.ROOT, "%.2f", percent));
      out.field("master_sync_last_io_seconds_ago", status.transferIoSeconds());
    }
    if (!status.isUp()) {
      out.field("master_link_down_since_seconds", status.downSeconds());
    }
    out.field("slave_priority", settings.number(ReplicationSettings.REPLICA_PRIORITY));
    out.flag("slave_read_only", settings.isOn(ReplicationSettings.REPLICA_READ_ONLY));
    out.flag("replica_announced", settings.isOn(ReplicationSettings.REPLICA_ANNOUNCED));
  }

  /// Writes the fields of the section `stats` that count synchronizations.
  public void statistics(InfoText out) {
    SyncCounts counts = port.primary().counts();
    out.field("sync_full", counts.full());
    out.field("sync_partial_ok", counts.partial());
    out.field("sync_partial_err", counts.partialRefused());
  }
}
