package io.skein.engine.node;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Leniency;
import io.skein.engine.command.bitmap.BitmapFamily;
import io.skein.engine.command.generic.GenericFamily;
import io.skein.engine.command.geo.GeoFamily;
import io.skein.engine.command.hash.HashFamily;
import io.skein.engine.command.hyperloglog.HyperLogLogFamily;
import io.skein.engine.command.list.ListFamily;
import io.skein.engine.command.set.SetFamily;
import io.skein.engine.command.stream.StreamFamily;
import io.skein.engine.command.string.StringFamily;
import io.skein.engine.command.zset.SortedSetFamily;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;

/// The families of commands on data, of whatever type.
final class DataFamilies {
  private final Settings settings;
  private final Keyspace keyspace;
  private final BlockedKeys blockedKeys;
  private final Leniency leniency;
  private final BiConsumer<LogLevel, String> log;

  DataFamilies(
      Settings settings,
      Keyspace keyspace,
      BlockedKeys blockedKeys,
      Leniency leniency,
      BiConsumer<LogLevel, String> log) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.blockedKeys = blockedKeys;
    this.leniency = leniency;
    this.log = log;
  }

  /// Adds the commands to `table`; what is random in them comes from `entropy`.
  void declare(CommandTable table, SplittableRandom entropy) {
    StringFamily.declare(table, settings);
    BitmapFamily.declare(table, settings);
    HyperLogLogFamily.declare(table, settings);
    SetFamily.declare(table, settings, entropy.nextLong());
    HashFamily.declare(table, entropy.nextLong());
    GenericFamily.declare(table, settings, keyspace, leniency, log, entropy.nextLong());
    ListFamily.declare(table, blockedKeys);
    SortedSetFamily.declare(table, blockedKeys, entropy.nextLong());
    StreamFamily.declare(table, blockedKeys);
    GeoFamily.declare(table);
  }
}
