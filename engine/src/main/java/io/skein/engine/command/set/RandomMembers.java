package io.skein.engine.command.set;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.ScratchPlace;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/// SPOP and SRANDMEMBER: members chosen at random.
final class RandomMembers {
  private static final byte[] SREM = "SREM".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);
  private static final CommandError OUT_OF_RANGE =
      Errors.notBetween(-Long.MAX_VALUE, Long.MAX_VALUE);

  /// A set is put together anew where SPOP leaves less than this part of what it takes.
  private static final int REBUILD_FACTOR = 5;

  /// Members are drawn one by one where they are less than this part of the set.
  private static final int DRAW_FACTOR = 3;

  /// How many members one logged SREM removes at most.
  private static final int MOST_LOGGED = 1024;

  private final Settings settings;
  private final SplittableRandom random;
  private final SetCursor cursor = new SetCursor();

  RandomMembers(Settings settings, long seed) {
    this.settings = settings;
    this.random = new SplittableRandom(seed);
  }

  void declare(CommandTable table) {
    table.add(spop());
    table.add(srandmember());
  }

  // --- SPOP ---

  private Command spop() {
    return Command.named("spop")
        .group(Group.SET)
        .docs(
            "1.0.0",
            "O(1) without a count, else O(N), N being the count.",
            "Removes members chosen at random from a set and returns them.")
        .history("3.2.0", "Argument `count`.")
        .syntax("key [count:integer]")
        .tips("nondeterministic_output")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1))
        .does(this::spop);
  }

  private void spop(Call call) {
    if (call.count() > 3) {
      throw Errors.SYNTAX;
    }
    if (call.count() == 3) {
      popSeveral(call, call.integer(2, 0, Long.MAX_VALUE, Errors.NOT_POSITIVE));
      return;
    }
    Key key = call.keyAt(0);
    SetValue set = call.database().write(key, SetValue.TYPE);
    if (set == null) {
      call.reply().nullBulk();
      return;
    }
    set.random(random.nextLong(), cursor);
    byte[] member = cursor.toByteArray();
    set.removeCurrent(cursor);
    call.notify(EventClass.SET, "spop", key);
    if (call.isFollowed()) {
      call.logAs(SREM, key.toByteArray(), member);
    }
    call.reply().bulk(member);
    Members.removeIfEmpty(call, key, set);
    call.dirty(1);
  }

  private void popSeveral(Call call, long count) {
    Key key = call.keyAt(0);
    SetValue set = call.database().write(key, SetValue.TYPE);
    if (set == null || count == 0) {
      call.reply().set(0);
      return;
    }
    long size = set.size();
    if (count >= size) {
      popAll(call, key, set);
      return;
    }
    call.reply().set((int) count);
    List<byte[]> popped = new ArrayList<>((int) count);
    if ((size - count) * REBUILD_FACTOR > count) {
      drawOut(set, count, popped);
    } else {
      leaveOnly(set, size - count, popped);
    }
    for (byte[] member : popped) {
      call.reply().bulk(member);
    }
    call.notify(EventClass.SET, "spop", key);
    call.dirty(count);
    log(call, key, popped);
  }

  private void popAll(Call call, Key key, SetValue set) {
    long size = set.size();
    call.reply().set((int) size);
    Members.replyAll(call.reply(), set, cursor);
    boolean lazily = settings.isOn(MemorySettings.LAZYFREE_LAZY_SERVER_DEL);
    call.database().remove(key, lazily);
    call.notify(EventClass.SET, "spop", key);
    call.notify(EventClass.GENERIC, "del", key);
    call.dirty(size);
    call.logAs(lazily ? UNLINK : DEL, key.toByteArray());
  }

  /// Removes `count` members, few of many.
  private void drawOut(SetValue set, long count, List<byte[]> popped) {
    if (set.hasRandomAccess()) {
      for (long i = 0; i < count; i++) {
        set.random(random.nextLong(), cursor);
        popped.add(cursor.toByteArray());
        set.removeCurrent(cursor);
      }
      return;
    }
    Selection selection = new Selection(count, set.size());
    set.members(cursor);
    while (selection.isOpen() && cursor.next()) {
      if (selection.takes()) {
        popped.add(cursor.toByteArray());
      }
    }
    for (byte[] member : popped) {
      set.remove(member, 0, member.length);
    }
  }

  /// Removes all but `count` members, many of few.
  private void leaveOnly(SetValue set, long count, List<byte[]> popped) {
    try (ScratchPlace scratch = set.scratch()) {
      SetValue left = scratch.create(SetValue.TYPE);
      if (set.kind() != EntryKind.SET_INTSET) {
        left.beginListpack();
      }
      Selection selection = new Selection(count, set.size());
      set.members(cursor);
      while (cursor.next()) {
        if (selection.takes()) {
          left.add(cursor);
        } else {
          popped.add(cursor.toByteArray());
        }
      }
      set.replaceBy(scratch);
    }
  }

  private static void log(Call call, Key key, List<byte[]> popped) {
    for (int from = 0; from < popped.size(); from += MOST_LOGGED) {
      List<byte[]> part = popped.subList(from, Math.min(from + MOST_LOGGED, popped.size()));
      byte[][] arguments = new byte[part.size() + 2][];
      arguments[0] = SREM;
      arguments[1] = key.toByteArray();
      for (int i = 0; i < part.size(); i++) {
        arguments[i + 2] = part.get(i);
      }
      call.logAs(arguments);
    }
  }

  // --- SRANDMEMBER ---

  private Command srandmember() {
    return Command.named("srandmember")
        .group(Group.SET)
        .docs(
            "1.0.0",
            "O(1) without a count, else O(N), N being the absolute value of the count.",
            "Returns members chosen at random from a set.")
        .history("2.6.0", "Argument `count`.")
        .syntax("key [count:integer]")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::srandmember);
  }

  private void srandmember(Call call) {
    if (call.count() > 3) {
      throw Errors.SYNTAX;
    }
    if (call.count() == 3) {
      long count = call.integer(2);
      if (count == Long.MIN_VALUE) {
        throw OUT_OF_RANGE;
      }
      drawSeveral(call, count);
      return;
    }
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    if (set == null) {
      call.reply().nullBulk();
      return;
    }
    set.random(random.nextLong(), cursor);
    Members.reply(call.reply(), cursor);
  }

  private void drawSeveral(Call call, long count) {
    Reply reply = call.reply();
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    if (set == null || count == 0) {
      reply.array(0);
      return;
    }
    if (count < 0 || count == 1) {
      drawWithRepetition(reply, set, Math.abs(count));
      return;
    }
    long size = set.size();
    reply.array((int) Math.min(count, size));
    if (count >= size) {
      Members.replyAll(reply, set, cursor);
    } else if (set.hasRandomAccess() && count <= size / DRAW_FACTOR) {
      drawDistinct(reply, set, count);
    } else {
      Selection selection = new Selection(count, size);
      set.members(cursor);
      while (selection.isOpen() && cursor.next()) {
        if (selection.takes()) {
          Members.reply(reply, cursor);
        }
      }
    }
  }

  private void drawWithRepetition(Reply reply, SetValue set, long count) {
    if (count > Integer.MAX_VALUE) {
      throw new CommandError("ERR reply is larger than 2 GB");
    }
    reply.array((int) count);
    for (long i = 0; i < count; i++) {
      set.random(random.nextLong(), cursor);
      Members.reply(reply, cursor);
    }
  }

  private void drawDistinct(Reply reply, SetValue set, long count) {
    Set<Long> drawn = new HashSet<>();
    while (drawn.size() < count) {
      set.random(random.nextLong(), cursor);
      if (drawn.add(set.identity(cursor))) {
        Members.reply(reply, cursor);
      }
    }
  }

  /// Chooses some of the members that a walk meets, all with the same probability (selection
  /// sampling; Fan, Muller and Rezucha, 1962).
  private final class Selection {
    private long wanted;
    private long left;

    Selection(long wanted, long of) {
      this.wanted = wanted;
      this.left = of;
    }

    boolean isOpen() {
      return wanted > 0;
    }

    /// Whether the next member is one of the chosen.
    boolean takes() {
      boolean taken = random.nextLong(left) < wanted;
      left--;
      wanted -= taken ? 1 : 0;
      return taken;
    }
  }
}
