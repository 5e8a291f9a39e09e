package io.skein.engine.keyspace;

/// Counters of INFO stats that the keyspace keeps.
public final class KeyspaceStats {
  private long hits;
  private long misses;
  private long expired;
  private long expiredFields;
  private long evicted;
  private long sanitized;
  private long snapshots;
  private long expiredTimeCapReached;
  private double expiredStalePercent;

  KeyspaceStats() {}

  public long hits() {
    return hits;
  }

  public long misses() {
    return misses;
  }

  public long expired() {
    return expired;
  }

  /// How many fields of hashes were deleted because their time had come.
  public long expiredFields() {
    return expiredFields;
  }

  public long evicted() {
    return evicted;
  }

  /// How often the active expiry cycle ended because its time was up.
  public long expiredTimeCapReached() {
    return expiredTimeCapReached;
  }

  /// An estimate of the share of keys that have expired but are still there, in percent.
  public double expiredStalePercent() {
    return expiredStalePercent;
  }

  /// Starts all counters anew.
  public void reset() {
    hits = 0;
    misses = 0;
    expired = 0;
    expiredFields = 0;
    evicted = 0;
    sanitized = 0;
    snapshots = 0;
    expiredTimeCapReached = 0;
  }

  void hit() {
    hits++;
  }

  void miss() {
    misses++;
  }

  void expiredOne() {
    expired++;
  }

  void expiredFields(int count) {
    expiredFields += count;
  }

  /// The snapshots that were begun in the background, for each of which Redis would fork.
  public long snapshots() {
    return snapshots;
  }

  /// One more was.
  public void snapshotBegun() {
    snapshots++;
  }

  /// The payloads of RESTORE that were checked in full.
  public long sanitized() {
    return sanitized;
  }

  /// One more was.
  public void sanitizedOne() {
    sanitized++;
  }

  void evictedOne() {
    evicted++;
  }

  void timeCapReached() {
    expiredTimeCapReached++;
  }

  void stalePercent(double percent) {
    expiredStalePercent = percent;
  }
}
