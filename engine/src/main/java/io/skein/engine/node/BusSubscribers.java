package io.skein.engine.node;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.command.pubsub.PubSub;

/// Who takes what is published on the cluster's bus.
record BusSubscribers(PubSub pubsub) implements ClusterDuties.Subscribers {
  @Override
  public void deliver(byte[] channel, byte[] message, boolean sharded) {
    pubsub.deliver(channel, message, sharded);
  }

  @Override
  public void slotsReassigned(SlotSet slots) {
    pubsub.endSharded(channel -> slots.contains(Slot.of(channel.toByteArray())));
  }
}
