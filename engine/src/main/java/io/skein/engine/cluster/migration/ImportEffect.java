package io.skein.engine.cluster.migration;

/// What an [Import] asks of its surroundings, in the order in which it is to be done.
public sealed interface ImportEffect {
  /// Send the source a line.
  record Answer(String line) implements ImportEffect {}

  /// Tell when everything that has come is safe.
  record AwaitSafety() implements ImportEffect {}

  /// Claim the slots under this epoch, if their owner is the source.
  record Claim(long epoch) implements ImportEffect {}

  /// The slots are ours: their keys become visible, here and on replicas.
  record Publish() implements ImportEffect {}

  /// The slots are not ours: their keys are given up, here and on replicas.
  record Drop() implements ImportEffect {}

  /// Close the connection once what was written has left.
  record Close() implements ImportEffect {}

  /// A line for the log.
  record Log(String text) implements ImportEffect {}
}
