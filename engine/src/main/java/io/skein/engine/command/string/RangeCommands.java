package io.skein.engine.command.string;

import io.skein.engine.bytes.Memory;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// Commands on a part of a string: APPEND, STRLEN, SETRANGE, GETRANGE.
final class RangeCommands {
  /// What one entry can hold beside a key of the greatest length that leaves room for anything.
  private static final long LONGEST = Integer.MAX_VALUE - (1L << 20);

  private final Settings settings;

  RangeCommands(Settings settings) {
    this.settings = settings;
  }

  void declare(CommandTable table) {
    table.add(append());
    table.add(strlen());
    table.add(setrange());
    table.add(
        getrange("getrange", "2.4.0", "Returns the bytes of a string from one index to another."));
    table.add(
        getrange("substr", "1.0.0", "Returns a part of a string.")
            .deprecated("2.0.0", "`GETRANGE`"));
  }

  private Command append() {
    return Command.named("append")
        .group(Group.STRING)
        .docs(
            "2.0.0",
            "O(1) for each byte added: a string that grows by appending gets room in advance.",
            "Adds bytes at the end of a string, which is empty if the key is absent.")
        .syntax("key value")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, 1))
        .does(this::append);
  }

  private void append(Call call) {
    Key key = call.keyAt(0);
    Database db = call.database();
    int added = call.length(2);
    long entry = db.write(key);
    if (entry == 0) {
      db.setString(key, call.buffer(), call.offset(2), added, Entry.NO_EXPIRY);
      call.reply().integer(added);
    } else {
      Strings.check(entry);
      int old = Strings.length(entry);
      checkLength(call, old, added);
      long value = db.resizeString(key, old + added);
      Memory.copy(call.buffer(), call.offset(2), value + old, added);
      call.reply().integer(old + added);
    }
    call.notify(EventClass.STRING, "append", key);
    call.dirty(1);
  }

  /// Refuses a string that would be longer than a client may send one.
  private void checkLength(Call call, long size, long more) {
    long total = size + more;
    long limit = settings.number(NetworkSettings.PROTO_MAX_BULK_LEN);
    if (total < 0 || total > LONGEST || total > limit && !call.isFromPrimary()) {
      throw Errors.STRING_TOO_LONG;
    }
  }

  private Command strlen() {
    return Command.named("strlen")
        .group(Group.STRING)
        .docs("2.2.0", "O(1)", "Returns the length of a string in bytes, 0 for an absent key.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::strlen);
  }

  private void strlen(Call call) {
    long entry = call.database().read(call.keyAt(0));
    if (entry != 0) {
      Strings.check(entry);
    }
    call.reply().integer(Strings.length(entry));
  }

  private Command setrange() {
    return Command.named("setrange")
        .group(Group.STRING)
        .docs(
            "2.2.0",
            "O(M), M being the length of the value, when the string need not be moved.",
            "Overwrites bytes of a string from an offset on, and makes it longer where needed.")
        .syntax("key offset:integer value")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::setrange);
  }

  private void setrange(Call call) {
    long offset = call.integer(2);
    if (offset < 0) {
      throw Errors.OFFSET_OUT_OF_RANGE;
    }
    Key key = call.keyAt(0);
    Database db = call.database();
    int written = call.length(3);
    long entry = db.write(key);
    if (entry != 0) {
      Strings.check(entry);
    }
    int old = Strings.length(entry);
    if (written == 0) {
      call.reply().integer(old);
      return;
    }
    checkLength(call, offset, written);
    int length = Math.max(old, (int) offset + written);
    long value = entry == 0 ? db.setZeros(key, length) : db.resizeString(key, length);
    Memory.copy(call.buffer(), call.offset(3), value + offset, written);
    call.notify(EventClass.STRING, "setrange", key);
    call.dirty(1);
    call.reply().integer(length);
  }

  private Command getrange(String name, String since, String summary) {
    return Command.named(name)
        .group(Group.STRING)
        .docs(since, "O(N), N being the number of bytes returned.", summary)
        .syntax("key start:integer end:integer")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::getrange);
  }

  private void getrange(Call call) {
    long start = call.integer(2);
    long end = call.integer(3);
    long entry = call.database().read(call.keyAt(0));
    if (entry != 0) {
      Strings.check(entry);
    }
    long length = Strings.length(entry);
    boolean reversed = start < 0 && end < 0 && start > end;
    long from = Math.max(0, start < 0 ? start + length : start);
    long to = Math.min(length - 1, Math.max(0, end < 0 ? end + length : end));
    if (reversed || from > to) {
      call.reply().bulk(new byte[0]);
    } else if (Entry.kind(entry) == EntryKind.STRING_INT) {
      call.reply().bulk(Strings.text(entry), (int) from, (int) (to - from + 1));
    } else {
      call.reply().bulk(Entry.valueAddress(entry) + from, (int) (to - from + 1));
    }
  }
}
