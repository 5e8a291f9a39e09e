package io.skein.engine.command.stream;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.value.Pending;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;

/// Logs what a command has done to one group, in forms that can be repeated anywhere: what was
/// delivered depends on the moment, so the outcome is told.
final class GroupLog {
  private static final byte[] XCLAIM = Ids.ascii("XCLAIM");
  private static final byte[] ZERO = Ids.ascii("0");
  private static final byte[] TIME = Ids.ascii("TIME");
  private static final byte[] RETRYCOUNT = Ids.ascii("RETRYCOUNT");
  private static final byte[] FORCE = Ids.ascii("FORCE");
  private static final byte[] JUSTID = Ids.ascii("JUSTID");
  private static final byte[] LASTID = Ids.ascii("LASTID");
  private static final byte[] XGROUP = Ids.ascii("XGROUP");
  private static final byte[] SETID = Ids.ascii("SETID");
  private static final byte[] ENTRIESREAD = Ids.ascii("ENTRIESREAD");
  private static final byte[] CREATECONSUMER = Ids.ascii("CREATECONSUMER");

  private final Call call;
  private final byte[] key;
  private final Bytes name;
  private final StreamGroup group;
  private boolean used;

  GroupLog(Call call, byte[] key, Bytes name, StreamGroup group) {
    this.call = call;
    this.key = key;
    this.name = name;
    this.group = group;
  }

  /// Whether anything was logged.
  boolean isUsed() {
    return used;
  }

  /// A consumer has got an entry, or one that is gone is to be forgotten: XCLAIM by whoever has it.
  void claimed(long record, StreamConsumer consumer) {
    used = true;
    if (!call.isFollowed()) {
      return;
    }
    call.logAs(
        XCLAIM,
        key,
        name.toByteArray(),
        consumer.name().toByteArray(),
        ZERO,
        Ids.text(Pending.ms(record), Pending.seq(record)),
        TIME,
        Numbers.toBytes(Pending.deliveredMs(record)),
        RETRYCOUNT,
        Numbers.toBytes(Pending.deliveries(record)),
        FORCE,
        JUSTID,
        LASTID,
        Ids.text(group.lastId()));
  }

  /// The group has read on.
  void readOn() {
    used = true;
    if (!call.isFollowed()) {
      return;
    }
    call.logAs(
        XGROUP,
        SETID,
        key,
        name.toByteArray(),
        Ids.text(group.lastId()),
        ENTRIESREAD,
        Numbers.toBytes(group.entriesRead()));
  }

  /// The group has a new consumer.
  void joined(StreamConsumer consumer) {
    used = true;
    if (!call.isFollowed()) {
      return;
    }
    call.logAs(XGROUP, CREATECONSUMER, key, name.toByteArray(), consumer.name().toByteArray());
  }
}
