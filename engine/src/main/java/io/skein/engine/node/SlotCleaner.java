package io.skein.engine.node;

import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.config.LogLevel;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.SlotKeys;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Deletes the keys of slots that another node serves now, bit by bit, and has replicas do so.
///
/// Clients see nothing of it: they are sent to the other node. Should a slot come back before all
/// of its keys are gone, the rest is deleted before anybody looks ([#finish]).
///
/// No events are published: the keys live on elsewhere.
final class SlotCleaner {
  private static final byte[] UNLINK = RestoreRequests.ascii("UNLINK");
  private static final byte[] FLUSHALL = RestoreRequests.ascii("FLUSHALL");
  private static final int KEYS_PER_STEP = 64;

  private final Keyspace keyspace;
  private final Propagation propagation;
  private final NodeState state;
  private final NodeHost host;
  private final BitSet slots = new BitSet();
  private long deleted;

  SlotCleaner(Keyspace keyspace, Propagation propagation, NodeState state, NodeHost host) {
    this.keyspace = keyspace;
    this.propagation = propagation;
    this.state = state;
    this.host = host;
  }

  /// The keys of `lost` are to be deleted.
  void add(SlotSet lost) {
    slots.or(BitSet.valueOf(lost.toWords()));
  }

  /// Deletes everything, and has the log say so: whoever goes on from it, a replica or the append
  /// only file, must not keep what is gone here.
  void cleanAll() {
    propagation.flushApart();
    keyspace.clear(true);
    slots.clear();
    if (keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE) {
      propagation.changed(null, 0, FLUSHALL);
      propagation.flush();
    }
  }

  /// Whether keys may be left in `slot` that are not to be seen.
  boolean holds(int slot) {
    return !slots.isEmpty() && slots.get(slot);
  }

  /// Somebody else sees to what is left in these slots.
  void forget(BitSet others) {
    slots.andNot(others);
  }

  /// Deletes some keys; false when there are none left to delete.
  boolean step() {
    int slot = slots.nextSetBit(0);
    if (slot < 0) {
      return false;
    }
    if (state.isReplica()) {
      // The primary says what goes.
      slots.clear();
      return false;
    }
    if (!delete(slot)) {
      done(slot);
    }
    return true;
  }

  /// Deletes all that is left in `slot`.
  void finish(int slot) {
    boolean more;
    do {
      more = delete(slot);
    } while (more);
    done(slot);
  }

  /// Deletes some keys of `slot`; false when there were none.
  private boolean delete(int slot) {
    Database database = keyspace.database(0);
    List<byte[]> words = new ArrayList<>();
    words.add(UNLINK);
    boolean any = false;
    for (byte[] key : SlotKeys.list(database, slot, KEYS_PER_STEP)) {
      any = true;
      // What has expired is logged as such.
      if (database.remove(keyspace.key(key), true)) {
        words.add(key);
      }
    }
    propagation.flushApart();
    if (words.size() > 1) {
      deleted += words.size() - 1;
      keyspace.countChanges(words.size() - 1);
      propagation.changed(null, 0, words.toArray(byte[][]::new));
    }
    return any;
  }

  private void done(int slot) {
    slots.clear(slot);
    if (slots.isEmpty() && deleted > 0) {
      host.log(
          LogLevel.NOTICE, "Deleted " + deleted + " keys of slots that another node serves now");
      deleted = 0;
    }
  }
}
