package io.skein.engine.node;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.keyspace.Watches;

/// A key on its way to another server.
final class Moving implements Watches.Watcher {
  private final Watches.Watched name;
  private boolean changed;
  private boolean arrived;

  Moving(int database, byte[] key) {
    name = new Watches.Watched(database, Bytes.of(key, 0, key.length));
  }

  Watches.Watched name() {
    return name;
  }

  byte[] key() {
    return name.key().toByteArray();
  }

  /// No command may write to it meanwhile; but the data set can be flushed, swapped or loaded.
  @Override
  public void broken() {
    changed = true;
  }

  boolean isChanged() {
    return changed;
  }

  /// Whether the target has confirmed that it has the key.
  boolean hasArrived() {
    return arrived;
  }

  void arrived(boolean there) {
    arrived = there;
  }
}
