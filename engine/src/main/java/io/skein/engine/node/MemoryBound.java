package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.config.MaxmemoryPolicy;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Eviction;
import io.skein.engine.keyspace.Keyspace;
import java.util.function.LongSupplier;

/// Keeps memory below `maxmemory` by deleting keys, as `maxmemory-policy` says.
///
/// A command that finds memory above the bound deletes keys for as long as
/// `maxmemory-eviction-tenacity` allows; what is left goes on between the turns of clients. Each
/// key is deleted by itself: it belongs to no unit of execution.
final class MemoryBound {
  private static final int KEYS_BETWEEN_LOOKS = 16;
  private static final int FREED_PER_STEP = 64;

  private static final int TENACITY_LINEAR_TO = 10;
  private static final int TENACITY_UNLIMITED = 100;
  private static final long NANOS_PER_TENACITY = 50_000;

  private final Settings settings;
  private final Keyspace keyspace;
  private final Eviction eviction;
  private final NodeState state;
  private final LongSupplier otherBytes;
  private final LongSupplier nanos;
  private Runnable onEvicted = () -> {};

  /// Whether keys are to be deleted although no command asks for room.
  private boolean unfinished;

  /// Since when memory is above the bound although keys were deleted, or -1.
  private long exceededSinceNanos = -1;

  private long exceededNanos;

  /// @param otherBytes memory that counts against the bound beside the keyspace, in bytes
  MemoryBound(
      Settings settings,
      Keyspace keyspace,
      Eviction eviction,
      NodeState state,
      LongSupplier otherBytes,
      LongSupplier nanos) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.eviction = eviction;
    this.state = state;
    this.otherBytes = otherBytes;
    this.nanos = nanos;
    settings.onChange(MemorySettings.MAXMEMORY_POLICY, s -> eviction.reset());
    settings.onChange(MemorySettings.MAXMEMORY, s -> unfinished = true);
  }

  /// What happens after keys were deleted.
  void onEvicted(Runnable action) {
    onEvicted = action;
  }

  /// Whether memory may be above the bound: a replica leaves eviction to its primary, and nothing
  /// changes while a data set is loaded or writes are held back.
  private boolean isUnbounded() {
    return settings.number(MemorySettings.MAXMEMORY) == 0
        || state.isLoading()
        || state.pause().isActive()
        || state.isReplica() && settings.isOn(ReplicationSettings.REPLICA_IGNORE_MAXMEMORY);
  }

  /// The memory that counts against the bound, in bytes.
  private long usedBytes() {
    return keyspace.usedBytes() + otherBytes.getAsLong();
  }

  /// Goes on with what a command had no time for; whether there is more.
  boolean step() {
    if (unfinished) {
      makeRoom();
    }
    return unfinished;
  }

  /// Deletes keys while memory is above the bound; false when it stays so and nothing can be
  /// deleted.
  boolean makeRoom() {
    boolean room = findRoom();
    if (room && !unfinished) {
      if (exceededSinceNanos >= 0) {
        exceededNanos += nanos.getAsLong() - exceededSinceNanos;
        exceededSinceNanos = -1;
      }
    } else if (exceededSinceNanos < 0) {
      exceededSinceNanos = nanos.getAsLong();
    }
    return room;
  }

  /// Adds to INFO how long memory was above the bound.
  void describe(InfoText out) {
    long current = exceededSinceNanos < 0 ? 0 : nanos.getAsLong() - exceededSinceNanos;
    out.field("total_eviction_exceeded_time", (exceededNanos + current) / 1_000_000);
    out.field("current_eviction_exceeded_time", current / 1_000_000);
  }

  /// Starts the statistics anew.
  void reset() {
    exceededNanos = 0;
    exceededSinceNanos = -1;
  }

  private boolean findRoom() {
    unfinished = false;
    long bound = settings.number(MemorySettings.MAXMEMORY);
    if (isUnbounded() || usedBytes() <= bound) {
      return true;
    }
    MaxmemoryPolicy policy = settings.get(MemorySettings.MAXMEMORY_POLICY);
    if (policy == MaxmemoryPolicy.NOEVICTION) {
      return false;
    }
    boolean found = evict(bound, policy);
    onEvicted.run();
    return found;
  }

  private boolean evict(long bound, MaxmemoryPolicy policy) {
    int samples = settings.integer(MemorySettings.MAXMEMORY_SAMPLES);
    long began = nanos.getAsLong();
    // What deletions make others hold, such as messages to those who cached the keys, calls for no
    // more deletions: that would go on until nothing is left.
    long enough = keyspace.usedBytes() - (usedBytes() - bound);
    for (int i = 1; keyspace.usedBytes() > enough; i++) {
      if (!keyspace.lazyFree().isEmpty()) {
        keyspace.lazyFree().step(FREED_PER_STEP);
      } else if (!eviction.evictOne(rank(policy), isVolatile(policy), samples)) {
        return false;
      }
      if (i % KEYS_BETWEEN_LOOKS == 0 && nanos.getAsLong() - began > limitNanos()) {
        unfinished = true;
        return true;
      }
    }
    return true;
  }

  /// As long as a command may wait: 50 microseconds for each degree up to 10, then 15 percent more
  /// with each.
  private long limitNanos() {
    int tenacity = settings.integer(MemorySettings.MAXMEMORY_EVICTION_TENACITY);
    if (tenacity >= TENACITY_UNLIMITED) {
      return Long.MAX_VALUE;
    }
    long linear = Math.min(tenacity, TENACITY_LINEAR_TO) * NANOS_PER_TENACITY;
    return tenacity <= TENACITY_LINEAR_TO
        ? linear
        : (long) (linear * StrictMath.pow(1.15, tenacity - TENACITY_LINEAR_TO));
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
