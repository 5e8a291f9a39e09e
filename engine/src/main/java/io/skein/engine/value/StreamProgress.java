package io.skein.engine.value;

/// How far groups have got: what is known of the number of entries before an id.
///
/// Entries are counted when they are added; where some were deleted in between, the count of those
/// before an id cannot be told.
public final class StreamProgress {
  /// Stands for a lag that cannot be told. Any other is one: groups can be set to have read more
  /// than there ever was.
  public static final long NO_LAG = Long.MIN_VALUE;

  private StreamProgress() {}

  /// Whether entries were deleted by name from `from` on.
  private static boolean hasGapsFrom(Stream stream, StreamId from) {
    StreamId deleted = stream.maxDeletedId();
    return stream.length() > 0
        && !deleted.isZero()
        && !stream.firstId().isAfter(deleted)
        && !from.isAfter(deleted);
  }

  /// How many entries were ever added up to this id, or [StreamGroup#UNKNOWN].
  public static long entriesUpTo(Stream stream, StreamId id) {
    if (stream.entriesAdded() == 0) {
      return 0;
    }
    int order = id.compareTo(stream.lastId());
    if (order == 0 || stream.length() == 0 && order < 0) {
      return stream.entriesAdded();
    }
    if (order > 0) {
      return StreamGroup.UNKNOWN;
    }
    StreamId deleted = stream.maxDeletedId();
    if (deleted.isZero() || deleted.isBefore(stream.firstId())) {
      int toFirst = id.compareTo(stream.firstId());
      if (toFirst <= 0) {
        return stream.entriesAdded() - stream.length() + (toFirst == 0 ? 1 : 0);
      }
    }
    return StreamGroup.UNKNOWN;
  }

  /// How many entries a group has yet to read, or [#NO_LAG].
  public static long lag(Stream stream, StreamGroup group) {
    if (stream.entriesAdded() == 0) {
      return 0;
    }
    boolean known =
        group.entriesRead() != StreamGroup.UNKNOWN && !hasGapsFrom(stream, group.lastId());
    long read = known ? group.entriesRead() : entriesUpTo(stream, group.lastId());
    boolean told = known || read != StreamGroup.UNKNOWN;
    return told ? stream.entriesAdded() - read : NO_LAG;
  }

  /// Counts the entry of this id, behind the last that the group has read, as read.
  public static void advance(Stream stream, StreamGroup group, StreamId id) {
    if (group.entriesRead() != StreamGroup.UNKNOWN && !hasGapsFrom(stream, id)) {
      group.entriesRead(group.entriesRead() + 1);
    } else if (stream.entriesAdded() != 0) {
      group.entriesRead(entriesUpTo(stream, id));
    }
    group.lastId(id);
  }
}
