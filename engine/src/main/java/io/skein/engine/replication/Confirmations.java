package io.skein.engine.replication;

import io.skein.engine.command.Session;

/// How safe the log is, and who waits until it is: what WAIT and WAITAOF need to know.
public interface Confirmations {
  /// Whether this server has an append only file.
  boolean hasFile();

  /// Whether the log up to `offset` is on this server's disk.
  boolean isFlushed(long offset);

  /// Holds `session` back until `replicas` replicas have confirmed what it has written, or
  /// `timeoutMs` have passed (0: for ever).
  void awaitReplicas(Session session, int replicas, long timeoutMs);

  /// Holds `session` back until what it has written is on the disks of `replicas` replicas and, if
  /// `local`, on ours, or `timeoutMs` have passed (0: for ever).
  void awaitDisks(Session session, boolean local, int replicas, long timeoutMs);
}
