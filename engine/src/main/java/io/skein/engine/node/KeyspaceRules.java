package io.skein.engine.node;

import io.skein.engine.config.EncodingSettings;
import io.skein.engine.config.MaxmemoryPolicy;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Setting;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.value.EncodingLimits;
import java.util.List;

/// Tells the keyspace what the settings say about encodings, about freeing, and about what counts
/// as used of late.
final class KeyspaceRules {
  private static final List<Setting<?>> FREEING =
      List.of(
          MemorySettings.LAZYFREE_LAZY_EXPIRE,
          MemorySettings.LAZYFREE_LAZY_EVICTION,
          MemorySettings.LAZYFREE_LAZY_SERVER_DEL);

  private static final List<Setting<?>> AGING =
      List.of(
          MemorySettings.MAXMEMORY_POLICY,
          MemorySettings.LFU_LOG_FACTOR,
          MemorySettings.LFU_DECAY_TIME);

  private final Settings settings;
  private final Keyspace keyspace;

  KeyspaceRules(Settings settings, Keyspace keyspace) {
    this.settings = settings;
    this.keyspace = keyspace;
  }

  /// Says what holds now, and again whenever that changes.
  void follow() {
    EncodingSettings.ALL.forEach(setting -> settings.onChange(setting, s -> encodings()));
    FREEING.forEach(setting -> settings.onChange(setting, s -> freeing()));
    AGING.forEach(setting -> settings.onChange(setting, s -> aging()));
    encodings();
    freeing();
    aging();
  }

  private void aging() {
    MaxmemoryPolicy policy = settings.get(MemorySettings.MAXMEMORY_POLICY);
    boolean lfu = policy == MaxmemoryPolicy.ALLKEYS_LFU || policy == MaxmemoryPolicy.VOLATILE_LFU;
    keyspace
        .clock()
        .configure(
            lfu,
            settings.integer(MemorySettings.LFU_LOG_FACTOR),
            settings.integer(MemorySettings.LFU_DECAY_TIME));
  }

  private void encodings() {
    keyspace.limits(
        new EncodingLimits(
            new EncodingLimits.HashLimits(
                settings.number(EncodingSettings.HASH_MAX_LISTPACK_ENTRIES),
                settings.number(EncodingSettings.HASH_MAX_LISTPACK_VALUE)),
            new EncodingLimits.SetLimits(
                settings.number(EncodingSettings.SET_MAX_INTSET_ENTRIES),
                settings.number(EncodingSettings.SET_MAX_LISTPACK_ENTRIES),
                settings.number(EncodingSettings.SET_MAX_LISTPACK_VALUE)),
            new EncodingLimits.SortedSetLimits(
                settings.number(EncodingSettings.ZSET_MAX_LISTPACK_ENTRIES),
                settings.number(EncodingSettings.ZSET_MAX_LISTPACK_VALUE)),
            new EncodingLimits.ListLimits(
                settings.integer(EncodingSettings.LIST_MAX_LISTPACK_SIZE),
                settings.integer(EncodingSettings.LIST_COMPRESS_DEPTH),
                keyspace.limits().list().largeBytes()),
            new EncodingLimits.StreamLimits(
                settings.number(EncodingSettings.STREAM_NODE_MAX_BYTES),
                settings.number(EncodingSettings.STREAM_NODE_MAX_ENTRIES))));
  }

  private void freeing() {
    keyspace
        .lazyFree()
        .rules(
            settings.isOn(MemorySettings.LAZYFREE_LAZY_EXPIRE),
            settings.isOn(MemorySettings.LAZYFREE_LAZY_EVICTION),
            settings.isOn(MemorySettings.LAZYFREE_LAZY_SERVER_DEL));
  }
}
