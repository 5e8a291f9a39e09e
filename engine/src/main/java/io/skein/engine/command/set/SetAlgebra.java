package io.skein.engine.command.set;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Handler;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.ScratchPlace;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import org.jspecify.annotations.Nullable;

/// Intersections, unions and differences of sets, returned, counted or stored.
final class SetAlgebra {
  private static final CommandError NO_KEYS =
      new CommandError("ERR numkeys should be greater than 0");
  private static final CommandError TOO_MANY_KEYS =
      new CommandError("ERR Number of keys can't be greater than number of args");
  private static final CommandError NEGATIVE_LIMIT =
      new CommandError("ERR LIMIT can't be negative");

  private static final int READ = KeySpec.RO | KeySpec.ACCESS;

  private final SetCursor cursor = new SetCursor();

  void declare(CommandTable table) {
    table.add(
        reading(
            "sinter",
            "O(N*M), N being the size of the smallest set and M the number of sets.",
            "Returns the members that several sets have in common.",
            this::sinter));
    table.add(
        storing(
            "sinterstore",
            KeySpec.RW,
            "O(N*M), N being the size of the smallest set and M the number of sets.",
            "Stores the members that several sets have in common.",
            this::sinterstore));
    table.add(sintercard());
    table.add(
        reading(
            "sunion",
            "O(N), N being the number of members of all sets.",
            "Returns the members that at least one of several sets has.",
            this::sunion));
    table.add(
        storing(
            "sunionstore",
            KeySpec.OW,
            "O(N), N being the number of members of all sets.",
            "Stores the members that at least one of several sets has.",
            this::sunionstore));
    table.add(
        reading(
            "sdiff",
            "O(N), N being the number of members of all sets.",
            "Returns the members of a set that none of several others has.",
            this::sdiff));
    table.add(
        storing(
            "sdiffstore",
            KeySpec.OW,
            "O(N), N being the number of members of all sets.",
            "Stores the members of a set that none of several others has.",
            this::sdiffstore));
  }

  private static Command reading(String name, String cost, String summary, Handler action) {
    return Command.named(name)
        .group(Group.SET)
        .docs("1.0.0", cost, summary)
        .syntax("key...")
        .tips("nondeterministic_output_order")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.range(READ, 1, -1, 1))
        .does(action);
  }

  private static Command storing(
      String name, int access, String cost, String summary, Handler action) {
    return Command.named(name)
        .group(Group.SET)
        .docs("1.0.0", cost, summary)
        .syntax("destination:key key...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(access | KeySpec.UPDATE, 1), KeySpec.range(READ, 2, -1, 1))
        .does(action);
  }

  /// The sets of `count` keys from key number `from` on; null where there is none.
  private static @Nullable SetValue[] sets(Call call, int from, int count) {
    @Nullable SetValue[] sets = new SetValue[count];
    for (int i = 0; i < count; i++) {
      sets[i] = call.database().read(call.keyAt(from + i), SetValue.TYPE);
    }
    return sets;
  }

  // --- intersection ---

  private void sinter(Call call) {
    SetValue[] sets = bySize(sets(call, 0, call.keyCount()));
    Reply reply = call.reply();
    if (sets == null) {
      reply.set(0);
      return;
    }
    int mark = reply.begin();
    int count = 0;
    sets[0].members(cursor);
    while (cursor.next()) {
      if (inOthers(sets)) {
        Members.reply(reply, cursor);
        count++;
      }
    }
    reply.endSet(mark, count);
  }

  private Command sintercard() {
    return Command.named("sintercard")
        .group(Group.SET)
        .docs(
            "7.0.0",
            "O(N*M), N being the size of the smallest set and M the number of sets.",
            "Returns the number of members that several sets have in common.")
        .syntax("numkeys:integer key... [LIMIT limit:integer]")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.counted(READ, 1))
        .does(this::sintercard);
  }

  private void sintercard(Call call) {
    long keys = call.integer(1, 1, Long.MAX_VALUE, NO_KEYS);
    if (keys > call.count() - 2) {
      throw TOO_MANY_KEYS;
    }
    long limit = 0;
    for (int i = 2 + (int) keys; i < call.count(); i += 2) {
      if (!call.is(i, "LIMIT") || i + 1 == call.count()) {
        throw Errors.SYNTAX;
      }
      limit = call.integer(i + 1, 0, Long.MAX_VALUE, NEGATIVE_LIMIT);
    }
    SetValue[] sets = bySize(sets(call, 0, (int) keys));
    long count = 0;
    if (sets != null) {
      sets[0].members(cursor);
      while ((limit == 0 || count < limit) && cursor.next()) {
        count += inOthers(sets) ? 1 : 0;
      }
    }
    call.reply().integer(count);
  }

  private void sinterstore(Call call) {
    SetValue[] sets = bySize(sets(call, 1, call.keyCount() - 1));
    if (sets == null) {
      storeNothing(call);
      return;
    }
    try (ScratchPlace scratch = sets[0].scratch()) {
      SetValue result = scratch.create(SetValue.TYPE);
      boolean integersOnly = true;
      if (sets[0].kind() != EntryKind.SET_INTSET) {
        result.beginListpack();
      }
      sets[0].members(cursor);
      while (cursor.next()) {
        if (inOthers(sets)) {
          integersOnly = integersOnly && isInteger(cursor);
          result.add(cursor);
        }
      }
      if (integersOnly) {
        result.compact();
      }
      store(call, result, scratch, "sinterstore");
    }
  }

  private static boolean isInteger(SetCursor member) {
    return member.isInteger() || Numbers.isLong(member.text(), 0, member.textLength());
  }

  private boolean inOthers(SetValue[] sets) {
    for (int i = 1; i < sets.length; i++) {
      if (!sets[i].contains(cursor)) {
        return false;
      }
    }
    return true;
  }

  /// The sets from the smallest to the largest; null when one of them is empty.
  private static SetValue @Nullable [] bySize(@Nullable SetValue[] sets) {
    SetValue[] sorted = new SetValue[sets.length];
    long[] sizes = new long[sets.length];
    for (int i = 0; i < sets.length; i++) {
      SetValue set = sets[i];
      if (set == null) {
        return null;
      }
      long size = set.size();
      int at = i;
      for (; at > 0 && sizes[at - 1] > size; at--) {
        sizes[at] = sizes[at - 1];
        sorted[at] = sorted[at - 1];
      }
      sizes[at] = size;
      sorted[at] = set;
    }
    return sorted;
  }

  // --- union and difference ---

  private void sunion(Call call) {
    @Nullable SetValue[] sets = sets(call, 0, call.keyCount());
    SetValue any = first(sets);
    if (any == null) {
      call.reply().set(0);
      return;
    }
    try (ScratchPlace scratch = any.scratch()) {
      SetValue result = scratch.create(SetValue.TYPE);
      unite(sets, result);
      reply(call, result);
    }
  }

  private void sunionstore(Call call) {
    @Nullable SetValue[] sets = sets(call, 1, call.keyCount() - 1);
    SetValue any = first(sets);
    if (any == null) {
      storeNothing(call);
      return;
    }
    try (ScratchPlace scratch = any.scratch()) {
      SetValue result = scratch.create(SetValue.TYPE);
      unite(sets, result);
      store(call, result, scratch, "sunionstore");
    }
  }

  private static @Nullable SetValue first(@Nullable SetValue[] sets) {
    for (SetValue set : sets) {
      if (set != null) {
        return set;
      }
    }
    return null;
  }

  private void unite(@Nullable SetValue[] sets, SetValue into) {
    for (SetValue set : sets) {
      if (set != null) {
        addAll(set, into);
      }
    }
  }

  private void addAll(SetValue set, SetValue into) {
    set.members(cursor);
    while (cursor.next()) {
      into.add(cursor);
    }
  }

  private void sdiff(Call call) {
    SetValue from = call.database().read(call.keyAt(0), SetValue.TYPE);
    @Nullable SetValue[] others = sets(call, 1, call.keyCount() - 1);
    if (from == null) {
      call.reply().set(0);
      return;
    }
    try (ScratchPlace scratch = from.scratch()) {
      SetValue result = scratch.create(SetValue.TYPE);
      subtract(call, 0, from, others, result);
      reply(call, result);
    }
  }

  private void sdiffstore(Call call) {
    SetValue from = call.database().read(call.keyAt(1), SetValue.TYPE);
    @Nullable SetValue[] others = sets(call, 2, call.keyCount() - 2);
    if (from == null) {
      storeNothing(call);
      return;
    }
    try (ScratchPlace scratch = from.scratch()) {
      SetValue result = scratch.create(SetValue.TYPE);
      subtract(call, 1, from, others, result);
      store(call, result, scratch, "sdiffstore");
    }
  }

  /// Puts into `into` what is in `from` and in none of the others: either looks each member up in
  /// all others, or adds all of them and then removes those of the others, whichever is less work.
  private void subtract(
      Call call, int fromKey, SetValue from, @Nullable SetValue[] others, SetValue into) {
    long lookups = from.size();
    long removals = from.size();
    for (int i = 0; i < others.length; i++) {
      if (call.keyAt(fromKey).sameAs(call.keyAt(fromKey + 1 + i))) {
        return;
      }
      SetValue other = others[i];
      if (other != null) {
        lookups += from.size();
        removals += other.size();
      }
    }
    if (lookups / 2 <= removals) {
      from.members(cursor);
      while (cursor.next()) {
        if (!inAny(others)) {
          into.add(cursor);
        }
      }
      return;
    }
    addAll(from, into);
    for (SetValue other : others) {
      if (other != null && into.size() > 0) {
        other.members(cursor);
        while (cursor.next()) {
          into.remove(cursor);
        }
      }
    }
  }

  private boolean inAny(@Nullable SetValue[] sets) {
    for (SetValue set : sets) {
      if (set != null && set.contains(cursor)) {
        return true;
      }
    }
    return false;
  }

  // --- results ---

  private void reply(Call call, SetValue result) {
    call.reply().set((int) result.size());
    Members.replyAll(call.reply(), result, cursor);
  }

  private static void store(Call call, SetValue result, ScratchPlace scratch, String event) {
    long size = result.size();
    if (size == 0) {
      storeNothing(call);
      return;
    }
    Key key = call.keyAt(0);
    call.database().create(key, SetValue.TYPE, Entry.NO_EXPIRY).replaceBy(scratch);
    call.notify(EventClass.SET, event, key);
    call.dirty(1);
    call.reply().integer(size);
  }

  private static void storeNothing(Call call) {
    Key key = call.keyAt(0);
    Database db = call.database();
    if (db.remove(key)) {
      call.notify(EventClass.GENERIC, "del", key);
      call.dirty(1);
    }
    call.reply().integer(0);
  }
}
