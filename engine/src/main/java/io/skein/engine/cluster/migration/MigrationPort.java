package io.skein.engine.cluster.migration;

import io.skein.engine.command.Call;
import java.util.List;

/// What the commands of slot migration can ask of the node.
public interface MigrationPort {
  /// One migration that is asked for.
  record Order(SlotRanges slots, String targetId) {}

  /// Begins to give slots away; all was checked that the view tells.
  void export(List<Order> orders);

  /// Whether `slot` is being given away.
  boolean isExporting(int slot);

  /// Whether `slot` is being taken over.
  boolean isImporting(int slot);

  /// Calls off what this node gives away; false when there is nothing to call off.
  boolean cancel();

  /// The session of `call` is to bring slots that `sourceId` has.
  ///
  /// @throws io.skein.engine.resp.CommandError when that cannot be now
  void establish(Call call, String name, String sourceId, SlotRanges slots);

  /// The primary takes slots over, has done so, or has given that up.
  ///
  /// @param event what happened
  void replicated(Replicated event, String name, String sourceId, SlotRanges slots);

  /// All that is running, and what was before; the newest first.
  List<MigrationStatus> statuses();

  /// What a primary's log says of slots on their way to it.
  enum Replicated {
    /// Keys of the slots will be staged.
    BEGIN,
    /// The slots belong to the primary, and their keys are to be seen.
    PUBLISH,
    /// What was staged is given up.
    DROP
  }
}
