package io.skein.engine.rdb;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.rdb.RdbException.Fault;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import io.skein.engine.value.ValueType;

/// How sorted sets stand in a file: as they are while they are packed, else member by member, that
/// with the greatest score first.
final class SortedSetFormat implements ValueFormat<SortedSetValue> {
  @Override
  public ValueType<SortedSetValue> type() {
    return SortedSetValue.TYPE;
  }

  @Override
  public RdbType formOf(SortedSetValue value) {
    return value.kind() == EntryKind.ZSET_LISTPACK ? RdbType.ZSET_LISTPACK : RdbType.ZSET_2;
  }

  @Override
  public Steps begin(SortedSetValue value, RdbEncoder out) {
    if (value.kind() == EntryKind.ZSET_LISTPACK) {
      out.writeString(value.packedAddress(), value.packedBytes());
      return DONE;
    }
    out.writeLength(value.count());
    return new Members(value, out);
  }

  /// The members of a sorted set on their way out.
  private static final class Members implements Steps {
    private final SortedSetCursor at;
    private final RdbEncoder out;
    private int left;

    Members(SortedSetValue value, RdbEncoder out) {
      this.at = value.cursor();
      this.out = out;
      this.left = value.count();
    }

    @Override
    public boolean step(int elements) {
      int last = Math.max(0, left - elements);
      for (boolean there = at.toRank(left - 1); there && left > last; there = at.previous()) {
        out.writeString(at.address(), at.length());
        out.writeDouble(at.score());
        left--;
      }
      return left == 0;
    }
  }

  @Override
  public boolean reads(RdbType form) {
    return switch (form) {
      case ZSET, ZSET_2, ZSET_ZIPLIST, ZSET_LISTPACK -> true;
      default -> false;
    };
  }

  @Override
  public void read(RdbType form, RdbReader in, SortedSetValue into) {
    switch (form) {
      case ZSET_ZIPLIST -> readPacked(in, PackedItems.ziplist(in), into);
      case ZSET_LISTPACK -> readPacked(in, PackedItems.listpack(in), into);
      default -> readMembers(in, form == RdbType.ZSET_2, into);
    }
  }

  private static void readMembers(RdbReader in, boolean binary, SortedSetValue into) {
    int count = in.readCount();
    into.prepare(count, 0);
    for (int i = 0; i < count; i++) {
      in.readString();
      // The score that follows does not touch the slice.
      byte[] array = in.array();
      int offset = in.offset();
      int length = in.length();
      double score = binary ? in.readDouble() : in.readTextDouble();
      add(in, into, array, offset, length, score);
    }
  }

  private static void readPacked(RdbReader in, PackedItems items, SortedSetValue into) {
    into.prepare(items.most() / 2, 0);
    byte[] number = new byte[Numbers.MAX_LONG_LENGTH];
    while (items.next()) {
      byte[] array = items.array();
      int offset = items.offset();
      int length = items.length();
      if (length <= number.length) {
        // The score may be handed out in the same place.
        System.arraycopy(array, offset, number, 0, length);
        array = number;
        offset = 0;
      }
      if (!items.next()) {
        throw corrupt(in, "member without a score");
      }
      double score = Doubles.parseRounded(items.array(), items.offset(), items.length());
      add(in, into, array, offset, length, score);
    }
  }

  private static void add(
      RdbReader in, SortedSetValue into, byte[] member, int offset, int length, double score) {
    if (Double.isNaN(score)) {
      throw corrupt(in, "score is not a number");
    }
    if (into.locate(member, offset, length)) {
      throw corrupt(in, "member twice in a sorted set");
    }
    into.add(score);
  }

  private static RdbException corrupt(RdbReader in, String reason) {
    return new RdbException(Fault.CORRUPT, in.fileOffset(), reason);
  }
}
