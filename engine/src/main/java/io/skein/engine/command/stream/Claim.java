package io.skein.engine.command.stream;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.Key;
import io.skein.engine.value.Pending;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;

/// The claims of one call for one consumer, who is made if need be. Each is replied to and logged.
final class Claim {
  /// What came of a claim.
  enum Outcome {
    TAKEN,
    /// It has not been pending for long enough.
    TOO_YOUNG,
    /// The entry is deleted, and is not pending any more either.
    GONE
  }

  private static final int GROUP = 2;
  private static final int CONSUMER = 3;

  private final Call call;
  private final Stream stream;
  private final StreamGroup group;
  private final StreamConsumer consumer;
  private final long deliveredMs;
  private final GroupLog log;
  private final boolean isNew;
  private int shown;
  private boolean logged;

  /// @param deliveredMs the time of delivery that claimed entries get
  Claim(Call call, StreamValue value, StreamGroup group, long deliveredMs) {
    this.call = call;
    this.stream = value.toChangeGroups();
    this.group = group;
    this.deliveredMs = deliveredMs;
    Key key = call.keyAt(0);
    this.log = new GroupLog(call, key.toByteArray(), call.toBytes(GROUP), group);
    Bytes name = call.toBytes(CONSUMER);
    StreamConsumer known = group.consumer(name);
    this.isNew = known == null;
    this.consumer = known == null ? Consumers.create(call, key, group, name) : known;
    consumer.seen(call.nowMs());
  }

  GroupLog log() {
    return log;
  }

  /// The number of entries replied with.
  int shown() {
    return shown;
  }

  /// Whether a claim was logged, which tells of the group's last id too.
  boolean isLogged() {
    return logged;
  }

  /// Says that all is claimed. A new consumer that got nothing is told of, too.
  void finish() {
    if (isNew && !log.isUsed()) {
      log.joined(consumer);
    }
    if (!log.isUsed()) {
      call.logNothing();
    }
  }

  /// Claims the entry of an id, pending or not.
  void byName(StreamId id, ClaimOptions options) {
    long record = group.find(id.ms(), id.seq());
    if (!stream.has(id)) {
      if (record != 0) {
        forget(record, id);
      }
      return;
    }
    long deliveries;
    if (record == 0) {
      if (!options.force()) {
        return;
      }
      group.add(id.ms(), id.seq(), deliveredMs, 1, consumer);
      record = group.find(id.ms(), id.seq());
      deliveries = 1;
    } else {
      if (isTooYoung(record, options.minIdleMs())) {
        return;
      }
      deliveries = Pending.deliveries(record);
    }
    if (options.deliveries() >= 0) {
      deliveries = options.deliveries();
    } else if (!options.justId()) {
      deliveries++;
    }
    give(record, id, deliveries, options.justId());
  }

  /// Claims a pending entry.
  Outcome take(long record, StreamId id, long minIdleMs, boolean justId) {
    if (!stream.has(id)) {
      forget(record, id);
      return Outcome.GONE;
    }
    if (isTooYoung(record, minIdleMs)) {
      return Outcome.TOO_YOUNG;
    }
    give(record, id, Pending.deliveries(record) + (justId ? 0 : 1), justId);
    return Outcome.TAKEN;
  }

  private boolean isTooYoung(long record, long minIdleMs) {
    return minIdleMs > 0 && call.nowMs() - Pending.deliveredMs(record) < minIdleMs;
  }

  private void forget(long record, StreamId id) {
    log.claimed(record, group.ownerOf(record));
    logged = true;
    group.acknowledge(id.ms(), id.seq());
    call.dirty(1);
  }

  private void give(long record, StreamId id, long deliveries, boolean justId) {
    group.give(record, consumer);
    Pending.delivered(record, deliveredMs, deliveries);
    if (justId) {
      Entries.id(call.reply(), id);
    } else {
      Entries.one(call.reply(), stream, id);
    }
    shown++;
    consumer.active(call.nowMs());
    log.claimed(record, consumer);
    logged = true;
    call.dirty(1);
  }
}
