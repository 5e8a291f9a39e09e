package io.skein.engine.command.stream;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.value.Pending;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamCursor;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamProgress;
import io.skein.engine.value.StreamValue;
import java.util.Objects;

/// What XREADGROUP does with one stream on behalf of a consumer, who is made if need be.
final class GroupRead {
  private final Call call;
  private final ReadOptions options;
  private final Stream stream;
  private final StreamGroup group;
  private final StreamConsumer consumer;
  private final GroupLog log;
  private final boolean isNew;

  GroupRead(Call call, StreamValue value, ReadOptions options, int n) {
    this.call = call;
    this.options = options;
    this.stream = value.toChangeGroups();
    Bytes name = Objects.requireNonNull(options.group());
    this.group = Objects.requireNonNull(stream.group(name));
    Key key = call.key(options.key(n));
    this.log = new GroupLog(call, key.toByteArray(), name, group);
    Bytes who = Objects.requireNonNull(options.consumer());
    StreamConsumer known = group.consumer(who);
    this.isNew = known == null;
    this.consumer = known == null ? Consumers.create(call, key, group, who) : known;
    if (options.noAck() && isNew) {
      log.joined(consumer);
    }
    consumer.seen(call.nowMs());
  }

  /// Whether something was logged. To be asked at the end: a consumer that is new and got nothing
  /// is told of then.
  boolean isLogged() {
    if (isNew && !log.isUsed()) {
      log.joined(consumer);
    }
    return log.isUsed();
  }

  /// Whether there is something that the group has not read.
  boolean hasNew() {
    return stream.length() > 0 && stream.lastEntry().isAfter(group.lastId());
  }

  /// Replies with what the group has not read yet, which is pending for the consumer then.
  void fresh() {
    call.dirty(1);
    Reply reply = call.reply();
    StreamCursor cursor = stream.cursor(group.lastId().next(), StreamId.LAST, false);
    int mark = reply.begin();
    int shown = 0;
    while ((options.count() == 0 || shown < options.count()) && cursor.next()) {
      StreamProgress.advance(stream, group, cursor.id());
      Entries.entry(reply, cursor);
      if (!options.noAck()) {
        deliver(cursor.ms(), cursor.seq());
      }
      shown++;
    }
    if (options.noAck() && shown > 0) {
      log.readOn();
    }
    reply.endArray(mark, shown);
  }

  private void deliver(long ms, long seq) {
    long now = call.nowMs();
    long record = group.find(ms, seq);
    if (record == 0) {
      group.add(ms, seq, now, 1, consumer);
      record = group.find(ms, seq);
    } else {
      // XGROUP SETID has set the group back.
      group.give(record, consumer);
      Pending.delivered(record, now, 1);
    }
    consumer.active(now);
    log.claimed(record, consumer);
  }

  /// Replies with what is pending for the consumer from an id on.
  void pending(StreamId from) {
    call.dirty(1);
    Reply reply = call.reply();
    int mark = reply.begin();
    int shown = 0;
    RankedCursor walk = consumer.pending().cursor();
    long own = walk.toRank(group.rankFrom(consumer.pending(), from));
    while (own != 0 && (options.count() == 0 || shown < options.count())) {
      StreamId id = new StreamId(Pending.ms(own), Pending.seq(own));
      if (Entries.one(reply, stream, id)) {
        long record = group.find(id.ms(), id.seq());
        Pending.delivered(record, call.nowMs(), Pending.deliveries(record) + 1);
      } else {
        reply.array(2);
        Entries.id(reply, id);
        reply.nullArray();
      }
      shown++;
      own = walk.next();
    }
    reply.endArray(mark, shown);
  }
}
