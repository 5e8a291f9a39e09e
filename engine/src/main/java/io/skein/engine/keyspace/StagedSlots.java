package io.skein.engine.keyspace;

import io.skein.engine.structure.HashTable;
import java.util.BitSet;

/// The keys of slots that are on their way to this node of a cluster: a database of its own, which
/// clients cannot select and nothing of what they ask shows.
///
/// What arrives is written there by commands as anywhere else, and logged with the number of that
/// database, so that files and replicas have it in the same place. When a slot is ours it becomes
/// visible, or else it is dropped, both at a cost that does not depend on how much there is.
///
/// Nothing expires here, and nothing is evicted: the node that the slots come from says what goes.
public final class StagedSlots {
  private final Keyspace keyspace;
  private final Database visible;
  private final Database staging;

  StagedSlots(Keyspace keyspace, Database visible, Database staging) {
    this.keyspace = keyspace;
    this.visible = visible;
    this.staging = staging;
  }

  /// The database that they are in.
  public Database database() {
    return staging;
  }

  /// The number of keys.
  public long size() {
    return staging.size();
  }

  /// The slots that have keys here.
  public BitSet slots() {
    BitSet found = new BitSet();
    Contents contents = staging.contents();
    for (int slot = 0; slot < contents.tableCount() && size() > 0; slot++) {
      HashTable table = contents.table(slot);
      if (table != null && table.size() > 0) {
        found.set(slot);
      }
    }
    return found;
  }

  /// Makes the keys of `slots` those of the database that clients see; what it had in these slots,
  /// which were not ours to have keys in, is given up.
  public void publish(BitSet slots) {
    discard(visible, slots);
    Contents from = staging.contents();
    Contents to = visible.contents();
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot != null) {
      snapshot.publishing(slots, from, to);
    }
    to.take(from, slots);
  }

  /// Gives the keys of `slots` up; they are freed bit by bit.
  public void drop(BitSet slots) {
    discard(staging, slots);
  }

  private void discard(Database database, BitSet slots) {
    Contents junk = new Contents(keyspace, database.contents().tableCount());
    if (junk.take(database.contents(), slots)) {
      Snapshot snapshot = keyspace.snapshot();
      if (snapshot != null) {
        junk.walkedBy(snapshot);
      }
      keyspace.discard(junk, true);
    }
  }
}
