package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
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

  /// The time that active expiry takes per tick when there is little to do. Each degree of
  /// `active-expire-effort` adds a quarter.
  private static final long CALM_EXPIRY_NANOS = 1_000_000;

  private static final int HASHES_PER_STEP = 32;

  /// The share of a tick that it takes when there is much to do, and what each degree adds.
  private static final int BUSY_PERCENT = 20;

  private static final int BUSY_PERCENT_PER_DEGREE = 2;

  /// The share of keys that may have expired before there is much to do; each degree takes half a
  /// percent away.
  private static final double BUSY_STALE_PERCENT = 5;

  private static final double STALE_PERCENT_PER_DEGREE = 0.5;

  private final Keyspace keyspace;
  private final Settings settings;
  private final LongSupplier nanos;
  private final ActiveExpiry expiry;
  private final FieldExpiry fieldExpiry;
  private final List<BooleanSupplier> tasks = new ArrayList<>();
  private boolean activeExpiry = true;
  private boolean expiring;
  private boolean expiringFields;
  private long expiryLeftNanos;
  private long expiryNanos;

  Background(Keyspace keyspace, Settings settings, LongSupplier nanos) {
    this.keyspace = keyspace;
    this.settings = settings;
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

  /// One `hertz`th of a second has passed, more or less.
  void tick(int hertz) {
    expiring =
        activeExpiry && keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE && expiry.hasWork();
    expiringFields =
        activeExpiry && keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE && fieldExpiry.begin();
    if (activeExpiry && keyspace.expiryRule() == Keyspace.ExpiryRule.HIDE) {
      keyspace.localExpiries().step(ENTRIES_PER_STEP);
    }
    int degrees = settings.integer(ServerSettings.ACTIVE_EXPIRE_EFFORT) - 1;
    double acceptable = BUSY_STALE_PERCENT - degrees * STALE_PERCENT_PER_DEGREE;
    boolean busy = keyspace.stats().expiredStalePercent() > acceptable;
    long percent = BUSY_PERCENT + (long) degrees * BUSY_PERCENT_PER_DEGREE;
    expiryLeftNanos =
        busy ? percent * 10_000_000 / hertz : CALM_EXPIRY_NANOS + degrees * (CALM_EXPIRY_NANOS / 4);
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
        tookForExpiry(nanos.getAsLong() - before);
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

  private void tookForExpiry(long took) {
    expiryLeftNanos -= took;
    expiryNanos += took;
  }

  /// Adds what is known here to INFO.
  void describe(InfoText out) {
    out.field("expire_cycle_cpu_milliseconds", expiryNanos / 1_000_000);
  }

  private void expireSome() {
    long began = nanos.getAsLong();
    boolean more = expiry.step(BUCKETS_PER_STEP);
    tookForExpiry(nanos.getAsLong() - began);
    boolean timeIsUp = expiryLeftNanos <= 0;
    if (!more || timeIsUp) {
      expiring = false;
      expiry.report(more);
    }
  }
}
