package io.skein.engine.value;

import io.skein.engine.structure.EntrySample;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The way through the members of a [MemberTable], bucket by bucket.
///
/// A walk is made once and used for table after table. Between two members the table may lose those
/// that were passed, and change in no other way.
final class MemberWalk {
  private @Nullable MemberTable table;
  private final EntrySample bucket = new EntrySample(32);
  private int inBucket;
  private long nextBucket;

  /// Whether the bucket is the last one.
  private boolean walked;

  /// Goes before the first member; a value that has no table has no walk.
  void begin(@Nullable MemberTable members) {
    table = members;
    bucket.clear();
    inBucket = -1;
    nextBucket = 0;
    walked = false;
  }

  /// Goes before the members from cursor `from` on, at least `count` of them unless that took too
  /// long, and returns where to go on.
  long collect(long from, long count) {
    long steps = count > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : count * 10;
    long position = from;
    do {
      position = table().collect(position, bucket);
    } while (position != 0 && steps-- > 0 && bucket.count() < count);
    walked = true;
    return position;
  }

  /// The reference of the next member, or 0 when there is none.
  long next() {
    while (++inBucket >= bucket.count()) {
      if (walked) {
        return 0;
      }
      bucket.clear();
      inBucket = -1;
      nextBucket = table().collect(nextBucket, bucket);
      walked = nextBucket == 0;
    }
    return bucket.ref(inBucket);
  }

  private MemberTable table() {
    return Objects.requireNonNull(table);
  }
}
