package io.skein.engine.value;

import org.jspecify.annotations.Nullable;

/// When enough entries were taken from the beginning of a stream.
///
/// @param maxLength at most so many entries stay, where there is no `minId`
/// @param minId entries with lesser ids go, or null
/// @param approximate whether only whole nodes go
/// @param limit the most entries that go, 0 for any
public record StreamTrim(
    long maxLength, @Nullable StreamId minId, boolean approximate, long limit) {
  /// Whether nothing more is to go from a stream of this length; with an id that shows later.
  boolean isMet(long length) {
    return minId == null && length <= maxLength;
  }

  /// Whether a node of `entries` entries, the last of them `last`, goes as a whole.
  boolean takesWhole(long length, long entries, StreamId last) {
    return minId == null ? length - entries >= maxLength : last.isBefore(minId);
  }

  /// Whether the entry under the cursor stays.
  boolean keeps(long length, StreamCursor cursor) {
    return minId == null
        ? length <= maxLength
        : StreamId.compare(cursor.ms(), cursor.seq(), minId.ms(), minId.seq()) >= 0;
  }
}
