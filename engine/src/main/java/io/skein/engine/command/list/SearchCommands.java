package io.skein.engine.command.list;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.ListCursor;
import io.skein.engine.value.ListValue;

/// Commands about elements by what they are.
final class SearchCommands {
  private static final CommandError RANK =
      new CommandError(
          "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use"
              + " negative to start from the end of the list");
  private static final CommandError NEGATIVE_COUNT =
      new CommandError("ERR COUNT can't be negative");
  private static final CommandError NEGATIVE_MAXLEN =
      new CommandError("ERR MAXLEN can't be negative");

  /// No COUNT was given: one index is the reply.
  private static final long SINGLE = -1;

  void declare(CommandTable table) {
    table.add(lrem());
    table.add(lpos());
  }

  private static Command lrem() {
    return Lists.command(
            "lrem",
            "1.0.0",
            "O(N+M), N being the length of the list and M the number of elements removed.",
            "Removes elements that are equal to a value.")
        .syntax("key count:integer element")
        .flags(CommandFlag.WRITE)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(SearchCommands::lrem);
  }

  private static void lrem(Call call) {
    long count = call.integer(2);
    Key key = call.keyAt(0);
    ListValue list = call.database().write(key, ListValue.TYPE);
    if (list == null) {
      call.reply().integer(0);
      return;
    }
    // Redis negates the least number too, to itself: it removes without a limit.
    long most = count < 0 ? -count : count;
    long removed = 0;
    ListCursor cursor = list.cursor(count < 0);
    while (cursor.next()) {
      if (cursor.is(call.buffer(), call.offset(3), call.length(3))) {
        cursor.delete();
        removed++;
        if (removed == most) {
          break;
        }
      }
    }
    cursor.end();
    if (removed > 0) {
      call.notify(EventClass.LIST, "lrem", key);
      call.dirty(removed);
      if (list.size() == 0) {
        list.remove();
        call.notify(EventClass.GENERIC, "del", key);
      } else {
        list.shrunk();
      }
    }
    call.reply().integer(removed);
  }

  private static Command lpos() {
    return Lists.command(
            "lpos",
            "6.0.6",
            "O(N), N being the length of the list; less near the end where the search begins, and"
                + " with `MAXLEN`.",
            "Returns the indexes of elements that are equal to a value.")
        .syntax("key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(SearchCommands::lpos);
  }

  private static void lpos(Call call) {
    long rank = 1;
    long count = SINGLE;
    long maxlen = 0;
    for (int i = 3; i < call.count(); i += 2) {
      if (i + 1 == call.count()) {
        throw Errors.SYNTAX;
      }
      if (call.is(i, "RANK")) {
        rank = rank(call, i + 1);
      } else if (call.is(i, "COUNT")) {
        count = call.integer(i + 1, 0, Long.MAX_VALUE, NEGATIVE_COUNT);
      } else if (call.is(i, "MAXLEN")) {
        maxlen = call.integer(i + 1, 0, Long.MAX_VALUE, NEGATIVE_MAXLEN);
      } else {
        throw Errors.SYNTAX;
      }
    }
    ListValue list = call.database().read(call.keyAt(0), ListValue.TYPE);
    long examined = maxlen == 0 ? Long.MAX_VALUE : maxlen;
    if (count == SINGLE) {
      long found = list == null ? -1 : find(call, list, rank, examined);
      if (found < 0) {
        call.reply().nullBulk();
      } else {
        call.reply().integer(found);
      }
    } else if (list == null) {
      call.reply().array(0);
    } else {
      int mark = call.reply().begin();
      int found = replyAll(call, list, rank, count == 0 ? Long.MAX_VALUE : count, examined);
      call.reply().endArray(mark, found);
    }
  }

  private static long rank(Call call, int i) {
    long rank = call.integer(i);
    if (rank == Long.MIN_VALUE) {
      throw Errors.notBetween(-Long.MAX_VALUE, Long.MAX_VALUE);
    }
    if (rank == 0) {
      throw RANK;
    }
    return rank;
  }

  /// The index of match number `rank`, or -1.
  private static long find(Call call, ListValue list, long rank, long examined) {
    Matches matches = new Matches(call, list, rank, examined);
    return matches.next() ? matches.index() : -1;
  }

  private static int replyAll(Call call, ListValue list, long rank, long most, long examined) {
    Matches matches = new Matches(call, list, rank, examined);
    int found = 0;
    while (found < most && matches.next()) {
      call.reply().integer(matches.index());
      found++;
    }
    return found;
  }

  /// The elements equal to the second argument, from match number `rank` on.
  private static final class Matches {
    private final Call call;
    private final ListCursor cursor;
    private final long size;
    private final boolean backwards;
    private long skipped;
    private long left;
    private long index = -1;

    Matches(Call call, ListValue list, long rank, long examined) {
      this.call = call;
      this.backwards = rank < 0;
      this.cursor = list.cursor(backwards);
      this.size = list.size();
      this.skipped = Math.abs(rank) - 1;
      this.left = examined;
    }

    boolean next() {
      while (left > 0 && cursor.next()) {
        left--;
        index++;
        if (cursor.is(call.buffer(), call.offset(2), call.length(2))) {
          if (skipped == 0) {
            return true;
          }
          skipped--;
        }
      }
      return false;
    }

    long index() {
      return backwards ? size - 1 - index : index;
    }
  }
}
