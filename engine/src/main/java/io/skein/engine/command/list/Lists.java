package io.skein.engine.command.list;

import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.Group;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.ElementSink;
import io.skein.engine.value.ListValue;

/// What the commands on lists have in common.
final class Lists {
  private Lists() {}

  static Command command(String name, String since, String cost, String summary) {
    return Command.named(name).group(Group.LIST).docs(since, cost, summary);
  }

  /// Whether argument `i` says `LEFT` rather than `RIGHT`.
  static boolean isLeft(Arguments call, int i) {
    if (call.is(i, "RIGHT")) {
      return false;
    }
    if (call.is(i, "LEFT")) {
      return true;
    }
    throw Errors.SYNTAX;
  }

  /// Tells of the removal of elements from one end, and deletes the list if it is empty now.
  static void popped(Call call, Key key, ListValue list, boolean left) {
    call.notify(EventClass.LIST, left ? "lpop" : "rpop", key);
    if (list.size() == 0) {
      list.remove();
      call.notify(EventClass.GENERIC, "del", key);
    } else {
      list.shrunk();
    }
  }

  /// Replies with the elements from number `from` to number `to`, negative ones counted from the
  /// tail, both included as far as they are there.
  ///
  /// @param backwards whether the last of them comes first
  static void replyRange(Reply reply, ListValue list, long from, long to, boolean backwards) {
    long size = list.size();
    long first = Math.max(0, from < 0 ? size + from : from);
    long last = Math.min(size - 1, to < 0 ? size + to : to);
    if (first > last) {
      reply.array(0);
      return;
    }
    long count = last - first + 1;
    reply.array((int) count);
    list.visit(backwards ? last : first, count, backwards, new Elements(reply));
  }

  /// Replies with elements as bulk strings.
  record Elements(Reply reply) implements ElementSink {
    @Override
    public void string(long address, int length) {
      reply.bulk(address, length);
    }

    @Override
    public void integer(long value) {
      reply.bulkInteger(value);
    }
  }
}
