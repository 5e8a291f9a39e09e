package io.skein.engine.command.server;

import io.skein.engine.acl.AccessLog;
import io.skein.engine.acl.Denial;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.NetworkBytes;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Traffic;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.KeyspaceStats;
import java.util.List;

/// The sections of INFO about clients and keys: clients, stats, keyspace.
public final class DatasetSections {
  /// What Redis counts and does not happen here: there is no fork, no defragmentation of a foreign
  /// allocator, no thread that only reads and writes, no buffer of a client that is resized.
  private static final List<String> NEVER =
      List.of(
          "io_threaded_reads_processed",
          "io_threaded_writes_processed",
          "reply_buffer_shrinks",
          "reply_buffer_expands",
          "active_defrag_hits",
          "active_defrag_misses",
          "active_defrag_key_hits",
          "active_defrag_key_misses",
          "total_active_defrag_time",
          "current_active_defrag_time");

  private final Settings settings;
  private final Keyspace keyspace;
  private final Sessions sessions;
  private final AccessLog refusals;
  private final Traffic traffic;
  private final BlockedKeys blockedKeys;
  private final Rates commands;
  private final Rates input;
  private final Rates output;
  private final Rates replicationInput;
  private final Rates replicationOutput;

  public DatasetSections(
      Settings settings,
      Keyspace keyspace,
      Sessions sessions,
      AccessLog refusals,
      Traffic traffic,
      BlockedKeys blockedKeys) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.refusals = refusals;
    this.traffic = traffic;
    this.blockedKeys = blockedKeys;
    this.commands = new Rates(traffic::processed);
    NetworkBytes bytes = sessions.bytes();
    this.input = new Rates(() -> bytes.in() + bytes.replicationIn());
    this.output = new Rates(() -> bytes.out() + bytes.replicationOut());
    this.replicationInput = new Rates(bytes::replicationIn);
    this.replicationOutput = new Rates(bytes::replicationOut);
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(InfoSection.CLIENTS, this::clients);
    report.add(InfoSection.STATS, this::statistics);
    report.add(InfoSection.KEYSPACE, this::keys);
    report.onReset(keyspace.stats()::reset);
    report.onReset(keyspace.lazyFree()::resetStats);
    report.onReset(sessions::resetStats);
  }

  /// Measures what is shown per second.
  public void tick(long nowMs) {
    commands.sample(nowMs);
    input.sample(nowMs);
    output.sample(nowMs);
    replicationInput.sample(nowMs);
    replicationOutput.sample(nowMs);
  }

  private void clients(InfoText out) {
    int replicas = 0;
    int pubsub = 0;
    for (Session session : sessions.all()) {
      if (session.kind() == Session.Kind.REPLICA) {
        replicas++;
      } else if (session.kind() == Session.Kind.PUBSUB) {
        pubsub++;
      }
    }
    out.field("connected_clients", sessions.size() - replicas);
    out.field("maxclients", settings.number(NetworkSettings.MAXCLIENTS));
    out.field("client_recent_max_input_buffer", sessions.peaks().recentInput());
    out.field("client_recent_max_output_buffer", sessions.peaks().recentOutput());
    out.field("blocked_clients", sessions.blockedCount());
    out.field("pubsub_clients", pubsub);
    out.field("clients_in_timeout_table", sessions.timedCount());
    out.field("total_blocking_keys", blockedKeys.keyCount());
    out.field("total_blocking_keys_on_nokey", blockedKeys.evenIfGoneCount());
  }

  private void statistics(InfoText out) {
    KeyspaceStats keys = keyspace.stats();
    out.field("total_connections_received", sessions.acceptedCount());
    out.field("total_commands_processed", traffic.processed());
    out.field("instantaneous_ops_per_sec", commands.perSecond());
    traffic(out);
    out.field("rejected_connections", sessions.rejectedCount());
    out.field("expired_keys", keys.expired());
    out.field("expired_subkeys", keys.expiredFields());
    out.decimal("expired_stale_perc", keys.expiredStalePercent(), 2);
    out.field("expired_time_cap_reached_count", keys.expiredTimeCapReached());
    out.field("evicted_keys", keys.evicted());
    out.field("evicted_clients", sessions.budget().evicted());
    out.field("keyspace_hits", keys.hits());
    out.field("keyspace_misses", keys.misses());
    out.field("latest_fork_usec", 0);
    out.field("total_forks", keys.snapshots());
    out.field("slave_expires_tracked_keys", keyspace.localExpiries().size());
    for (String never : NEVER) {
      out.field(never, 0);
    }
    out.field("dump_payload_sanitizations", keys.sanitized());
    out.field("total_reads_processed", sessions.bytes().reads());
    out.field("total_writes_processed", sessions.bytes().writes());
    out.field("unexpected_error_replies", traffic.unexpectedErrors());
    out.field("total_error_replies", traffic.errors().total());
    out.field("client_output_buffer_limit_disconnections", sessions.closedForOutput());
    out.field("acl_access_denied_auth", refusals.count(Denial.Reason.AUTH));
    out.field("acl_access_denied_cmd", refusals.count(Denial.Reason.COMMAND));
    out.field("acl_access_denied_key", refusals.count(Denial.Reason.KEY));
    out.field("acl_access_denied_channel", refusals.count(Denial.Reason.CHANNEL));
  }

  private void traffic(InfoText out) {
    out.field("total_net_input_bytes", sessions.bytes().in());
    out.field("total_net_output_bytes", sessions.bytes().out());
    out.field("total_net_repl_input_bytes", sessions.bytes().replicationIn());
    out.field("total_net_repl_output_bytes", sessions.bytes().replicationOut());
    out.decimal("instantaneous_input_kbps", input.perSecond() / 1024.0, 2);
    out.decimal("instantaneous_output_kbps", output.perSecond() / 1024.0, 2);
    out.decimal("instantaneous_input_repl_kbps", replicationInput.perSecond() / 1024.0, 2);
    out.decimal("instantaneous_output_repl_kbps", replicationOutput.perSecond() / 1024.0, 2);
  }

  private void keys(InfoText out) {
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      Database database = keyspace.database(i);
      if (database.size() > 0) {
        out.field(
            "db" + i,
            "keys="
                + database.size()
                + ",expires="
                + database.expiringSize()
                + ",avg_ttl="
                + database.averageTtlMs());
      }
    }
  }
}
