package io.skein.engine.command.stream;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.structure.RankedTree;
import io.skein.engine.value.Pending;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;

/// XACK and XPENDING: what was delivered and is not acknowledged yet.
final class PendingCommands {
  void declare(CommandTable table) {
    table.add(xack());
    table.add(xpending());
  }

  private Command xack() {
    return Command.named("xack")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(1) for each id.",
            "Acknowledges entries on behalf of a group and returns how many were pending.")
        .syntax("key group ID:string...")
        .arity(-4)
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::xack);
  }

  private void xack(Call call) {
    StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
    StreamGroup group = value == null ? null : value.stream().group(call.toBytes(2));
    if (value == null || group == null) {
      call.reply().integer(0);
      return;
    }
    StreamId[] ids = new StreamId[call.count() - 3];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Ids.exact(call, i + 3);
    }
    int acknowledged = 0;
    for (StreamId id : ids) {
      if (group.find(id.ms(), id.seq()) != 0) {
        value.toChangeGroups();
        group.acknowledge(id.ms(), id.seq());
        acknowledged++;
      }
    }
    call.dirty(acknowledged);
    call.reply().integer(acknowledged);
  }

  private Command xpending() {
    return Command.named("xpending")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(N), N being the number of entries returned, or passed over for `IDLE`; without a"
                + " range the number of consumers.",
            "Says what is pending in a group, in all or entry by entry.")
        .history("6.2.0", "Option `IDLE`, and ranges without their ends.")
        .syntax(
            "key group [filters: [IDLE min-idle-time:integer] start end count:integer [consumer]]")
        .arity(-3)
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::xpending);
  }

  private void xpending(Call call) {
    int words = call.count();
    if (words != 3 && (words < 6 || words > 9)) {
      throw Errors.SYNTAX;
    }
    if (words == 3) {
      StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
      summary(call.reply(), Consumers.group(call, value, 2));
      return;
    }
    long minIdleMs = 0;
    int at = 3;
    if (call.is(3, "idle")) {
      minIdleMs = call.integer(4);
      if (words < 8) {
        throw Errors.SYNTAX;
      }
      at = 5;
    }
    long count = Math.max(0, call.integer(at + 2));
    StreamId from = Ids.start(call, at);
    StreamId to = Ids.end(call, at + 1);
    StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
    StreamGroup group = Consumers.group(call, value, 2);
    RankedTree list = group.pending();
    if (at + 3 < words) {
      StreamConsumer consumer = group.consumer(call.toBytes(at + 3));
      if (consumer == null) {
        call.reply().array(0);
        return;
      }
      list = consumer.pending();
    }
    list(call, group, list, from, to, count, minIdleMs);
  }

  private static void summary(Reply reply, StreamGroup group) {
    RankedTree pending = group.pending();
    reply.array(4);
    reply.integer(pending.size());
    if (pending.size() == 0) {
      reply.nullBulk();
      reply.nullBulk();
      reply.nullArray();
      return;
    }
    long first = pending.at(0);
    Entries.id(reply, Pending.ms(first), Pending.seq(first));
    long last = pending.at(pending.size() - 1);
    Entries.id(reply, Pending.ms(last), Pending.seq(last));
    int mark = reply.begin();
    int shown = 0;
    for (StreamConsumer consumer : group.consumers()) {
      if (consumer.pending().size() > 0) {
        reply.array(2);
        reply.bulk(consumer.name().toByteArray());
        reply.bulkInteger(consumer.pending().size());
        shown++;
      }
    }
    reply.endArray(mark, shown);
  }

  private static void list(
      Call call,
      StreamGroup group,
      RankedTree list,
      StreamId from,
      StreamId to,
      long count,
      long minIdleMs) {
    Reply reply = call.reply();
    int mark = reply.begin();
    int shown = 0;
    RankedCursor walk = list.cursor();
    long p = walk.toRank(group.rankFrom(list, from));
    while (p != 0
        && shown < count
        && StreamId.compare(Pending.ms(p), Pending.seq(p), to.ms(), to.seq()) <= 0) {
      long record = group.find(Pending.ms(p), Pending.seq(p));
      long idleMs = call.nowMs() - Pending.deliveredMs(record);
      if (minIdleMs == 0 || idleMs >= minIdleMs) {
        reply.array(4);
        Entries.id(reply, Pending.ms(p), Pending.seq(p));
        reply.bulk(group.ownerOf(record).name().toByteArray());
        reply.integer(Math.max(0, idleMs));
        reply.integer(Pending.deliveries(record));
        shown++;
      }
      p = walk.next();
    }
    reply.endArray(mark, shown);
  }
}
