package io.skein.engine.replication;

import io.skein.engine.log.LogReader;
import io.skein.engine.machine.Invariant;
import io.skein.engine.replication.PrimaryEvent.Peer;
import org.jspecify.annotations.Nullable;

/// What the primary knows of one replica.
final class ReplicaLink {
  final Peer peer;

  // What the replica said of itself with REPLCONF.
  int listeningPort;
  @Nullable String announcedIp;
  boolean capableOfEof;
  boolean capableOfPsync2;

  /// It keeps keys of slots that are on their way to us apart, as we do; servers of Redis do not.
  boolean capableOfStaging;

  boolean rdbOnly;
  boolean wantsData = true;
  boolean wantsFunctions = true;

  /// It used SYNC, and so has no idea of offsets and sends no acknowledgements.
  boolean withoutOffsets;

  /// What it had when it began to follow.
  long startOffset;

  long ackOffset;
  long fsyncedOffset;
  long ackedAtMs;
  long syncAskedAtMs;

  /// When the connection last took everything it was given.
  long drainedAtMs;

  boolean undrained;

  /// Since when the lag has been over the soft limit, or -1.
  long overSoftLimitSinceMs = -1;

  @Nullable LogReader reader;
  private LinkState state = LinkState.HANDSHAKE;

  ReplicaLink(Peer peer) {
    this.peer = peer;
  }

  LinkState state() {
    return state;
  }

  void become(LinkState next) {
    Invariant.check(state.mayBecome(next), "a replica's link goes from " + state + " to " + next);
    state = next;
  }

  boolean isReplica() {
    return state != LinkState.HANDSHAKE;
  }

  /// Whether it would show keys that are on their way to us, unlike a tool that only listens.
  boolean mixesStaged() {
    return !capableOfStaging && !rdbOnly && listeningPort != 0;
  }

  boolean isOnline() {
    return state == LinkState.ONLINE || state == LinkState.AWAITING_ACK;
  }

  /// Whether it wants the same content as `other`, so that one snapshot serves both.
  boolean wantsSameAs(ReplicaLink other) {
    return wantsData == other.wantsData && wantsFunctions == other.wantsFunctions;
  }

  /// Returns how many bytes of the log wait for it.
  long lagBytes() {
    return reader == null ? 0 : reader.remaining();
  }

  /// Returns how many of those bytes are in memory.
  long lagInMemory() {
    return reader == null ? 0 : reader.remainingInMemory();
  }

  /// Whether what it needs next is gone.
  boolean isLost() {
    return reader != null && reader.isLost();
  }

  /// Whether it has, or is about to have, a history that can be continued when the link is lost.
  boolean mayReturn() {
    return isOnline() && !withoutOffsets;
  }

  /// Returns up to where it has the log for certain.
  long confirmedOffset() {
    return Math.max(startOffset, ackOffset);
  }

  String ip() {
    return announcedIp == null ? peer.ip() : announcedIp;
  }

  String name() {
    return listeningPort == 0 ? ip() + ":<unknown-replica-port>" : ip() + ":" + listeningPort;
  }

  void release() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
