package io.skein.engine.keyspace;

import java.util.List;

/// What others want to know about keys as it happens.
public interface KeyspaceEvents {
  /// Takes no notice.
  KeyspaceEvents NONE =
      new KeyspaceEvents() {
        @Override
        public void expired(Database database, Key key) {}

        @Override
        public void evicted(Database database, Key key) {}

        @Override
        public void fieldsExpired(Database database, Key key, List<byte[]> fields) {}

        @Override
        public void changed(Database database, Key key) {}

        @Override
        public void replaced(Database database, Key key) {}

        @Override
        public void replaced(Database database) {}

        @Override
        public void flushed() {}

        @Override
        public void notice(EventClass what, String event, Database database, Key key) {}
      };

  /// The key was deleted because its time had come.
  void expired(Database database, Key key);

  /// Fields of a hash were deleted because their time had come.
  void fieldsExpired(Database database, Key key, List<byte[]> fields);

  /// The key was deleted to make room.
  void evicted(Database database, Key key);

  /// The key was created, changed or deleted.
  void changed(Database database, Key key);

  /// The key holds another value than before, or none any more: it was created (elements may not be
  /// there yet), overwritten as a whole or deleted.
  void replaced(Database database, Key key);

  /// All keys of the database were replaced: it was flushed, swapped or loaded.
  void replaced(Database database);

  /// All keys of some databases were deleted, or replaced by others.
  void flushed();

  /// `event` happened to the key, and subscribers may want to hear of it; only for classes that
  /// were asked for with [Keyspace#notice].
  void notice(EventClass what, String event, Database database, Key key);
}
