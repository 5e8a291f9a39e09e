package io.skein.engine.cluster.bus;

import java.util.List;

/// A message of the cluster bus.
public sealed interface BusMessage {
  BusHeader header();

  BusType type();

  /// PING, PONG or MEET: what the sender believes about itself and some others.
  record Heartbeat(
      BusType type, BusHeader header, List<GossipEntry> gossip, List<PingExtension> extensions)
      implements BusMessage {}

  /// A node has failed: agreed by a majority.
  record Fail(BusHeader header, String failingId) implements BusMessage {
    @Override
    public BusType type() {
      return BusType.FAIL;
    }
  }

  /// A publication for the subscribers of the receiver.
  record Publish(BusHeader header, boolean sharded, byte[] channel, byte[] message)
      implements BusMessage {
    @Override
    public BusType type() {
      return sharded ? BusType.PUBLISHSHARD : BusType.PUBLISH;
    }
  }

  /// A replica asks for a vote in the epoch of its header.
  record AuthRequest(BusHeader header) implements BusMessage {
    @Override
    public BusType type() {
      return BusType.AUTH_REQUEST;
    }
  }

  /// A primary votes for the receiver in the epoch of its header.
  record AuthAck(BusHeader header) implements BusMessage {
    @Override
    public BusType type() {
      return BusType.AUTH_ACK;
    }
  }

  /// The slots of a third node under a newer configuration epoch than the receiver knew.
  record Update(BusHeader header, long configEpoch, String nodeId, SlotSet slots)
      implements BusMessage {
    @Override
    public BusType type() {
      return BusType.UPDATE;
    }
  }

  /// A replica asks its primary to hold back writes for a manual failover.
  record ManualFailoverStart(BusHeader header) implements BusMessage {
    @Override
    public BusType type() {
      return BusType.MFSTART;
    }
  }

  /// A message between modules, which we do not have: understood only to be skipped.
  record Module(BusHeader header, long moduleId, int moduleType, byte[] payload)
      implements BusMessage {
    @Override
    public BusType type() {
      return BusType.MODULE;
    }
  }
}
