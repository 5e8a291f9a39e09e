package io.skein.engine.cluster.migration;

/// Which migration one is about.
///
/// @param name 40 hexadecimal digits, the same on both sides
/// @param isExport whether this node gives the slots away
/// @param sourceId the node that has the slots
/// @param targetId the node that gets them
public record Migration(
    String name, boolean isExport, SlotRanges slots, String sourceId, String targetId) {

  /// As lines of the log describe it.
  @Override
  public String toString() {
    return "{name: "
        + name
        + ", operation: "
        + (isExport ? "export, target_node_id: " + targetId : "import, source_node_id: " + sourceId)
        + ", slots: "
        + slots
        + "}";
  }
}
