package io.skein.engine.rdb;

import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.value.Value;
import io.skein.engine.value.ValueType;

/// How the values of one type stand in a file.
interface ValueFormat<V extends Value> {
  /// There is nothing left to write.
  Steps DONE = elements -> true;

  /// The type.
  ValueType<V> type();

  /// The lowest of the ways to write `value` that can express it.
  RdbType formOf(V value);

  /// Begins to write the items of a value in the form that [#formOf] gives. The value must stay
  /// what it is until that is done.
  Steps begin(V value, RdbEncoder out);

  /// Whether values in this form are of the type.
  boolean reads(RdbType form);

  /// Adds to `into`, which is empty, what stands in the file.
  ///
  /// Everything is checked: what comes from outside is believed in nothing.
  ///
  /// @throws RdbException when it is not sound; `into` is given up then, in whatever state it is
  void read(RdbType form, RdbReader in, V into);
}
