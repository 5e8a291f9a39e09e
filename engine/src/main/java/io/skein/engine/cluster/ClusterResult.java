package io.skein.engine.cluster;

/// The answer to a [ClusterRequest].
public sealed interface ClusterResult {
  /// Done.
  record Ok() implements ClusterResult {}

  /// Done, with a text for a simple string reply.
  record Text(String text) implements ClusterResult {}

  /// Done, with a text of several lines for people.
  record Report(String text) implements ClusterResult {}

  record Number(long value) implements ClusterResult {}

  /// Refused, and nothing changed; `text` starts with the error code.
  record Error(String text) implements ClusterResult {}

  /// The answer without content.
  ClusterResult OK = new Ok();

  /// The refusal `ERR text`.
  static ClusterResult error(String text) {
    return new Error("ERR " + text);
  }
}
