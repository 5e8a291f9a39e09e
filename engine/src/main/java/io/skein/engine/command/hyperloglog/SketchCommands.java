package io.skein.engine.command.hyperloglog;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;

/// PFADD, PFCOUNT and PFMERGE.
final class SketchCommands {
  private final Settings settings;
  private final Sparse space = new Sparse();

  SketchCommands(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(pfadd());
    table.add(pfcount());
    table.add(pfmerge());
  }

  private SketchValue value(Call call, Key key) {
    return new SketchValue(settings, space, call.database(), key);
  }

  private Command pfadd() {
    return Command.named("pfadd")
        .group(Group.HYPERLOGLOG)
        .docs(
            "2.8.9",
            "O(1) for each element.",
            "Counts elements; returns whether the estimate may have changed.")
        .syntax("key [element...]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, 1))
        .does(this::pfadd);
  }

  private void pfadd(Call call) {
    Key key = call.keyAt(0);
    SketchValue value = value(call, key);
    long entry = call.database().write(key);
    int changes = 0;
    if (entry == 0) {
      value.create();
      changes++;
    } else {
      value.open(entry);
    }
    for (int i = 2; i < call.count(); i++) {
      long hash = ElementHash.of(call.buffer(), call.offset(i), call.length(i));
      if (value.raise(ElementHash.register(hash), ElementHash.count(hash))) {
        changes++;
      }
    }
    if (changes > 0) {
      value.finish();
      call.notify(EventClass.STRING, "pfadd", key);
      call.dirty(changes);
    }
    call.reply().integer(changes > 0 ? 1 : 0);
  }

  private Command pfcount() {
    return Command.named("pfcount")
        .group(Group.HYPERLOGLOG)
        .docs(
            "2.8.9",
            "O(1) for one key, O(N) with a much greater constant for N keys.",
            "Estimates how many different elements were counted under one of the keys.")
        .syntax("key...")
        .flags(CommandFlag.READONLY, CommandFlag.MAY_REPLICATE)
        .keys(KeySpec.range(KeySpec.RW | KeySpec.ACCESS, 1, -1, 1))
        .does(this::pfcount);
  }

  private void pfcount(Call call) {
    if (call.keyCount() > 1) {
      call.reply().integer(union(call));
      return;
    }
    Key key = call.keyAt(0);
    long entry = call.database().read(key);
    if (entry == 0) {
      call.reply().integer(0);
      return;
    }
    long cached = Sketch.cardinality(SketchValue.check(entry));
    if (cached >= 0) {
      call.reply().integer(cached);
      return;
    }
    SketchValue value = value(call, key);
    value.open(entry);
    long cardinality = value.estimate();
    // What a replica holds is changed by its primary alone.
    if (call.isFromPrimary() || call.keyspace().expiryRule() == Keyspace.ExpiryRule.DELETE) {
      value.cache(cardinality);
      call.dirty(1);
    }
    call.reply().integer(cardinality);
  }

  private long union(Call call) {
    byte[] maxima = new byte[Sketch.REGISTERS];
    for (int n = 0; n < call.keyCount(); n++) {
      merge(call, call.keyAt(n), maxima);
    }
    int[] histogram = new int[Estimate.HISTOGRAM_SIZE];
    for (byte value : maxima) {
      histogram[value]++;
    }
    return Estimate.of(histogram);
  }

  /// Raises each of `maxima` to what it is in the HyperLogLog of `key`, and returns whether that is
  /// a dense one.
  private boolean merge(Call call, Key key, byte[] maxima) {
    long entry = call.database().read(key);
    if (entry == 0) {
      return false;
    }
    SketchValue value = value(call, key);
    value.open(entry);
    value.mergeInto(maxima);
    return !value.isSparse();
  }

  private Command pfmerge() {
    return Command.named("pfmerge")
        .group(Group.HYPERLOGLOG)
        .docs(
            "2.8.9",
            "O(N), N being the number of keys, with a great constant.",
            "Merges HyperLogLogs into one that has counted what any of them has.")
        .syntax("destkey:key [sourcekey:key...]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(
            KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.INSERT, 1),
            KeySpec.range(KeySpec.RO | KeySpec.ACCESS, 2, -1, 1))
        .does(this::pfmerge);
  }

  private void pfmerge(Call call) {
    Database db = call.database();
    Key target = call.keyAt(0);
    byte[] maxima = new byte[Sketch.REGISTERS];
    boolean dense = false;
    for (int n = 0; n < call.keyCount(); n++) {
      dense |= merge(call, call.keyAt(n), maxima);
    }
    SketchValue value = value(call, target);
    long entry = db.write(target);
    if (entry == 0) {
      value.create();
    } else {
      value.open(entry);
    }
    if (dense && value.isSparse()) {
      value.toDense();
    }
    for (int i = 0; i < Sketch.REGISTERS; i++) {
      if (maxima[i] != 0) {
        value.raise(i, maxima[i]);
      }
    }
    value.finish();
    call.notify(EventClass.STRING, "pfadd", target);
    call.dirty(1);
    call.reply().ok();
  }
}
