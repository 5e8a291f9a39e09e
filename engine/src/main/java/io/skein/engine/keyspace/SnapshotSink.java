package io.skein.engine.keyspace;

/// Takes the entries of a [Snapshot], each once, as they were at the cut.
public interface SnapshotSink {
  /// A large value on its way, which is taken in steps between the commands of clients.
  interface Steps {
    /// Takes about `elements` elements more; true when that was the last of them.
    boolean step(int elements);

    /// Takes all that is left.
    default void finish() {
      boolean done;
      do {
        done = step(Integer.MAX_VALUE);
      } while (!done);
    }
  }

  /// One entry of `database`; what lies at `entry` is only valid during the call.
  void entry(Database database, long entry);

  /// An entry of `database` whose value has many elements. It stays at `entry`, and its value as it
  /// is, until the last step; no other entry comes before that.
  Steps large(Database database, long entry);
}
