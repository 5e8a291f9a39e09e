package io.skein.engine.value;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.IntSet;
import io.skein.engine.structure.Listpack;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One member of a [SetValue], and the way from one to the next.
///
/// A cursor is made once and used for set after set. Where it points is valid until the set changes
/// by anything but [SetValue#removeCurrent].
public final class SetCursor extends Slice {
  private int kind;
  private @Nullable Place place;
  private @Nullable MemberTable table;
  private final MemberWalk walk = new MemberWalk();

  /// Index in an intset; offset in a listpack.
  private int at;

  private long ref;

  /// Goes before the first member.
  void begin(Place of, int ofKind, @Nullable MemberTable members) {
    place = of;
    kind = ofKind;
    table = members;
    at = kind == EntryKind.SET_LISTPACK ? Listpack.NONE : -1;
    walk.begin(members);
  }

  /// Goes before the members of a table from cursor `from` on, at least `count` of them unless that
  /// took too long, and returns where to go on.
  long collect(long from, long count) {
    return walk.collect(from, count);
  }

  /// Goes to the next member; false when there is none.
  public boolean next() {
    return switch (kind) {
      case EntryKind.SET_INTSET -> {
        long set = place().address();
        if (++at >= IntSet.size(set)) {
          yield false;
        }
        toInteger(IntSet.at(set, at));
        yield true;
      }
      case EntryKind.SET_LISTPACK -> {
        long lp = place().address();
        at = at == Listpack.NONE ? Listpack.first(lp) : Listpack.next(lp, at);
        if (at == Listpack.NONE) {
          yield false;
        }
        toElement(lp, at);
        yield true;
      }
      default -> nextOfTable();
    };
  }

  private boolean nextOfTable() {
    long member = walk.next();
    if (member == 0) {
      return false;
    }
    toEntry(member);
    return true;
  }

  /// Goes to member number `index` of an intset.
  void toIndex(int index) {
    at = index;
    toInteger(IntSet.at(place().address(), index));
  }

  /// Goes to the element at `offset` of a listpack.
  void toOffset(int offset) {
    at = offset;
    toElement(place().address(), at);
  }

  /// Goes to a member of a table.
  void toEntry(long member) {
    ref = member;
    long entry = table().address(member);
    toBytes(Entry.keyAddress(entry), Entry.keyLength(entry));
  }

  private Place place() {
    return Objects.requireNonNull(place);
  }

  private MemberTable table() {
    return Objects.requireNonNull(table);
  }

  /// The index in an intset, or the offset in a listpack.
  int index() {
    return at;
  }

  long ref() {
    return ref;
  }
}
