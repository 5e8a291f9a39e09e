package io.skein.engine.cluster.migration;

import io.skein.engine.cluster.bus.SlotRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// The slots of a migration, as an administrator named them.
///
/// @param ranges not empty, none of which overlap
public record SlotRanges(List<SlotRange> ranges) {
  public SlotRanges {
    ranges = List.copyOf(ranges);
  }

  /// Whether `slot` is one of them.
  public boolean contains(int slot) {
    for (SlotRange range : ranges) {
      if (slot >= range.first() && slot <= range.last()) {
        return true;
      }
    }
    return false;
  }

  /// Whether a slot is one of these and of `other`.
  public boolean overlaps(SlotRanges other) {
    return toBits().intersects(other.toBits());
  }

  /// The slots as a set.
  public BitSet toBits() {
    BitSet bits = new BitSet();
    for (SlotRange range : ranges) {
      bits.set(range.first(), range.last() + 1);
    }
    return bits;
  }

  /// First and last slot of each range, as in a command.
  public List<String> words() {
    List<String> words = new ArrayList<>();
    for (SlotRange range : ranges) {
      words.add(Integer.toString(range.first()));
      words.add(Integer.toString(range.last()));
    }
    return words;
  }

  /// As GETSLOTMIGRATIONS shows them: `0-10 20-20`.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (SlotRange range : ranges) {
      text.append(text.isEmpty() ? "" : " ").append(range.first()).append('-').append(range.last());
    }
    return text.toString();
  }
}
