package io.skein.engine.command;

/// What a node says about itself as a whole.
public interface NodeTitle {
  /// The version of Redis that this one behaves as.
  String REDIS_VERSION = "7.2.6";

  /// `standalone`, `cluster` or `sentinel`.
  String mode();

  /// Whether the node has a primary.
  boolean isReplica();

  /// 40 hexadecimal digits, chosen anew at each start.
  String runId();

  /// When the node started, in Unix milliseconds.
  long startedMs();

  /// Whether a data set is being loaded, in place of the one that is served or beside it.
  boolean isLoading();
}
