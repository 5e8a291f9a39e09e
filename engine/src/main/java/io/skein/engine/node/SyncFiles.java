package io.skein.engine.node;

import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.replication.LinkState;
import io.skein.engine.replication.PrimarySide;
import io.skein.engine.replication.ReplicaView;

/// Deletes data files that are there for the sake of a full sync only, when `rdb-del-sync-files`
/// asks for that and nothing else is to be persisted.
final class SyncFiles {
  private final Settings settings;
  private final NodeHost host;
  private final PrimarySide primary;

  /// Whether the data file was saved for replicas.
  private boolean saved;

  SyncFiles(Settings settings, NodeHost host, PrimarySide primary) {
    this.settings = settings;
    this.host = host;
    this.primary = primary;
  }

  /// The data file is being sent to a replica.
  void sent() {
    saved = true;
  }

  /// A data file that came from the primary has been loaded.
  void loaded() {
    if (settings.isOn(PersistenceSettings.RDB_DEL_SYNC_FILES) && persistsNothing()) {
      delete("obtained from the master. This replica has persistence disabled");
    }
  }

  /// Deletes what no replica needs any more.
  void tick(long nowMs) {
    if (!settings.isOn(PersistenceSettings.RDB_DEL_SYNC_FILES)) {
      saved = false;
    } else if (saved && persistsNothing() && !isNeeded(nowMs)) {
      saved = false;
      delete("used to feed replicas in a persistence-less instance");
    }
  }

  private boolean isNeeded(long nowMs) {
    for (ReplicaView replica : primary.replicas(nowMs)) {
      LinkState state = replica.state();
      if (state == LinkState.WAITING
          || state == LinkState.SNAPSHOT
          || state == LinkState.SENDING_FILE) {
        return true;
      }
    }
    return false;
  }

  private boolean persistsNothing() {
    return settings.get(PersistenceSettings.SAVE).isEmpty()
        && !settings.isOn(PersistenceSettings.APPENDONLY);
  }

  private void delete(String which) {
    host.log(LogLevel.NOTICE, "Removing the RDB file " + which);
    host.disk().delete(settings.get(PersistenceSettings.DBFILENAME));
  }
}
