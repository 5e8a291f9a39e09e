package io.skein.engine.cluster.migration;

import java.util.List;

/// What an [Export] asks of its surroundings, in the order in which it is to be done.
public sealed interface ExportEffect {
  /// Connect to the target.
  record Connect() implements ExportEffect {}

  /// Send a command.
  record Send(List<String> words) implements ExportEffect {}

  /// Begin the snapshot as soon as no other is in the way.
  record BeginSnapshot() implements ExportEffect {}

  /// Hold back clients' commands on keys of the slots.
  record Hold(Holding what) implements ExportEffect {}

  /// The target may have claimed the slots under `epoch` and died: claim them anew, under a later
  /// one.
  record Reclaim(long epoch) implements ExportEffect {}

  /// It is over: close the connection, give up what was gathered, let everybody go on.
  record End() implements ExportEffect {}

  /// A line for the log.
  record Log(String text) implements ExportEffect {}

  /// Which commands are held back.
  enum Holding {
    NOTHING,
    /// Those that write.
    WRITES,
    /// All.
    ALL
  }
}
