package io.skein.engine.command.stream;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.structure.RankedTree;
import io.skein.engine.value.Pending;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamCursor;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamProgress;
import io.skein.engine.value.StreamValue;
import java.util.Iterator;

/// XINFO: what is known about a stream, its groups and their consumers.
final class StreamReports {
  private static final int KEY = 2;
  private static final long DEFAULT_COUNT = 10;

  void declare(CommandTable table) {
    Command xinfo =
        Command.named("xinfo")
            .group(Group.STREAM)
            .docs(
                "5.0.0", "That of the subcommand.", "Holds the commands on what streams are like.");
    about(xinfo, "stream", "key [full-block: FULL [COUNT count:integer]]", "Describes a stream.")
        .arity(-3)
        .history(
            "6.0.0",
            "Option `FULL`.",
            "7.0.0",
            "`max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, `entries-read` and"
                + " `lag`.",
            "7.2.0",
            "`active-time`; `seen-time` is that of any attempt.")
        .does(this::stream);
    about(xinfo, "groups", "key", "Describes the groups of a stream.")
        .history("7.0.0", "`entries-read` and `lag`.")
        .does(this::groups);
    about(xinfo, "consumers", "key group", "Describes the consumers of a group.")
        .history("7.2.0", "`inactive`.")
        .tips("nondeterministic_output")
        .does(this::consumers);
    xinfo
        .sub("help")
        .docs("5.0.0", "O(1)", "Explains the subcommands.")
        .syntax("")
        .flags(CommandFlag.LOADING, CommandFlag.STALE)
        .does(this::help);
    table.add(xinfo);
  }

  private static Command about(Command xinfo, String name, String syntax, String summary) {
    return xinfo
        .sub(name)
        .docs("5.0.0", "O(1)", summary)
        .syntax(syntax)
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, KEY));
  }

  private static Stream streamThatIs(Call call) {
    StreamValue value = call.database().read(call.keyAt(0), StreamValue.TYPE);
    if (value == null) {
      throw Errors.NO_SUCH_KEY;
    }
    return value.stream();
  }

  private void stream(Call call) {
    Stream stream = streamThatIs(call);
    int words = call.count();
    if (words == 3) {
      Reply reply = call.reply();
      reply.map(10);
      counts(reply, stream);
      reply.bulk("groups");
      reply.integer(stream.groups().size());
      reply.bulk("first-entry");
      entry(reply, stream.cursor(StreamId.ZERO, StreamId.LAST, false));
      reply.bulk("last-entry");
      entry(reply, stream.cursor(StreamId.ZERO, StreamId.LAST, true));
      return;
    }
    if (words != 4 && words != 6 || !call.is(3, "full") || words == 6 && !call.is(4, "count")) {
      throw Help.wrongUse(call);
    }
    long count = words == 6 ? call.integer(5) : DEFAULT_COUNT;
    full(call.reply(), stream, count < 0 ? DEFAULT_COUNT : count);
  }

  private static void counts(Reply reply, Stream stream) {
    reply.bulk("length");
    reply.integer(stream.length());
    reply.bulk("radix-tree-keys");
    reply.integer(stream.nodeCount());
    reply.bulk("radix-tree-nodes");
    reply.integer(stream.radixNodes());
    reply.bulk("last-generated-id");
    Entries.id(reply, stream.lastId());
    reply.bulk("max-deleted-entry-id");
    Entries.id(reply, stream.maxDeletedId());
    reply.bulk("entries-added");
    reply.integer(stream.entriesAdded());
    reply.bulk("recorded-first-entry-id");
    Entries.id(reply, stream.firstId());
  }

  private static void entry(Reply reply, StreamCursor cursor) {
    if (cursor.next()) {
      Entries.entry(reply, cursor);
    } else {
      reply.nullBulk();
    }
  }

  private static void full(Reply reply, Stream stream, long count) {
    reply.map(9);
    counts(reply, stream);
    reply.bulk("entries");
    Entries.range(reply, stream.cursor(StreamId.ZERO, StreamId.LAST, false), count);
    reply.bulk("groups");
    reply.array(stream.groups().size());
    Iterator<Bytes> names = stream.groupNames().iterator();
    for (StreamGroup group : stream.groups()) {
      reply.map(7);
      reply.bulk("name");
      reply.bulk(names.next().toByteArray());
      reply.bulk("last-delivered-id");
      Entries.id(reply, group.lastId());
      progress(reply, stream, group);
      reply.bulk("pel-count");
      reply.integer(group.pending().size());
      reply.bulk("pending");
      pending(reply, group, group.pending(), count, true);
      reply.bulk("consumers");
      reply.array(group.consumers().size());
      for (StreamConsumer consumer : group.consumers()) {
        reply.map(5);
        reply.bulk("name");
        reply.bulk(consumer.name().toByteArray());
        reply.bulk("seen-time");
        reply.integer(consumer.seenMs());
        reply.bulk("active-time");
        reply.integer(consumer.activeMs());
        reply.bulk("pel-count");
        reply.integer(consumer.pending().size());
        reply.bulk("pending");
        pending(reply, group, consumer.pending(), count, false);
      }
    }
  }

  private static void progress(Reply reply, Stream stream, StreamGroup group) {
    reply.bulk("entries-read");
    unless(reply, StreamGroup.UNKNOWN, group.entriesRead());
    reply.bulk("lag");
    unless(reply, StreamProgress.NO_LAG, StreamProgress.lag(stream, group));
  }

  private static void unless(Reply reply, long unknown, long number) {
    if (number == unknown) {
      reply.nullBulk();
    } else {
      reply.integer(number);
    }
  }

  private static void pending(
      Reply reply, StreamGroup group, RankedTree list, long count, boolean withOwner) {
    int shown = (int) (count == 0 ? list.size() : Math.min(count, list.size()));
    reply.array(shown);
    RankedCursor walk = list.cursor();
    walk.toRank(0);
    for (int i = 0; i < shown; i++) {
      long p = walk.address();
      long record = group.find(Pending.ms(p), Pending.seq(p));
      reply.array(withOwner ? 4 : 3);
      Entries.id(reply, Pending.ms(p), Pending.seq(p));
      if (withOwner) {
        reply.bulk(group.ownerOf(record).name().toByteArray());
      }
      reply.integer(Pending.deliveredMs(record));
      reply.integer(Pending.deliveries(record));
      walk.next();
    }
  }

  private void groups(Call call) {
    Stream stream = streamThatIs(call);
    Reply reply = call.reply();
    reply.array(stream.groups().size());
    Iterator<Bytes> names = stream.groupNames().iterator();
    for (StreamGroup group : stream.groups()) {
      reply.map(6);
      reply.bulk("name");
      reply.bulk(names.next().toByteArray());
      reply.bulk("consumers");
      reply.integer(group.consumers().size());
      reply.bulk("pending");
      reply.integer(group.pending().size());
      reply.bulk("last-delivered-id");
      Entries.id(reply, group.lastId());
      progress(reply, stream, group);
    }
  }

  private void consumers(Call call) {
    Stream stream = streamThatIs(call);
    StreamGroup group = stream.group(call.toBytes(KEY + 1));
    if (group == null) {
      throw Consumers.noGroup(call, KEY);
    }
    Reply reply = call.reply();
    reply.array(group.consumers().size());
    long now = call.nowMs();
    for (StreamConsumer consumer : group.consumers()) {
      long active = consumer.activeMs();
      reply.map(4);
      reply.bulk("name");
      reply.bulk(consumer.name().toByteArray());
      reply.bulk("pending");
      reply.integer(consumer.pending().size());
      reply.bulk("idle");
      reply.integer(Math.max(0, now - consumer.seenMs()));
      reply.bulk("inactive");
      reply.integer(active == StreamConsumer.NEVER ? active : now - active);
    }
  }

  private void help(Call call) {
    Help.reply(
        call,
        "CONSUMERS <key> <groupname>",
        "    Describe the consumers of a group.",
        "GROUPS <key>",
        "    Describe the groups of a stream.",
        "STREAM <key> [FULL [COUNT <count>]",
        "    Describe a stream.");
  }
}
