package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.ULONG_MAX;
import static io.skein.engine.config.Setting.MODIFIABLE;

import java.util.List;

/// The bound on memory, eviction and freeing.
public final class MemorySettings {
  private static final Declarations D = new Declarations();

  /// Bytes that the data may take; 0 for any.
  public static final NumberSetting MAXMEMORY =
      D.unsignedMemory("maxmemory", null, MODIFIABLE, 0, ULONG_MAX, 0);

  /// What gives way when memory is full.
  public static final ChoiceSetting<MaxmemoryPolicy> MAXMEMORY_POLICY =
      D.choice(
          "maxmemory-policy", MODIFIABLE, MaxmemoryPolicy.values(), MaxmemoryPolicy.NOEVICTION);

  /// Keys compared to find the one to evict.
  public static final NumberSetting MAXMEMORY_SAMPLES =
      D.number("maxmemory-samples", MODIFIABLE, 1, INT_MAX, 5);

  /// How long a write may be held up by eviction; 100 for as long as it takes.
  public static final NumberSetting MAXMEMORY_EVICTION_TENACITY =
      D.number("maxmemory-eviction-tenacity", MODIFIABLE, 0, 100, 10);

  /// How slowly the counter of accesses grows.
  public static final NumberSetting LFU_LOG_FACTOR =
      D.number("lfu-log-factor", MODIFIABLE, 0, INT_MAX, 10);

  /// Minutes after which the counter of accesses shrinks; 0 for never.
  public static final NumberSetting LFU_DECAY_TIME =
      D.number("lfu-decay-time", MODIFIABLE, 0, INT_MAX, 1);

  /// Whether evicted values are freed in the background.
  public static final BoolSetting LAZYFREE_LAZY_EVICTION =
      D.yesNo("lazyfree-lazy-eviction", MODIFIABLE, false);

  /// Whether expired values are freed in the background.
  public static final BoolSetting LAZYFREE_LAZY_EXPIRE =
      D.yesNo("lazyfree-lazy-expire", MODIFIABLE, false);

  /// Whether values replaced by a command are freed in the background.
  public static final BoolSetting LAZYFREE_LAZY_SERVER_DEL =
      D.yesNo("lazyfree-lazy-server-del", MODIFIABLE, false);

  /// Whether DEL frees in the background, as UNLINK does.
  public static final BoolSetting LAZYFREE_LAZY_USER_DEL =
      D.yesNo("lazyfree-lazy-user-del", MODIFIABLE, false);

  /// Whether FLUSHALL and FLUSHDB free in the background unless told.
  public static final BoolSetting LAZYFREE_LAZY_USER_FLUSH =
      D.yesNo("lazyfree-lazy-user-flush", MODIFIABLE, false);

  static final List<Setting<?>> ALL = D.all();

  private MemorySettings() {}
}
