package io.skein.engine.command.set;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.ScanArguments;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;

/// The commands on the members of one set.
final class MemberCommands {
  private final SetCursor cursor = new SetCursor();
  private final ScanArguments scan = new ScanArguments();

  void declare(CommandTable table) {
    table.add(sadd());
    table.add(srem());
    table.add(sismember());
    table.add(smismember());
    table.add(scard());
    table.add(smembers());
    table.add(smove());
    table.add(sscan());
  }

  private Command sadd() {
    return Command.named("sadd")
        .group(Group.SET)
        .docs(
            "1.0.0",
            "O(N), N being the number of members given.",
            "Adds members to a set, which is created if there is none.")
        .history("2.4.0", "Several members in one call.")
        .syntax("key member...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, 1))
        .does(this::sadd);
  }

  private void sadd(Call call) {
    Key key = call.keyAt(0);
    Database db = call.database();
    SetValue set = db.write(key, SetValue.TYPE);
    int count = call.count();
    if (set == null) {
      set = db.create(key, SetValue.TYPE, Entry.NO_EXPIRY);
      set.begin(call.buffer(), call.offset(2), call.length(2), count - 2);
    } else if (count > 3) {
      set.expect(count - 2);
    }
    int added = 0;
    for (int i = 2; i < count; i++) {
      if (set.add(call.buffer(), call.offset(i), call.length(i))) {
        added++;
      }
    }
    if (added > 0) {
      call.notify(EventClass.SET, "sadd", key);
    }
    call.dirty(added);
    call.reply().integer(added);
  }

  private Command srem() {
    return Command.named("srem")
        .group(Group.SET)
        .docs(
            "1.0.0",
            "O(N), N being the number of members given.",
            "Removes members from a set, and the set with its last member.")
        .history("2.4.0", "Several members in one call.")
        .syntax("key member...")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(this::srem);
  }

  private void srem(Call call) {
    Key key = call.keyAt(0);
    SetValue set = call.database().write(key, SetValue.TYPE);
    if (set == null) {
      call.reply().integer(0);
      return;
    }
    int removed = 0;
    boolean empty = false;
    for (int i = 2; i < call.count() && !empty; i++) {
      if (set.remove(call.buffer(), call.offset(i), call.length(i))) {
        removed++;
        empty = set.size() == 0;
      }
    }
    if (removed > 0) {
      call.notify(EventClass.SET, "srem", key);
      Members.removeIfEmpty(call, key, set);
      call.dirty(removed);
    }
    call.reply().integer(removed);
  }

  private Command sismember() {
    return Command.named("sismember")
        .group(Group.SET)
        .docs("1.0.0", "O(1)", "Tells whether a set has a member.")
        .syntax("key member")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::sismember);
  }

  private void sismember(Call call) {
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    call.reply().integer(set != null && contains(set, call, 2) ? 1 : 0);
  }

  private static boolean contains(SetValue set, Call call, int argument) {
    return set.contains(call.buffer(), call.offset(argument), call.length(argument));
  }

  private Command smismember() {
    return Command.named("smismember")
        .group(Group.SET)
        .docs(
            "6.2.0",
            "O(N), N being the number of members given.",
            "Tells of several members whether a set has them.")
        .syntax("key member...")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::smismember);
  }

  private void smismember(Call call) {
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      call.reply().integer(set != null && contains(set, call, i) ? 1 : 0);
    }
  }

  private Command scard() {
    return Command.named("scard")
        .group(Group.SET)
        .docs("1.0.0", "O(1)", "Returns the number of members of a set.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::scard);
  }

  private void scard(Call call) {
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    call.reply().integer(set == null ? 0 : set.size());
  }

  private Command smembers() {
    return Command.named("smembers")
        .group(Group.SET)
        .docs("1.0.0", "O(N), N being the size of the set.", "Returns all members of a set.")
        .syntax("key")
        .tips("nondeterministic_output_order")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::smembers);
  }

  private void smembers(Call call) {
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    if (set == null) {
      call.reply().set(0);
      return;
    }
    call.reply().set((int) set.size());
    Members.replyAll(call.reply(), set, cursor);
  }

  private Command smove() {
    return Command.named("smove")
        .group(Group.SET)
        .docs("1.0.0", "O(1)", "Moves a member from one set to another.")
        .syntax("source:key destination:key member")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(
            KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.DELETE, 1),
            KeySpec.one(KeySpec.RW | KeySpec.INSERT, 2))
        .does(this::smove);
  }

  private void smove(Call call) {
    Key from = call.keyAt(0);
    Key to = call.keyAt(1);
    Database db = call.database();
    SetValue source = db.write(from, SetValue.TYPE);
    if (source == null) {
      call.reply().integer(0);
      return;
    }
    SetValue target = db.write(to, SetValue.TYPE);
    byte[] b = call.buffer();
    int offset = call.offset(3);
    int length = call.length(3);
    if (from.sameAs(to)) {
      call.reply().integer(source.contains(b, offset, length) ? 1 : 0);
      return;
    }
    if (!source.remove(b, offset, length)) {
      call.reply().integer(0);
      return;
    }
    call.notify(EventClass.SET, "srem", from);
    Members.removeIfEmpty(call, from, source);
    if (target == null) {
      target = db.create(to, SetValue.TYPE, Entry.NO_EXPIRY);
      target.begin(b, offset, length, 1);
    }
    call.dirty(1);
    if (target.add(b, offset, length)) {
      call.dirty(1);
      call.notify(EventClass.SET, "sadd", to);
    }
    call.reply().integer(1);
  }

  private Command sscan() {
    return Command.named("sscan")
        .group(Group.SET)
        .docs(
            "2.8.0",
            "O(1) for a call, O(N) for a whole walk over N members.",
            "Walks over the members of a set a few at a time.")
        .syntax("key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::sscan);
  }

  private void sscan(Call call) {
    long from = ScanArguments.cursor(call, 2);
    SetValue set = call.database().read(call.keyAt(0), SetValue.TYPE);
    if (set == null) {
      ScanArguments.replyNothing(call.reply());
      return;
    }
    scan.read(call, 3, false);
    long next = set.scan(from, scan.count(), cursor);
    Reply found = scan.found(call);
    int matching = 0;
    while (cursor.next()) {
      if (scan.matchesAll() || scan.matches(cursor.text(), 0, cursor.textLength())) {
        Members.reply(found, cursor);
        matching++;
      }
    }
    scan.reply(call, next, matching);
  }
}
