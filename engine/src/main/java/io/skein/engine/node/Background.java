package io.skein.engine.node;

import io.skein.engine.keyspace.ActiveExpiry;
import io.skein.engine.keyspace.FieldExpiry;
import io.skein.engine.keyspace.Keyspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Work that is done in small steps between the turns of clients: snapshots, loading, freeing,
/// expiry.
final class Background {
  private static final int ENTRIES_PER_STEP = 256;
  private static final int BUCKETS_PER_STEP = 64;

  /// The share of time that active expiry takes when there is little to do, and when there is much.
  private static final long CALM_EXPIRY_NANOS = 1_000_000;

  private static final int HASHES_PER_STEP = 32;
  private static final long BUSY_EXPIRY_NANOS = 20_000_000;
  private static final double BUSY_STALE_PERCENT = 5;

  private final Keyspace keyspace;
  private final LongSupplier nanos;
  private final ActiveExpiry expiry;
  private final FieldExpiry fieldExpiry;
  private final List<BooleanSupplier> tasks = new ArrayList<>();
  private boolean activeExpiry = true;
  private boolean expiring;
  private boolean expiringFields;
  private long expiryLeftNanos;

  Background(Keyspace keyspace, LongSupplier nanos) {
    this.keyspace = keyspace;
    this.nanos = nanos;
    this.expiry = new ActiveExpiry(keyspace);
    this.fieldExpiry = new FieldExpiry(keyspace);
  }

  /// Adds work: each call does a step, and returns whether it did anything.
  void add(BooleanSupplier step) {
    tasks.add(step);
  }

  /// Whether keys are deleted when their time has come although nobody asks for them.
  void activeExpiry(boolean on) {
    activeExpiry = on;
  }

  /// A tenth of a second, or less, has passed.
  void tick() {
    expiring =
        activeExpiry && keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE && expiry.hasWork();
    expiringFields =
        activeExpiry && keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE && fieldExpiry.begin();
    boolean busy = keyspace.stats().expiredStalePercent() > BUSY_STALE_PERCENT;
    if (activeExpiry && keyspace.expiryRule() == Keyspace.ExpiryRule.HIDE) {
      keyspace.localExpiries().step(ENTRIES_PER_STEP);
    }
    expiryLeftNanos = busy ? BUSY_EXPIRY_NANOS : CALM_EXPIRY_NANOS;
  }

  /// Works for about `budgetNanos`; whether there is more to do at once.
  boolean work(long budgetNanos) {
    long began = nanos.getAsLong();
    boolean more;
    do {
      more = false;
      for (BooleanSupplier task : tasks) {
        more |= task.getAsBoolean();
      }
      if (!keyspace.lazyFree().isEmpty()) {
        keyspace.lazyFree().step(ENTRIES_PER_STEP);
        more = true;
      }
      if (expiringFields) {
        long before = nanos.getAsLong();
        boolean left = fieldExpiry.step(HASHES_PER_STEP);
        expiryLeftNanos -= nanos.getAsLong() - before;
        expiringFields = left && expiryLeftNanos > 0;
        more |= expiringFields;
      }
      if (expiring) {
        expireSome();
        more |= expiring;
      }
    } while (more && nanos.getAsLong() - began < budgetNanos);
    return more;
  }

  private void expireSome() {
    long began = nanos.getAsLong();
    boolean more = expiry.step(BUCKETS_PER_STEP);
    expiryLeftNanos -= nanos.getAsLong() - began;
    boolean timeIsUp = expiryLeftNanos <= 0;
    if (!more || timeIsUp) {
      expiring = false;
      expiry.report(more);
    }
  }
}
