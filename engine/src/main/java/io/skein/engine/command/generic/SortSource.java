package io.skein.engine.command.generic;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.ElementSink;
import io.skein.engine.value.ListValue;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import io.skein.engine.value.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What SORT sorts: the elements of a value, in the order in which they lie.
///
/// @param value null for a key that does not exist
record SortSource(@Nullable Value value) {
  /// The value of `key`.
  ///
  /// @throws io.skein.engine.resp.CommandError when it is none of the types that can be sorted
  static SortSource of(Database database, Key key) {
    long entry = database.read(key);
    if (entry == 0) {
      return new SortSource(null);
    }
    int kind = Entry.kind(entry);
    if (ListValue.TYPE.has(kind)) {
      return new SortSource(database.view(entry, ListValue.TYPE));
    }
    if (SetValue.TYPE.has(kind)) {
      return new SortSource(database.view(entry, SetValue.TYPE));
    }
    if (SortedSetValue.TYPE.has(kind)) {
      return new SortSource(database.view(entry, SortedSetValue.TYPE));
    }
    throw Errors.WRONG_TYPE;
  }

  boolean isSet() {
    return value instanceof SetValue;
  }

  int size() {
    return value == null ? 0 : (int) value.size();
  }

  /// All elements.
  List<byte[]> all() {
    return range(0, size(), false);
  }

  /// The elements from number `from` to before number `to`, counted from the last one if
  /// `backwards`; a set has but one direction.
  List<byte[]> range(int from, int to, boolean backwards) {
    int size = size();
    List<byte[]> elements = new ArrayList<>(to - from);
    if (from == to) {
      return elements;
    }
    if (value instanceof ListValue list) {
      list.visit(backwards ? size - 1L - from : from, to - from, backwards, new Texts(elements));
    } else if (value instanceof SortedSetValue sortedSet) {
      SortedSetCursor cursor = sortedSet.cursor();
      boolean there = cursor.toRank(backwards ? size - 1 - from : from);
      while (there && elements.size() < to - from) {
        elements.add(cursor.member());
        there = backwards ? cursor.previous() : cursor.next();
      }
    } else if (value instanceof SetValue set) {
      SetCursor cursor = new SetCursor();
      set.members(cursor);
      for (int i = 0; i < to && cursor.next(); i++) {
        if (i >= from) {
          elements.add(cursor.toByteArray());
        }
      }
    }
    return elements;
  }

  private record Texts(List<byte[]> elements) implements ElementSink {
    @Override
    public void string(long address, int length) {
      byte[] text = new byte[length];
      Memory.copy(address, text, 0, length);
      elements.add(text);
    }

    @Override
    public void integer(long number) {
      elements.add(Numbers.toBytes(number));
    }
  }
}
