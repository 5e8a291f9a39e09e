package io.skein.engine.cluster.state;

/// What the parts of the control plane can have done; all of it is handed out when the event at
/// hand is dealt with.
///
/// What is to be saved is on disk before anything that was asked for in the same event is sent.
public interface Outbox {
  void log(LogLevel level, String text);

  /// Sends a PING on our link to `node`, if it is open.
  void ping(ClusterNode node);

  /// Sends a PONG to every node we have a link to.
  void pongToAll();

  /// Sends a PONG to the replicas of our shard.
  void pongToReplicas();

  /// Sends a PONG to the replicas of `primary`.
  void pongToReplicasOf(ClusterNode primary);

  /// Tells `candidate` that it does not get our vote in `epoch`, and why, if it understands that;
  /// in any case which epoch is the current one.
  void sendVoteDenied(ClusterNode candidate, long epoch, String reason);

  /// Tells everybody that `failing` has failed.
  void broadcastFail(ClusterNode failing);

  /// Asks everybody for a vote in the current epoch.
  ///
  /// @param force whether to ask for it even if the primary works
  void broadcastAuthRequest(boolean force);

  /// Grants a vote in the current epoch.
  void sendAuthAck(ClusterNode candidate);

  /// Tells `stale` of the newer claim of `owner`.
  void sendUpdate(ClusterNode stale, ClusterNode owner);

  /// Asks `primary` to hold back writes.
  void sendManualFailoverStart(ClusterNode primary);

  /// Closes our link to `node`; a new one is opened soon.
  void dropLink(ClusterNode node);

  void pauseWrites();

  void resumeWrites();

  /// Has the data plane report its offset at once.
  void askForOffset();

  /// Saves `nodes.conf` before anything of this event is sent.
  void saveNow();

  /// Saves `nodes.conf` within a tenth of a second: for what others would tell us again.
  void saveSoon();

  /// Writes `nodes.conf` now, and flushes it within a tenth of a second: for what the end of this
  /// process must not undo, but nobody is promised.
  void writeNow();

  /// Looks again, at the end of this event, whether the cluster serves clients.
  void reviewHealth();

  /// Looks again, at the end of this event, whether an election can go on.
  void reviewElection();
}
