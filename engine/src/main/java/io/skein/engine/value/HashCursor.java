package io.skein.engine.value;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.Listpack;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One field of a [HashValue] with its value, and the way from one to the next.
///
/// A cursor is made once and used for hash after hash. Where it points is valid until the hash
/// changes.
public final class HashCursor {
  private final Slice field = new Slice();
  private final Slice value = new Slice();
  private int kind;
  private @Nullable Place place;
  private @Nullable MemberTable table;
  private final MemberWalk walk = new MemberWalk();

  /// Where the field and the value are in a listpack.
  private int fieldAt;

  private int valueAt;
  private long ref;
  private long expiryMs;

  /// Goes before the first field.
  void begin(Place of, int ofKind, @Nullable MemberTable fields) {
    place = of;
    kind = ofKind;
    table = fields;
    valueAt = Listpack.NONE;
    walk.begin(fields);
  }

  /// Goes before the fields of a table from cursor `from` on, at least `count` of them unless that
  /// took too long, and returns where to go on.
  long collect(long from, long count) {
    return walk.collect(from, count);
  }

  /// Goes to the next field; false when there is none.
  public boolean next() {
    if (kind == EntryKind.HASH_HASHTABLE) {
      return nextOfTable();
    }
    long lp = Objects.requireNonNull(place).address();
    int at = valueAt == Listpack.NONE ? Listpack.first(lp) : Listpack.next(lp, valueAt);
    if (at == Listpack.NONE) {
      return false;
    }
    toElements(lp, at);
    return true;
  }

  private boolean nextOfTable() {
    long member = walk.next();
    if (member == 0) {
      return false;
    }
    toEntry(member);
    return true;
  }

  private MemberTable table() {
    return Objects.requireNonNull(table);
  }

  /// Goes to the field at offset `at` of a listpack.
  void toElements(long lp, int at) {
    fieldAt = at;
    valueAt = Listpack.next(lp, at);
    expiryMs = Entry.NO_EXPIRY;
    field.toElement(lp, at);
    value.toElement(lp, valueAt);
  }

  /// Goes to a field of a table.
  void toEntry(long fieldRef) {
    ref = fieldRef;
    long entry = table().address(fieldRef);
    expiryMs = Entry.expiryMs(entry);
    field.toBytes(Entry.keyAddress(entry), Entry.keyLength(entry));
    value.toBytes(Entry.valueAddress(entry), Entry.valueLength(entry));
  }

  int fieldAt() {
    return fieldAt;
  }

  int valueAt() {
    return valueAt;
  }

  long ref() {
    return ref;
  }

  /// A number that no other field of the hash has at the moment.
  public long identity() {
    return kind == EntryKind.HASH_HASHTABLE ? ref : fieldAt;
  }

  /// The field.
  public Slice field() {
    return field;
  }

  /// The value of the field.
  public Slice value() {
    return value;
  }

  /// When the field expires, or [Entry#NO_EXPIRY].
  public long expiryMs() {
    return expiryMs;
  }

  /// Whether the field's time came before `nowMs`.
  public boolean isExpired(long nowMs) {
    return expiryMs != Entry.NO_EXPIRY && expiryMs < nowMs;
  }
}
