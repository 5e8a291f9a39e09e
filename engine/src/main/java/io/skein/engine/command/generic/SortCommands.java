package io.skein.engine.command.generic;

import io.skein.engine.acl.User;
import io.skein.engine.command.AccessCheck;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.ListValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SORT and SORT_RO: the elements of a list, set or sorted set in an order.
final class SortCommands {
  private static final String OPTIONS =
      "key [BY by-pattern:pattern] [limit: LIMIT offset:integer count:integer]"
          + " [GET get-pattern:pattern]... [order: ASC | DESC] [sorting: ALPHA]";
  private static final String COST =
      "O(N+M*log(M)), N being the number of elements and M that of those returned; O(N) without"
          + " sorting.";
  private static final KeySpec SOURCE = KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1);
  private static final KeySpec LOOKED_UP = KeySpec.unknown(KeySpec.RO | KeySpec.ACCESS);
  private static final CommandError BY_IN_CLUSTER =
      new CommandError("ERR BY option of SORT denied in Cluster mode.");
  private static final CommandError GET_IN_CLUSTER =
      new CommandError("ERR GET option of SORT denied in Cluster mode.");
  private static final CommandError BY_DENIED =
      new CommandError("ERR BY option of SORT denied due to insufficient ACL permissions.");
  private static final CommandError GET_DENIED =
      new CommandError("ERR GET option of SORT denied due to insufficient ACL permissions.");
  private static final CommandError NOT_NUMBERS =
      new CommandError("ERR One or more scores can't be converted into double");

  void declare(CommandTable table) {
    table.add(
        // Jedis's tests want this text.
        command(
                "sort",
                "1.0.0",
                "Sorts the elements in a list, a set, or a sorted set, optionally storing the result.")
            .syntax(OPTIONS + " [STORE destination:key]")
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(SOURCE, LOOKED_UP, KeySpec.unknown(KeySpec.OW | KeySpec.UPDATE))
            .keyFinder(SortCommands::findKeys)
            .does(call -> sort(call, true)));
    table.add(
        command("sort_ro", "7.0.0", "Sorts the elements of a list, set or sorted set; only reads.")
            .syntax(OPTIONS)
            .flags(CommandFlag.READONLY)
            .keys(SOURCE, LOOKED_UP)
            .keyFinder((call, keys) -> keys.add(1, SOURCE.flags()))
            .does(call -> sort(call, false)));
  }

  private static Command command(String name, String since, String summary) {
    return Command.named(name)
        .group(Group.GENERIC)
        .docs(since, COST, summary)
        .outsideGroupCategory()
        .categories(Category.SET, Category.SORTEDSET, Category.LIST, Category.DANGEROUS);
  }

  /// The key that is sorted, and the one that the last STORE names.
  private static void findKeys(Arguments call, KeyPositions keys) {
    keys.add(1, SOURCE.flags());
    int store = 0;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "LIMIT")) {
        i += 2;
      } else if (call.is(i, "GET") || call.is(i, "BY")) {
        i++;
      } else if (call.is(i, "STORE") && i + 1 < call.count()) {
        store = ++i;
      }
    }
    if (store > 0) {
      keys.add(store, KeySpec.OW | KeySpec.UPDATE);
    }
  }

  private static void sort(Call call, boolean mayStore) {
    Request request = request(call, mayStore);
    Key key = call.keyAt(0);
    SortPatterns patterns = new SortPatterns(call.database(), call.keyspace());
    SortSource source = SortSource.of(call.database(), key);
    boolean sorts = !request.unsorted;
    boolean alpha = request.alpha;
    byte[] by = sorts ? request.by : null;
    if (!sorts && source.isSet() && (request.storeAt > 0 || call.isOfScript())) {
      // The order of a set is each node's own: what is stored, now or by a script, must not depend
      // on it.
      sorts = true;
      alpha = true;
    }
    int size = source.size();
    int start = (int) Math.min(Math.max(request.offset, 0), size);
    long count = Math.min(Math.max(request.count, -1), size);
    int end = count < 0 ? size : (int) Math.min(size, start + count);
    List<byte[]> elements;
    if (sorts) {
      SortOrder order = new SortOrder(patterns, by, alpha, request.descending, request.storeAt > 0);
      List<byte[]> sorted = order.sorted(source.all());
      if (sorted == null) {
        throw NOT_NUMBERS;
      }
      elements = start < end ? sorted.subList(start, end) : List.of();
    } else {
      elements = start < end ? source.range(start, end, request.descending) : List.of();
    }
    List<byte @Nullable []> results = results(request, patterns, elements);
    if (request.storeAt > 0) {
      store(call, call.key(request.storeAt), results);
    } else {
      reply(call, results);
    }
  }

  private static List<byte @Nullable []> results(
      Request request, SortPatterns patterns, List<byte[]> elements) {
    List<byte @Nullable []> results = new ArrayList<>();
    for (byte[] element : elements) {
      if (request.gets.isEmpty()) {
        results.add(element);
      }
      for (byte[] get : request.gets) {
        results.add(patterns.lookUp(get, element));
      }
    }
    return results;
  }

  private static void reply(Call call, List<byte @Nullable []> results) {
    call.reply().array(results.size());
    for (byte[] result : results) {
      if (result == null) {
        call.reply().nullBulk();
      } else {
        call.reply().bulk(result);
      }
    }
  }

  private static void store(Call call, Key key, List<byte @Nullable []> results) {
    if (!results.isEmpty()) {
      ListValue list = call.database().create(key, ListValue.TYPE, Entry.NO_EXPIRY);
      list.unpack();
      for (byte[] result : results) {
        list.push(
            false, result == null ? new byte[0] : result, 0, result == null ? 0 : result.length);
      }
      list.completed();
      call.notify(EventClass.LIST, "sortstore", key);
      call.dirty(results.size());
    } else if (call.database().remove(key)) {
      call.notify(EventClass.GENERIC, "del", key);
      call.dirty(1);
    }
    call.reply().integer(results.size());
  }

  /// What is asked for.
  private static final class Request {
    byte @Nullable [] by;

    /// Whether some BY has no `*`; another one with it does not take that back.
    boolean unsorted;

    final List<byte[]> gets = new ArrayList<>();
    boolean descending;
    boolean alpha;
    long offset;
    long count = -1;
    int storeAt;
  }

  private static Request request(Call call, boolean mayStore) {
    Request request = new Request();
    boolean clustered = call.keyspace().isClustered();
    User user = call.session().user();
    boolean anyKey =
        user.isUnlimited() || new AccessCheck().mayReadAnyKey(user, call.command(), call);
    for (int i = 2; i < call.count(); i++) {
      int left = call.count() - 1 - i;
      if (call.is(i, "ASC")) {
        request.descending = false;
      } else if (call.is(i, "DESC")) {
        request.descending = true;
      } else if (call.is(i, "ALPHA")) {
        request.alpha = true;
      } else if (call.is(i, "LIMIT") && left >= 2) {
        request.offset = call.integer(++i);
        request.count = call.integer(++i);
      } else if (mayStore && call.is(i, "STORE") && left >= 1) {
        request.storeAt = ++i;
      } else if (call.is(i, "BY") && left >= 1) {
        byte[] by = call.bytes(++i);
        boolean pattern = SortPatterns.isPattern(by);
        if (clustered && pattern) {
          throw BY_IN_CLUSTER;
        }
        if (pattern && !anyKey) {
          throw BY_DENIED;
        }
        request.by = by;
        request.unsorted |= !pattern;
      } else if (call.is(i, "GET") && left >= 1) {
        if (clustered) {
          throw GET_IN_CLUSTER;
        }
        if (!anyKey) {
          throw GET_DENIED;
        }
        request.gets.add(call.bytes(++i));
      } else {
        throw Errors.SYNTAX;
      }
    }
    return request;
  }
}
