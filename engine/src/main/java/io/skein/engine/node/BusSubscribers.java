package io.skein.engine.node;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.command.pubsub.PubSub;
import io.skein.engine.command.tracking.ClientTracking;
import io.skein.engine.keyspace.Watches;
import java.util.function.Predicate;

/// Who takes what is published on the cluster's bus, and who is told when slots change hands.
record BusSubscribers(PubSub pubsub, Watches watches, ClientTracking tracking)
    implements ClusterDuties.Subscribers {
  @Override
  public void deliver(byte[] channel, byte[] message, boolean sharded) {
    pubsub.deliver(channel, message, sharded);
  }

  @Override
  public void slotsReassigned(SlotSet slots) {
    Predicate<Bytes> theirs = name -> slots.contains(Slot.of(name.toByteArray()));
    pubsub.endSharded(theirs);
    watches.leaves(0, theirs);
    tracking.leave(theirs);
  }
}
