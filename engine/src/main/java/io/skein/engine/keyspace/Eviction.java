package io.skein.engine.keyspace;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntrySample;
import io.skein.engine.structure.HashTable;
import org.jspecify.annotations.Nullable;

/// Chooses keys to delete when memory is short: the best of a few sampled at random, and of the
/// best seen before.
///
/// It is the approximation that Redis uses: a pool of 16 candidates is kept from one choice to the
/// next, ordered by how much they deserve to go.
public final class Eviction {
  /// What makes a key a candidate, and a better one than another.
  public enum Rank {
    LRU,
    LFU,
    SOONEST,
    RANDOM
  }

  private static final int POOL = 16;

  private static final class Candidate {
    final int database;
    final byte[] key;
    final long score;

    Candidate(int database, byte[] key, long score) {
      this.database = database;
      this.key = key;
      this.score = score;
    }
  }

  private final Keyspace keyspace;
  private final @Nullable Candidate[] pool = new Candidate[POOL];
  private int pooled;
  private long random;
  private int nextDatabase;

  /// @param seed of the sampling
  public Eviction(Keyspace keyspace, long seed) {
    this.keyspace = keyspace;
    this.random = seed | 1;
  }

  /// Forgets the candidates: the policy has changed.
  public void reset() {
    pooled = 0;
  }

  /// Deletes one key; false when there is none that the policy allows to delete.
  ///
  /// @param volatileOnly whether only keys with an expiry time may go
  /// @param samples how many keys of each database to look at, `maxmemory-samples`
  public boolean evictOne(Rank rank, boolean volatileOnly, int samples) {
    if (rank == Rank.RANDOM) {
      return evictRandom(volatileOnly);
    }
    while (true) {
      boolean any = false;
      for (int i = 0; i < keyspace.databaseCount(); i++) {
        Database db = keyspace.database(i);
        if ((volatileOnly ? db.expiringSize() : db.size()) > 0) {
          any = true;
          sample(db, rank, volatileOnly, samples);
        }
      }
      if (!any) {
        return false;
      }
      while (pooled > 0) {
        Candidate best = pool[--pooled];
        pool[pooled] = null;
        if (best != null && evict(best, volatileOnly)) {
          return true;
        }
      }
    }
  }

  private boolean evict(Candidate candidate, boolean volatileOnly) {
    Database db = keyspace.database(candidate.database);
    Key key = keyspace.key(candidate.key);
    long entry = db.peekAny(key);
    if (entry == 0 || volatileOnly && !Entry.hasExpiry(entry)) {
      return false;
    }
    db.evict(key);
    return true;
  }

  private boolean evictRandom(boolean volatileOnly) {
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      nextDatabase = (nextDatabase + 1) % keyspace.databaseCount();
      Database db = keyspace.database(nextDatabase);
      if ((volatileOnly ? db.expiringSize() : db.size()) > 0) {
        long ref = pick(db, volatileOnly);
        if (ref != 0) {
          db.evict(keyspace.key(Entry.key(db.address(ref))));
          return true;
        }
      }
    }
    return false;
  }

  private void sample(Database db, Rank rank, boolean volatileOnly, int samples) {
    for (int i = 0; i < samples; i++) {
      long ref = pick(db, volatileOnly);
      if (ref != 0) {
        long entry = db.address(ref);
        offer(db, entry, score(rank, entry));
      }
    }
  }

  private long score(Rank rank, long entry) {
    return switch (rank) {
      case LRU -> keyspace.clock().idleSeconds(Entry.clock(entry));
      case LFU -> 255 - keyspace.clock().frequency(Entry.clock(entry));
      case SOONEST -> Long.MAX_VALUE - Entry.expiryMs(entry);
      case RANDOM -> 0;
    };
  }

  private void offer(Database db, long entry, long score) {
    int at = 0;
    while (at < pooled && scoreAt(at) < score) {
      at++;
    }
    if (pooled == POOL) {
      if (at == 0) {
        return;
      }
      System.arraycopy(pool, 1, pool, 0, at - 1);
      at--;
    } else {
      System.arraycopy(pool, at, pool, at + 1, pooled - at);
      pooled++;
    }
    pool[at] = new Candidate(db.index(), Entry.key(entry), score);
  }

  private long scoreAt(int i) {
    Candidate c = pool[i];
    return c == null ? Long.MIN_VALUE : c.score;
  }

  private long pick(Database db, boolean volatileOnly) {
    Contents contents = db.contents();
    int tables = contents.tableCount();
    int from = tables == 1 ? 0 : (int) Long.remainderUnsigned(next(), tables);
    for (int i = 0; i < tables; i++) {
      HashTable table = contents.table((from + i) % tables);
      if (table != null && (volatileOnly ? table.expiringSize() : table.size()) > 0) {
        return volatileOnly ? randomExpiring(table) : table.randomEntry(next());
      }
    }
    return 0;
  }

  private long randomExpiring(HashTable table) {
    EntrySample sample = new EntrySample(16);
    long cursor = next();
    do {
      cursor = table.sample(cursor, 1, true, sample);
    } while (sample.count() == 0);
    return sample.ref((int) Long.remainderUnsigned(next(), sample.count()));
  }

  /// A key of `db` chosen at random, or null when there is none.
  public byte @Nullable [] randomKey(Database db) {
    if (db.size() == 0) {
      return null;
    }
    long ref = pick(db, false);
    return ref == 0 ? null : Entry.key(db.address(ref));
  }

  private long next() {
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    return random * 0x2545F4914F6CDD1DL;
  }
}
