package io.skein.engine.node;

import java.util.ArrayList;
import java.util.List;

/// The keys that were left out of a file that a primary loaded, since their time had come while it
/// was down. Its replicas still have them, and have to be told.
///
/// What takes more than the backlog holds is not remembered: the replicas would need everything
/// then.
final class ExpiredKeys {
  /// About what the log takes for one, beside its name.
  private static final int OVERHEAD_BYTES = 48;

  /// One of them.
  record Expired(int db, byte[] key) {}

  private final long mostBytes;
  private final List<Expired> keys = new ArrayList<>();
  private long bytes;

  ExpiredKeys(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  void add(int db, byte[] key) {
    bytes += OVERHEAD_BYTES + key.length;
    if (isWhole()) {
      keys.add(new Expired(db, key));
    } else {
      keys.clear();
    }
  }

  /// Whether [#all] are all.
  boolean isWhole() {
    return bytes <= mostBytes;
  }

  List<Expired> all() {
    return keys;
  }
}
