package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.IntSet;
import io.skein.engine.structure.Listpack;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A set of strings: an [IntSet] while all members are integers and few, a [Listpack] while they
/// are few and short, and else a [MemberTable].
///
/// An encoding never goes back to a smaller one, but where a command stores a new set ([#compact]).
public final class SetValue extends Value {
  public static final ValueType<SetValue> TYPE =
      new ValueType<>(
          EntryKind.SET_INTSET, EntryKind.SET_HASHTABLE, IntSet.EMPTY_BYTES, SetValue::new);

  private int kind;
  private @Nullable MemberTable table;

  SetValue(Place place) {
    super(place);
    kind = place.kind();
    if (kind == EntryKind.SET_HASHTABLE) {
      table = (MemberTable) place.large();
    }
  }

  @Override
  public void initialize() {
    place.kind(EntryKind.SET_INTSET);
    kind = EntryKind.SET_INTSET;
    IntSet.clear(place);
  }

  private MemberTable table() {
    return Objects.requireNonNull(table);
  }

  @Override
  public long size() {
    return switch (kind) {
      case EntryKind.SET_INTSET -> IntSet.size(place.address());
      case EntryKind.SET_LISTPACK -> Listpack.count(place.address());
      default -> table().size();
    };
  }

  // --- membership ---

  /// Whether the slice is a member.
  public boolean contains(byte[] b, int offset, int length) {
    switch (kind) {
      case EntryKind.SET_INTSET -> {
        long value = Numbers.parseLong(b, offset, length);
        return !Numbers.isInvalid(value, b, offset, length)
            && IntSet.contains(place.address(), value);
      }
      case EntryKind.SET_LISTPACK -> {
        return findElement(b, offset, length) != Listpack.NONE;
      }
      default -> {
        return table().find(b, offset, length) != 0;
      }
    }
  }

  private int findElement(byte[] b, int offset, int length) {
    long lp = place.address();
    return Listpack.find(lp, Listpack.first(lp), 0, b, offset, length);
  }

  /// Whether what a cursor, of this set or another, points at is a member.
  public boolean contains(SetCursor member) {
    if (kind == EntryKind.SET_INTSET && member.isInteger()) {
      return IntSet.contains(place.address(), member.integer());
    }
    if (kind == EntryKind.SET_HASHTABLE && !member.isInteger()) {
      return table().find(member.address(), member.length()) != 0;
    }
    return contains(member.text(), 0, member.textLength());
  }

  /// Puts a cursor before the first member.
  public void members(SetCursor cursor) {
    cursor.begin(place, kind, table);
  }

  /// Puts a cursor on a member of a set that is not empty, chosen by a random number, all with
  /// nearly the same probability.
  public void random(long draw, SetCursor cursor) {
    cursor.begin(place, kind, table);
    switch (kind) {
      case EntryKind.SET_INTSET ->
          cursor.toIndex((int) Math.floorMod(draw, (long) IntSet.size(place.address())));
      case EntryKind.SET_LISTPACK -> {
        long lp = place.address();
        cursor.toOffset(Listpack.seek(lp, (int) Math.floorMod(draw, (long) Listpack.count(lp))));
      }
      default -> cursor.toEntry(table().random(draw));
    }
  }

  /// Puts a cursor before about `count` members from `from` on, 0 standing for the beginning, and
  /// returns where to go on, or 0 when there are no others. A packed set is shown as a whole.
  public long scan(long from, long count, SetCursor cursor) {
    cursor.begin(place, kind, table);
    return kind == EntryKind.SET_HASHTABLE ? cursor.collect(from, count) : 0;
  }

  /// A number that no other member has at the moment, of the member that a cursor points at.
  public long identity(SetCursor cursor) {
    return kind == EntryKind.SET_HASHTABLE ? cursor.ref() : cursor.index();
  }

  /// Whether members are found without a walk over the others.
  public boolean hasRandomAccess() {
    return kind != EntryKind.SET_LISTPACK;
  }

  // --- adding ---

  /// Chooses the encoding of a set that is still empty, whose first member and number of members
  /// are known.
  public void begin(byte[] first, int offset, int length, long expected) {
    long value = Numbers.parseLong(first, offset, length);
    boolean number = !Numbers.isInvalid(value, first, offset, length);
    if (number && expected <= place.limits().set().intsetEntries()) {
      return;
    }
    if (expected <= place.limits().set().entries()) {
      becomeListpack();
    } else {
      becomeTable();
    }
  }

  /// Makes an empty set a listpack, to which it is quicker to append than to an intset.
  public void beginListpack() {
    becomeListpack();
  }

  /// Converts the set at once where `more` members alone would be too many for its encoding.
  public void expect(long more) {
    if (kind == EntryKind.SET_LISTPACK && more > place.limits().set().entries()
        || kind == EntryKind.SET_INTSET && more > place.limits().set().intsetEntries()) {
      becomeTable();
    }
  }

  /// Adds the slice; false when it is a member already.
  public boolean add(byte[] b, int offset, int length) {
    return switch (kind) {
      case EntryKind.SET_INTSET -> addToIntSet(b, offset, length);
      case EntryKind.SET_LISTPACK -> addToListpack(b, offset, length);
      default -> addToTable(b, offset, length);
    };
  }

  /// Adds what a cursor of another set points at; false when it is a member already.
  public boolean add(SetCursor member) {
    if (kind == EntryKind.SET_INTSET && member.isInteger()) {
      return addInteger(member.integer());
    }
    return add(member.text(), 0, member.textLength());
  }

  private boolean addInteger(long value) {
    int found = IntSet.find(place.address(), value);
    if (found >= 0) {
      return false;
    }
    place.changing();
    IntSet.insert(place, ~found, value);
    if (IntSet.size(place.address()) > intsetEntries()) {
      becomeTable();
    }
    return true;
  }

  private long intsetEntries() {
    return Math.min(place.limits().set().intsetEntries(), IntSet.MAX_SIZE);
  }

  private boolean addToIntSet(byte[] b, int offset, int length) {
    long value = Numbers.parseLong(b, offset, length);
    if (!Numbers.isInvalid(value, b, offset, length)) {
      return addInteger(value);
    }
    place.changing();
    EncodingLimits.SetLimits limits = place.limits().set();
    if (IntSet.size(place.address()) < limits.entries()
        && length <= limits.valueBytes()
        && longestText() <= limits.valueBytes()) {
      becomeListpack();
      return addToListpack(b, offset, length);
    }
    becomeTable();
    return addToTable(b, offset, length);
  }

  /// The length of the longest member of an intset as text.
  private int longestText() {
    long set = place.address();
    int size = IntSet.size(set);
    return size == 0
        ? 0
        : Math.max(Numbers.length(IntSet.at(set, 0)), Numbers.length(IntSet.at(set, size - 1)));
  }

  private boolean addToListpack(byte[] b, int offset, int length) {
    if (findElement(b, offset, length) != Listpack.NONE) {
      return false;
    }
    place.changing();
    long lp = place.address();
    EncodingLimits.SetLimits limits = place.limits().set();
    if (Listpack.count(lp) < limits.entries()
        && length <= limits.valueBytes()
        && (long) Listpack.bytes(lp) + length < Listpack.MAX_BYTES) {
      Listpack.append(place, b, offset, length);
      return true;
    }
    becomeTable();
    return addToTable(b, offset, length);
  }

  private boolean addToTable(byte[] b, int offset, int length) {
    MemberTable members = table();
    long hash = members.hash(b, offset, length);
    if (members.find(b, offset, length, hash) != 0) {
      return false;
    }
    place.changing();
    members.insert(b, offset, length, hash);
    return true;
  }

  // --- removing ---

  /// Removes the slice; false when it is no member.
  public boolean remove(byte[] b, int offset, int length) {
    switch (kind) {
      case EntryKind.SET_INTSET -> {
        long value = Numbers.parseLong(b, offset, length);
        int found =
            Numbers.isInvalid(value, b, offset, length) ? -1 : IntSet.find(place.address(), value);
        if (found < 0) {
          return false;
        }
        place.changing();
        IntSet.removeAt(place, found);
      }
      case EntryKind.SET_LISTPACK -> {
        int at = findElement(b, offset, length);
        if (at == Listpack.NONE) {
          return false;
        }
        place.changing();
        Listpack.delete(place, at, 1);
      }
      default -> {
        MemberTable members = table();
        long hash = members.hash(b, offset, length);
        long ref = members.find(b, offset, length, hash);
        if (ref == 0) {
          return false;
        }
        place.changing();
        members.remove(ref, hash);
      }
    }
    return true;
  }

  /// Removes what a cursor of another set points at; false when it is no member.
  public boolean remove(SetCursor member) {
    return remove(member.text(), 0, member.textLength());
  }

  /// Removes the member that a cursor of this set points at. The cursor is good for nothing but its
  /// text afterwards, if that was asked for before.
  public void removeCurrent(SetCursor cursor) {
    place.changing();
    switch (kind) {
      case EntryKind.SET_INTSET -> IntSet.removeAt(place, cursor.index());
      case EntryKind.SET_LISTPACK -> Listpack.delete(place, cursor.index(), 1);
      default -> table().remove(cursor.ref());
    }
  }

  // --- from one encoding to another ---

  /// Makes the set, all of whose members are integers, an intset where it is small enough.
  public void compact() {
    if (kind == EntryKind.SET_INTSET || size() > intsetEntries()) {
      return;
    }
    try (ScratchPlace scratch = new ScratchPlace(place)) {
      SetValue integers = scratch.create(TYPE);
      SetCursor cursor = new SetCursor();
      members(cursor);
      while (cursor.next()) {
        integers.add(cursor);
      }
      replaceBy(scratch);
    }
  }

  /// A place for a set that may take the place of this one, or be a result of it.
  public ScratchPlace scratch() {
    return new ScratchPlace(place);
  }

  /// Takes the value of another place, which loses it; what the set was is freed.
  public void replaceBy(ScratchPlace other) {
    place.changing();
    other.moveTo(place);
    kind = place.kind();
    table = kind == EntryKind.SET_HASHTABLE ? (MemberTable) place.large() : null;
  }

  /// Makes the set, which is an intset, a listpack.
  private void becomeListpack() {
    place.changing();
    try (ScratchPlace scratch = new ScratchPlace(place)) {
      Listpack.clear(scratch.become(EntryKind.SET_LISTPACK, Listpack.EMPTY_BYTES));
      long set = place.address();
      for (int i = 0; i < IntSet.size(set); i++) {
        Listpack.append(scratch, IntSet.at(set, i));
      }
      replaceBy(scratch);
    }
  }

  private void becomeTable() {
    place.changing();
    MemberTable members = new MemberTable(place.arena(), place.hash());
    SetCursor cursor = new SetCursor();
    members(cursor);
    while (cursor.next()) {
      byte[] text = cursor.text();
      int length = cursor.textLength();
      members.insert(text, 0, length, members.hash(text, 0, length));
    }
    place.become(EntryKind.SET_HASHTABLE, members);
    kind = EntryKind.SET_HASHTABLE;
    table = members;
  }

  // --- files ---

  /// Where the bytes of a packed set are.
  public long packedAddress() {
    return place.address();
  }

  /// The number of bytes of a packed set.
  public int packedLength() {
    return place.length();
  }

  /// Adds the members of an [IntSet] from outside to an empty set; false when its bytes are not
  /// sound.
  public boolean addIntSet(byte[] b, int offset, int length) {
    try (ScratchPlace scratch = scratch()) {
      long address = scratch.become(EntryKind.SET_INTSET, Math.max(length, 1));
      Memory.copy(b, offset, address, length);
      if (!IntSet.validate(address, length)) {
        return false;
      }
      if (IntSet.size(address) <= intsetEntries()) {
        replaceBy(scratch);
      } else {
        expect(IntSet.size(address));
        addAll(new SetValue(scratch));
      }
      return true;
    }
  }

  /// Adds the members of a [Listpack] from outside to an empty set; false when its bytes are not
  /// sound, or a member comes twice.
  public boolean addListpack(byte[] b, int offset, int length) {
    try (ScratchPlace scratch = scratch()) {
      long address = scratch.become(EntryKind.SET_LISTPACK, Math.max(length, 1));
      Memory.copy(b, offset, address, length);
      int count = Listpack.validate(address, length);
      if (count <= 0) {
        return false;
      }
      becomeListpack();
      expect(count);
      return addAll(new SetValue(scratch));
    }
  }

  private boolean addAll(SetValue other) {
    SetCursor cursor = new SetCursor();
    other.members(cursor);
    boolean distinct = true;
    while (distinct && cursor.next()) {
      distinct = add(cursor);
    }
    return distinct;
  }
}
