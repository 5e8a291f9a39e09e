package io.skein.engine.rdb;

import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.rdb.RdbException.Fault;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import io.skein.engine.value.ValueType;

/// Sets in files: an intset as its bytes, every other set member by member.
///
/// A listpack is not written as one, since that came with version 11 of the format.
final class SetFormat implements ValueFormat<SetValue> {
  @Override
  public ValueType<SetValue> type() {
    return SetValue.TYPE;
  }

  @Override
  public RdbType formOf(SetValue set) {
    return set.kind() == EntryKind.SET_INTSET ? RdbType.SET_INTSET : RdbType.SET;
  }

  @Override
  public Steps begin(SetValue set, RdbEncoder out) {
    if (set.kind() == EntryKind.SET_INTSET) {
      out.writeString(set.packedAddress(), set.packedLength());
      return DONE;
    }
    out.writeLength(set.size());
    SetCursor cursor = new SetCursor();
    set.members(cursor);
    return elements -> writeMembers(cursor, elements, out);
  }

  private static boolean writeMembers(SetCursor cursor, int count, RdbEncoder out) {
    for (int left = count; left > 0; left--) {
      if (!cursor.next()) {
        return true;
      }
      if (cursor.isInteger()) {
        out.writeInteger(cursor.integer());
      } else {
        out.writeString(cursor.address(), cursor.length());
      }
    }
    return false;
  }

  @Override
  public boolean reads(RdbType form) {
    return form == RdbType.SET || form == RdbType.SET_INTSET || form == RdbType.SET_LISTPACK;
  }

  @Override
  public void read(RdbType form, RdbReader in, SetValue into) {
    if (form == RdbType.SET) {
      readMembers(in, into);
      return;
    }
    in.readString();
    boolean sound =
        form == RdbType.SET_INTSET
            ? into.addIntSet(in.array(), in.offset(), in.length())
            : into.addListpack(in.array(), in.offset(), in.length());
    require(sound, in, "invalid packed set");
  }

  private static void readMembers(RdbReader in, SetValue into) {
    int count = in.readCount();
    into.expect(count);
    for (int i = 0; i < count; i++) {
      in.readString();
      require(into.add(in.array(), in.offset(), in.length()), in, "a member twice in a set");
    }
  }

  private static void require(boolean sound, RdbReader in, String otherwise) {
    if (!sound) {
      throw new RdbException(Fault.CORRUPT, in.fileOffset(), otherwise);
    }
  }
}
