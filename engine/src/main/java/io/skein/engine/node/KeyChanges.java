package io.skein.engine.node;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.tracking.ClientTracking;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.KeyspaceEvents;
import java.util.List;

/// Tells all whom it concerns of keys that change or vanish by themselves.
final class KeyChanges implements KeyspaceEvents {
  /// Who publishes what happens to keys.
  interface Notices {
    void publish(String event, Database database, Key key);
  }

  private final Settings settings;
  private final ClientTracking tracking;
  private final Propagation propagation;
  private final BlockedKeys blockedKeys;
  private final ReplyGate gate;
  private final Notices notices;

  KeyChanges(
      Settings settings,
      ClientTracking tracking,
      Propagation propagation,
      BlockedKeys blockedKeys,
      ReplyGate gate,
      Notices notices) {
    this.settings = settings;
    this.tracking = tracking;
    this.propagation = propagation;
    this.blockedKeys = blockedKeys;
    this.gate = gate;
    this.notices = notices;
  }

  @Override
  public void expired(Database database, Key key) {
    tracking.vanished(key);
    propagation.deleted(
        database.index(), key.toByteArray(), settings.isOn(MemorySettings.LAZYFREE_LAZY_EXPIRE));
  }

  @Override
  public void fieldsExpired(Database database, Key key, List<byte[]> fields) {
    propagation.fieldsDeleted(database.index(), key.toByteArray(), fields);
  }

  @Override
  public void evicted(Database database, Key key) {
    tracking.vanished(key);
    propagation.deleted(
        database.index(), key.toByteArray(), settings.isOn(MemorySettings.LAZYFREE_LAZY_EVICTION));
  }

  @Override
  public void changed(Database database, Key key) {
    tracking.changed(key);
    if (gate.isOn()) {
      gate.changed(key);
    }
  }

  @Override
  public void flushed() {
    tracking.flushed();
    if (gate.isOn()) {
      gate.flushed();
    }
  }

  @Override
  public void replaced(Database database, Key key) {
    blockedKeys.ready(database, key);
  }

  @Override
  public void replaced(Database database) {
    blockedKeys.ready(database);
  }

  @Override
  public void notice(EventClass what, String event, Database database, Key key) {
    notices.publish(event, database, key);
  }
}
