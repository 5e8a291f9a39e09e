package io.skein.engine.command.hyperloglog;

import io.skein.engine.bytes.Memory;
import io.skein.engine.config.EncodingSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// The HyperLogLog of one key while a command works on it.
///
/// Nobody is told of a change before there is one.
final class SketchValue {
  private final Settings settings;
  private final Sparse sparse;
  private final Database db;
  private final Key key;
  private long address;
  private int length;
  private boolean isSparse;
  private boolean loaded;
  private boolean written;

  /// @param sparse the space to work in, which one value at a time may use
  SketchValue(Settings settings, Sparse sparse, Database db, Key key) {
    this.settings = settings;
    this.sparse = sparse;
    this.db = db;
    this.key = key;
  }

  /// Looks at the HyperLogLog of `entry`, which must be one.
  static long check(long entry) {
    int kind = Entry.kind(entry);
    if (!EntryKind.isString(kind)) {
      throw Errors.WRONG_TYPE;
    }
    if (kind == EntryKind.STRING_INT) {
      throw Sketch.NOT_A_SKETCH;
    }
    long address = Entry.valueAddress(entry);
    Sketch.check(address, Entry.valueLength(entry));
    return address;
  }

  /// Opens the HyperLogLog of `entry`, the one found last for the key.
  void open(long entry) {
    address = check(entry);
    length = Entry.valueLength(entry);
    if (Entry.kind(entry) == EntryKind.STRING_EMBSTR) {
      Entry.setKind(entry, EntryKind.STRING_RAW);
    }
    isSparse = Sketch.encoding(address) == Sketch.SPARSE;
    loaded = false;
  }

  /// Creates the key with a HyperLogLog that has counted nothing.
  void create() {
    sparse.clear();
    loaded = true;
    isSparse = true;
    length = Sketch.HEADER + sparse.size();
    address = db.setZeros(key, length);
    Sketch.writeHeader(address, Sketch.SPARSE);
    written = true;
  }

  boolean isSparse() {
    return isSparse;
  }

  /// The runs of a sparse HyperLogLog.
  ///
  /// @throws io.skein.engine.resp.CommandError when they are corrupt
  Sparse sparse() {
    if (!loaded) {
      sparse.load(registers(), length - Sketch.HEADER);
      loaded = true;
    }
    return sparse;
  }

  long registers() {
    return address + Sketch.HEADER;
  }

  /// Raises register `index` to `count`; false when it was as high before.
  boolean raise(int index, int count) {
    if (isSparse) {
      long most = settings.number(EncodingSettings.HLL_SPARSE_MAX_BYTES) - Sketch.HEADER;
      int raised = sparse().raise(index, count, most);
      if (raised >= 0) {
        return raised > 0;
      }
      toDense();
    }
    if (Dense.get(registers(), index) >= count) {
      return false;
    }
    beforeWrite(length);
    Dense.put(registers(), index, count);
    return true;
  }

  private void beforeWrite(int newLength) {
    if (!written || newLength != length) {
      address = db.resizeString(key, newLength);
      length = newLength;
      written = true;
    }
  }

  /// Changes a sparse HyperLogLog to a dense one with the same registers.
  void toDense() {
    Sparse runs = sparse();
    beforeWrite(Sketch.HEADER + Dense.BYTES);
    Memory.fill(registers(), Dense.BYTES, (byte) 0);
    Sketch.encoding(address, Sketch.DENSE);
    runs.expandTo(registers());
    isSparse = false;
  }

  /// Stores what is not stored yet, the cardinality being out of date.
  void finish() {
    if (isSparse && loaded && sparse.changed()) {
      beforeWrite(Sketch.HEADER + sparse.size());
      sparse.store(registers());
    } else {
      beforeWrite(length);
    }
    Sketch.outdate(address);
  }

  /// Stores the cardinality.
  void cache(long cardinality) {
    beforeWrite(length);
    Sketch.cardinality(address, cardinality);
  }

  /// How many different elements were counted.
  long estimate() {
    int[] histogram = new int[Estimate.HISTOGRAM_SIZE];
    if (isSparse) {
      sparse().count(histogram);
    } else {
      Dense.count(registers(), histogram);
    }
    return Estimate.of(histogram);
  }

  /// Raises each of `maxima` to the value of its register.
  void mergeInto(byte[] maxima) {
    if (isSparse) {
      sparse().mergeInto(maxima);
    } else {
      Dense.mergeInto(registers(), maxima);
    }
  }
}
