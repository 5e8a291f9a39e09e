package io.skein.engine.node;

import io.skein.engine.config.MaxmemoryPolicy;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Eviction;
import io.skein.engine.keyspace.Keyspace;
import java.util.function.LongSupplier;

/// Keeps memory below `maxmemory` by deleting keys, as `maxmemory-policy` says.
final class MemoryBound {
  /// Keys deleted for one command at most, so that it does not wait for long.
  private static final int MOST_PER_COMMAND = 64;

  private final Settings settings;
  private final Keyspace keyspace;
  private final Eviction eviction;
  private final LongSupplier otherBytes;

  /// @param otherBytes memory that counts against the bound beside the keyspace, in bytes
  MemoryBound(Settings settings, Keyspace keyspace, Eviction eviction, LongSupplier otherBytes) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.eviction = eviction;
    this.otherBytes = otherBytes;
    settings.onChange(MemorySettings.MAXMEMORY_POLICY, s -> eviction.reset());
  }

  /// The memory that counts against the bound, in bytes.
  long usedBytes() {
    return keyspace.usedBytes() + otherBytes.getAsLong();
  }

  /// Deletes keys while memory is above the bound; false when it stays so and nothing can be
  /// deleted.
  boolean makeRoom() {
    long bound = settings.number(MemorySettings.MAXMEMORY);
    if (bound == 0 || usedBytes() <= bound) {
      return true;
    }
    MaxmemoryPolicy policy = settings.get(MemorySettings.MAXMEMORY_POLICY);
    if (policy == MaxmemoryPolicy.NOEVICTION) {
      return false;
    }
    int samples = settings.integer(MemorySettings.MAXMEMORY_SAMPLES);
    for (int i = 0; i < MOST_PER_COMMAND && usedBytes() > bound; i++) {
      if (!keyspace.lazyFree().isEmpty()) {
        keyspace.lazyFree().step(MOST_PER_COMMAND);
      } else if (!eviction.evictOne(rank(policy), isVolatile(policy), samples)) {
        return false;
      }
    }
    return true;
  }

  private static Eviction.Rank rank(MaxmemoryPolicy policy) {
    return switch (policy) {
      case ALLKEYS_LRU, VOLATILE_LRU -> Eviction.Rank.LRU;
      case ALLKEYS_LFU, VOLATILE_LFU -> Eviction.Rank.LFU;
      case VOLATILE_TTL -> Eviction.Rank.SOONEST;
      case ALLKEYS_RANDOM, VOLATILE_RANDOM, NOEVICTION -> Eviction.Rank.RANDOM;
    };
  }

  private static boolean isVolatile(MaxmemoryPolicy policy) {
    return switch (policy) {
      case VOLATILE_LRU, VOLATILE_LFU, VOLATILE_TTL, VOLATILE_RANDOM -> true;
      case ALLKEYS_LRU, ALLKEYS_LFU, ALLKEYS_RANDOM, NOEVICTION -> false;
    };
  }
}
