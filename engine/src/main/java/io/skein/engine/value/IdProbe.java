package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.RankedTree;

/// Seeks a record that begins with an id: its two parts, little-endian.
final class IdProbe implements RankedTree.Probe {
  private long ms;
  private long seq;

  /// Sets what is sought; good until it is set again.
  IdProbe at(long soughtMs, long soughtSeq) {
    ms = soughtMs;
    seq = soughtSeq;
    return this;
  }

  IdProbe at(StreamId id) {
    return at(id.ms(), id.seq());
  }

  @Override
  public int compare(long record) {
    int order = Long.compareUnsigned(ms, Memory.getLong(record));
    return order != 0 ? order : Long.compareUnsigned(seq, Memory.getLong(record + Long.BYTES));
  }
}
