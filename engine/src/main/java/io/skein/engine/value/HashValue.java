package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.Listpack;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A hash of fields and values: a [Listpack] of field, value, field, value... while they are few
/// and short, and else a [MemberTable].
///
/// Only fields of a table can have an expiry time: a hash becomes one when its first field gets
/// one.
public final class HashValue extends Value {
  public static final ValueType<HashValue> TYPE =
      new ValueType<>(
          EntryKind.HASH_LISTPACK, EntryKind.HASH_HASHTABLE, Listpack.EMPTY_BYTES, HashValue::new);

  private int kind;
  private @Nullable MemberTable table;

  HashValue(Place place) {
    super(place);
    kind = place.kind();
    if (kind == EntryKind.HASH_HASHTABLE) {
      table = (MemberTable) place.large();
    }
  }

  @Override
  public void initialize() {
    place.kind(EntryKind.HASH_LISTPACK);
    kind = EntryKind.HASH_LISTPACK;
    Listpack.clear(place.address());
  }

  private MemberTable table() {
    return Objects.requireNonNull(table);
  }

  private boolean isPacked() {
    return kind == EntryKind.HASH_LISTPACK;
  }

  /// The number of fields, those that have expired and are still there included.
  @Override
  public long size() {
    return isPacked() ? Listpack.count(place.address()) / 2 : table().size();
  }

  /// How many fields have an expiry time.
  public int expiringSize() {
    return isPacked() ? 0 : table().expiringSize();
  }

  // --- looking up ---

  /// Puts a cursor on the field that the slice names; false when there is none.
  public boolean find(byte[] b, int offset, int length, HashCursor cursor) {
    if (isPacked()) {
      long lp = place.address();
      int at = Listpack.find(lp, Listpack.first(lp), 1, b, offset, length);
      if (at == Listpack.NONE) {
        return false;
      }
      cursor.begin(place, kind, null);
      cursor.toElements(lp, at);
      return true;
    }
    long ref = table().find(b, offset, length);
    if (ref == 0) {
      return false;
    }
    cursor.begin(place, kind, table);
    cursor.toEntry(ref);
    return true;
  }

  /// Puts a cursor before the first field.
  public void fields(HashCursor cursor) {
    cursor.begin(place, kind, table);
  }

  /// Puts a cursor before about `count` fields from `from` on, 0 standing for the beginning, and
  /// returns where to go on, or 0 when there are no others. A packed hash is shown as a whole.
  public long scan(long from, long count, HashCursor cursor) {
    cursor.begin(place, kind, table);
    return isPacked() ? 0 : cursor.collect(from, count);
  }

  /// Puts a cursor on a field of a hash that is not empty, chosen by a random number, all with
  /// nearly the same probability.
  public void random(long draw, HashCursor cursor) {
    cursor.begin(place, kind, table);
    if (isPacked()) {
      long lp = place.address();
      int pair = (int) Math.floorMod(draw, size());
      cursor.toElements(lp, Listpack.seek(lp, 2 * pair));
    } else {
      cursor.toEntry(table().random(draw));
    }
  }

  /// Whether fields are found without a walk over the others.
  public boolean hasRandomAccess() {
    return !isPacked();
  }

  // --- changes ---

  /// Converts the hash at once where what is to be set next does not fit its encoding.
  ///
  /// @param fields how many fields are to be set
  /// @param longest the length of the longest of the fields and values
  /// @param bytes the lengths of all of them
  public void expect(long fields, int longest, long bytes) {
    if (isPacked()
        && (fields > place.limits().hash().entries()
            || longest > place.limits().hash().valueBytes()
            || Listpack.bytes(place.address()) + bytes > Listpack.MAX_BYTES)) {
      becomeTable();
    }
  }

  /// Sets a field; true when it is new.
  ///
  /// @param keepExpiry whether the field keeps its expiry time, if it has any
  public boolean set(
      byte[] b,
      int offset,
      int length,
      byte[] newValue,
      int valueOffset,
      int valueLength,
      boolean keepExpiry) {
    place.changing();
    if (isPacked()) {
      expect(1, Math.max(length, valueLength), (long) length + valueLength);
    }
    return isPacked()
        ? setPacked(b, offset, length, newValue, valueOffset, valueLength)
        : setInTable(b, offset, length, newValue, valueOffset, valueLength, keepExpiry);
  }

  private boolean setPacked(
      byte[] b, int offset, int length, byte[] newValue, int valueOffset, int valueLength) {
    long lp = place.address();
    int at = Listpack.find(lp, Listpack.first(lp), 1, b, offset, length);
    if (at != Listpack.NONE) {
      Listpack.replace(place, Listpack.next(lp, at), newValue, valueOffset, valueLength);
      return false;
    }
    Listpack.append(place, b, offset, length);
    Listpack.append(place, newValue, valueOffset, valueLength);
    if (size() > place.limits().hash().entries()) {
      becomeTable();
    }
    return true;
  }

  private boolean setInTable(
      byte[] b,
      int offset,
      int length,
      byte[] newValue,
      int valueOffset,
      int valueLength,
      boolean keepExpiry) {
    MemberTable fields = table();
    long hash = fields.hash(b, offset, length);
    long ref = fields.find(b, offset, length, hash);
    if (ref == 0) {
      fields.insert(b, offset, length, hash, newValue, valueOffset, valueLength, Entry.NO_EXPIRY);
      return true;
    }
    long expiry = keepExpiry ? Entry.expiryMs(fields.address(ref)) : Entry.NO_EXPIRY;
    fields.update(ref, hash, newValue, valueOffset, valueLength, expiry);
    return false;
  }

  /// Removes a field; false when there is none.
  public boolean remove(byte[] b, int offset, int length) {
    if (isPacked()) {
      long lp = place.address();
      int at = Listpack.find(lp, Listpack.first(lp), 1, b, offset, length);
      if (at == Listpack.NONE) {
        return false;
      }
      place.changing();
      Listpack.delete(place, at, 2);
      return true;
    }
    MemberTable fields = table();
    long hash = fields.hash(b, offset, length);
    long ref = fields.find(b, offset, length, hash);
    if (ref == 0) {
      return false;
    }
    place.changing();
    fields.remove(ref, hash);
    return true;
  }

  /// Removes the field that a cursor points at; the cursor is good for nothing afterwards.
  public void removeCurrent(HashCursor cursor) {
    place.changing();
    if (isPacked()) {
      Listpack.delete(place, cursor.fieldAt(), 2);
    } else {
      table().remove(cursor.ref());
    }
  }

  private void becomeTable() {
    place.changing();
    MemberTable fields = new MemberTable(place.arena(), place.hash());
    HashCursor cursor = new HashCursor();
    fields(cursor);
    while (cursor.next()) {
      byte[] name = cursor.field().text();
      int length = cursor.field().textLength();
      byte[] text = cursor.value().text();
      fields.insert(
          name,
          0,
          length,
          fields.hash(name, 0, length),
          text,
          0,
          cursor.value().textLength(),
          Entry.NO_EXPIRY);
    }
    place.become(EntryKind.HASH_HASHTABLE, fields);
    kind = EntryKind.HASH_HASHTABLE;
    table = fields;
  }

  // --- fields that expire ---

  /// Gives a field, which exists, an expiry time, or with [Entry#NO_EXPIRY] none.
  public void expireAt(byte[] b, int offset, int length, long expiryMs) {
    place.changing();
    if (isPacked()) {
      becomeTable();
    }
    boolean first = table().expiringSize() == 0;
    table().expireAt(table().find(b, offset, length), expiryMs);
    if (first && table().expiringSize() > 0) {
      place.elementsExpire();
    }
  }

  /// A time before which no field is due; [Long#MAX_VALUE] when none ever is.
  public long earliestExpiryMs() {
    return isPacked() ? Long.MAX_VALUE : table().earliestExpiryMs();
  }

  /// Looks at the next fields that expire; see [MemberTable#findDue].
  public void findDue(long nowMs, int steps, List<byte[]> due) {
    if (!isPacked()) {
      table().findDue(nowMs, steps, due);
    }
  }

  // --- files ---

  /// Where the bytes of a packed hash are.
  public long packedAddress() {
    return place.address();
  }

  /// The number of bytes of a packed hash.
  public int packedLength() {
    return place.length();
  }

  /// Adds what is in a [Listpack] from outside to an empty hash; false when its bytes are not
  /// sound, or a field comes twice.
  ///
  /// @param expiring whether each value is followed by the field's expiry time, 0 for none
  public boolean addListpack(byte[] b, int offset, int length, boolean expiring, long maxExpiryMs) {
    try (ScratchPlace scratch = new ScratchPlace(place)) {
      long lp = scratch.become(EntryKind.HASH_LISTPACK, Math.max(length, 1));
      Memory.copy(b, offset, lp, length);
      int count = Listpack.validate(lp, length);
      int tuple = expiring ? 3 : 2;
      if (count < 0 || count % tuple != 0) {
        return false;
      }
      expect(count / tuple, 0, 0);
      Slice field = new Slice();
      Slice value = new Slice();
      int at = Listpack.first(lp);
      while (at != Listpack.NONE) {
        field.toElement(lp, at);
        at = Listpack.next(lp, at);
        value.toElement(lp, at);
        at = Listpack.next(lp, at);
        int named = field.textLength();
        if (!set(field.text(), 0, named, value.text(), 0, value.textLength(), false)) {
          return false;
        }
        if (expiring) {
          long expiryMs = Listpack.isInteger(lp, at) ? Listpack.integer(lp, at) : -1;
          if (expiryMs < 0 || expiryMs > maxExpiryMs) {
            return false;
          }
          if (expiryMs > 0) {
            expireAt(field.text(), 0, named, expiryMs);
          }
          at = Listpack.next(lp, at);
        }
      }
      return true;
    }
  }
}
