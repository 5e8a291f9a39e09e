package io.skein.engine.command.zset;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.StoredSortedSet;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.ScoredMember;
import java.util.List;

/// ZUNION, ZINTER, ZDIFF, what stores their results, and ZINTERCARD.
final class CombineCommands {
  private static final CommandError WEIGHT = new CommandError("ERR weight value is not a float");
  private static final CommandError NEGATIVE_LIMIT =
      new CommandError("ERR LIMIT can't be negative");

  private static final String WEIGHTED =
      " [WEIGHTS weight:integer...] [AGGREGATE (aggregate: SUM | MIN | MAX)]";
  private static final String SCORED = " [withscores: WITHSCORES]";
  private static final String UNION_COST =
      "O(N)+O(M*log(M)), N being the number of all members and M that of the result.";
  private static final String INTER_COST =
      "O(N*K)+O(M*log(M)), N being the members of the smallest of K sorted sets and M those of the"
          + " result.";
  private static final String DIFF_COST =
      "O(N*K)+O(M*log(M)), N being the members of the first of K sorted sets and M those of the"
          + " result.";

  private enum Operation {
    UNION,
    INTER,
    DIFF,
    INTERCARD
  }

  void declare(CommandTable table) {
    declare(table, Operation.UNION, "zunion", "2.0.0", UNION_COST, WEIGHTED, "the union");
    declare(table, Operation.INTER, "zinter", "2.0.0", INTER_COST, WEIGHTED, "the intersection");
    declare(table, Operation.DIFF, "zdiff", "6.2.0", DIFF_COST, "", "what only the first has");
    table.add(
        Command.named("zintercard")
            .group(Group.SORTED_SET)
            .docs(
                "7.0.0",
                "O(N*K), N being the members of the smallest of K sorted sets.",
                "Counts the members that several sorted sets have in common.")
            .syntax("numkeys:integer key... [LIMIT limit:integer]")
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.counted(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(CombineCommands::intercard));
  }

  private static void declare(
      CommandTable table,
      Operation operation,
      String name,
      String storedSince,
      String cost,
      String options,
      String what) {
    table.add(
        Command.named(name)
            .group(Group.SORTED_SET)
            .docs("6.2.0", cost, "Returns " + what + " of several sorted sets.")
            .syntax("numkeys:integer key..." + options + SCORED)
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.counted(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(call -> reply(call, operation)));
    table.add(
        Command.named(name + "store")
            .group(Group.SORTED_SET)
            .docs(storedSince, cost, "Stores " + what + " of several sorted sets.")
            .syntax("destination:key numkeys:integer key..." + options)
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(
                KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 1),
                KeySpec.counted(KeySpec.RO | KeySpec.ACCESS, 2))
            .does(call -> store(call, operation, name + "store")));
  }

  private static void reply(Call call, Operation operation) {
    Request request = new Request(call, 1, operation, false);
    List<ScoredMember> result = request.result();
    result.sort(ScoredMember.ORDER);
    Reply reply = call.reply();
    SortedSets.replyHead(reply, result.size(), request.scored);
    for (ScoredMember element : result) {
      if (request.scored && reply.protocol() > 2) {
        reply.array(2);
      }
      reply.bulk(element.member());
      if (request.scored) {
        reply.doubleValue(element.score());
      }
    }
  }

  private static void store(Call call, Operation operation, String event) {
    List<ScoredMember> result = new Request(call, 2, operation, true).result();
    StoredSortedSet.store(call, call.keyAt(0), result, event);
    call.reply().integer(result.size());
  }

  private static void intercard(Call call) {
    Request request = new Request(call, 1, Operation.INTERCARD, false);
    call.reply().integer(request.combination.countCommon(request.limit));
  }

  /// What one call asks for.
  private static final class Request {
    private final Operation operation;
    private final boolean stored;
    private final Combination combination;
    private boolean scored;
    private long limit;

    Request(Call call, int numkeys, Operation operation, boolean stored) {
      this.operation = operation;
      this.stored = stored;
      long keys = call.integer(numkeys);
      if (keys < 1) {
        throw new CommandError(
            "ERR at least 1 input key is needed for '" + call.command().fullName() + "' command");
      }
      if (keys > call.count() - numkeys - 1) {
        throw Errors.SYNTAX;
      }
      combination = new Combination(call, stored ? 1 : 0, (int) keys);
      readOptions(call, numkeys + 1 + (int) keys, (int) keys);
    }

    private void readOptions(Call call, int first, int keys) {
      boolean weighted = operation == Operation.UNION || operation == Operation.INTER;
      int i = first;
      while (i < call.count()) {
        int left = call.count() - i - 1;
        if (weighted && left >= keys && call.is(i, "WEIGHTS")) {
          for (int k = 0; k < keys; k++) {
            int at = i + 1 + k;
            double weight = Doubles.parse(call.buffer(), call.offset(at), call.length(at));
            if (Double.isNaN(weight)) {
              throw WEIGHT;
            }
            combination.weight(k, weight);
          }
          i += 1 + keys;
        } else if (weighted && left >= 1 && call.is(i, "AGGREGATE")) {
          combination.aggregate(aggregate(call, i + 1));
          i += 2;
        } else if (!stored && operation != Operation.INTERCARD && call.is(i, "WITHSCORES")) {
          scored = true;
          i++;
        } else if (operation == Operation.INTERCARD && left >= 1 && call.is(i, "LIMIT")) {
          limit = call.integer(i + 1, 0, Long.MAX_VALUE, NEGATIVE_LIMIT);
          i += 2;
        } else {
          throw Errors.SYNTAX;
        }
      }
    }

    private static Combination.Aggregate aggregate(Call call, int i) {
      if (call.is(i, "SUM")) {
        return Combination.Aggregate.SUM;
      }
      if (call.is(i, "MIN")) {
        return Combination.Aggregate.MIN;
      }
      if (call.is(i, "MAX")) {
        return Combination.Aggregate.MAX;
      }
      throw Errors.SYNTAX;
    }

    List<ScoredMember> result() {
      return switch (operation) {
        case UNION -> combination.union();
        case INTER -> combination.intersection();
        default -> combination.difference();
      };
    }
  }
}
