package io.skein.engine.node;

import io.skein.engine.keyspace.AccessClock;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.SnapshotSink;
import io.skein.engine.keyspace.StagedSlots;
import io.skein.engine.rdb.RdbEncoder;
import io.skein.engine.rdb.RdbOptions;
import io.skein.engine.rdb.RdbPreamble;
import io.skein.engine.rdb.RdbValues;
import io.skein.engine.structure.Entry;
import java.util.List;

/// A snapshot as an RDB file.
final class RdbSnapshot implements SnapshotFormat {
  /// What of an entry's use goes into the file, which depends on the policy of eviction.
  enum Usage {
    NONE,
    IDLE,
    FREQUENCY
  }

  /// Says that the database behind the last that clients may select holds what is staged, and is no
  /// mistake.
  static final String STAGED = "skein-staged-slots";

  private final RdbEncoder encoder;
  private final Usage usage;
  private final AccessClock clock;
  private int selected = -1;

  /// @param functions the source texts of the libraries
  RdbSnapshot(
      Keyspace keyspace,
      RdbOptions options,
      RdbPreamble preamble,
      Usage usage,
      List<byte[]> functions) {
    this.usage = usage;
    this.clock = keyspace.clock();
    encoder = new RdbEncoder(options);
    encoder.header();
    encoder.preamble(preamble);
    StagedSlots staged = keyspace.staged();
    if (staged != null && staged.size() > 0) {
      encoder.aux(STAGED, "1");
    }
    functions.forEach(encoder::function);
  }

  @Override
  public void entry(Database database, long entry, byte[] key, int keyLength) {
    begin(database, entry);
    RdbValues.write(encoder, key, 0, keyLength, database, entry);
  }

  @Override
  public SnapshotSink.Steps large(Database database, long entry, byte[] key, int keyLength) {
    begin(database, entry);
    return RdbValues.begin(encoder, key, 0, keyLength, database, entry);
  }

  /// Writes what comes before a key.
  private void begin(Database database, long entry) {
    if (database.index() != selected) {
      selected = database.index();
      encoder.selectDb(selected);
      encoder.resizeDb(database.size(), database.expiringSize());
    }
    long expiry = Entry.expiryMs(entry);
    if (expiry != Entry.NO_EXPIRY) {
      encoder.expireAtMs(expiry);
    }
    switch (usage) {
      case IDLE -> encoder.idleSeconds(clock.idleSeconds(Entry.clock(entry)));
      case FREQUENCY -> encoder.frequency(clock.frequency(Entry.clock(entry)));
      case NONE -> {}
    }
  }

  @Override
  public void end() {
    encoder.end();
  }

  @Override
  public int size() {
    return encoder.size();
  }

  @Override
  public byte[] take() {
    return encoder.take();
  }

  @Override
  public long bytesWritten() {
    return encoder.bytesWritten();
  }
}
