package io.skein.engine.command.hash;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;

/// The commands that set, return and delete fields by name.
final class FieldCommands {
  private final HashCursor cursor = new HashCursor();

  void declare(CommandTable table) {
    table.add(
        set("hset", "Sets fields of a hash, which is created if there is none.")
            .history("4.0.0", "Several fields in one call.")
            .does(this::hset));
    table.add(
        set("hmset", "Sets fields of a hash.")
            .deprecated("4.0.0", "`HSET` with several fields")
            .does(this::hmset));
    table.add(hsetnx());
    table.add(
        get("hget", "key field", "O(1)", "Returns the value of a field of a hash.")
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(this::hget));
    table.add(
        get(
                "hmget",
                "key field...",
                "O(N), N being the number of fields given.",
                "Returns the values of several fields of a hash.")
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(this::hmget));
    table.add(
        get("hexists", "key field", "O(1)", "Tells whether a hash has a field.")
            .keys(KeySpec.one(KeySpec.RO, 1))
            .does(this::hexists));
    table.add(hstrlen());
    table.add(hdel());
  }

  private static Command set(String name, String summary) {
    return Command.named(name)
        .group(Group.HASH)
        .docs("2.0.0", "O(N), N being the number of fields given.", summary)
        .syntax("key (data: field value)...")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1));
  }

  private static Command get(String name, String syntax, String cost, String summary) {
    return Command.named(name)
        .group(Group.HASH)
        .docs("2.0.0", cost, summary)
        .syntax(syntax)
        .flags(CommandFlag.READONLY, CommandFlag.FAST);
  }

  private void hset(Call call) {
    call.reply().integer(setAll(call));
  }

  private void hmset(Call call) {
    setAll(call);
    call.reply().ok();
  }

  /// Sets all fields and returns how many are new.
  private static int setAll(Call call) {
    int count = call.count();
    if (count % 2 != 0) {
      throw Errors.wrongArity(call.command().fullName());
    }
    Key key = call.keyAt(0);
    HashValue hash = call.database().open(key, HashValue.TYPE);
    Fields.expect(call, hash, 2, count);
    int created = 0;
    for (int i = 2; i < count; i += 2) {
      created += Fields.set(call, hash, i, false) ? 1 : 0;
    }
    call.notify(EventClass.HASH, "hset", key);
    call.dirty((count - 2) / 2);
    return created;
  }

  private Command hsetnx() {
    return Command.named("hsetnx")
        .group(Group.HASH)
        .docs("2.0.0", "O(1)", "Sets a field of a hash if it has no such field yet.")
        .syntax("key field value")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.INSERT, 1))
        .does(this::hsetnx);
  }

  private void hsetnx(Call call) {
    Key key = call.keyAt(0);
    HashValue hash = Fields.open(call, 2, 3, 1, cursor);
    if (Fields.find(call, hash, 2, cursor)) {
      call.reply().integer(0);
      return;
    }
    Fields.expect(call, hash, 2, 4);
    Fields.set(call, hash, 2, false);
    call.notify(EventClass.HASH, "hset", key);
    call.dirty(1);
    call.reply().integer(1);
  }

  private void hget(Call call) {
    Fields.replyValue(call, Fields.read(call, 2, 3, cursor), 2, cursor);
  }

  private void hmget(Call call) {
    int count = call.count();
    HashValue hash = Fields.read(call, 2, count, cursor);
    call.reply().array(count - 2);
    for (int i = 2; i < count; i++) {
      Fields.replyValue(call, hash, i, cursor);
    }
  }

  private void hexists(Call call) {
    HashValue hash = Fields.read(call, 2, 3, cursor);
    call.reply().integer(hash != null && Fields.find(call, hash, 2, cursor) ? 1 : 0);
  }

  private Command hstrlen() {
    return Command.named("hstrlen")
        .group(Group.HASH)
        .docs("3.2.0", "O(1)", "Returns the length of the value of a field of a hash.")
        .syntax("key field")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::hstrlen);
  }

  private void hstrlen(Call call) {
    HashValue hash = Fields.read(call, 2, 3, cursor);
    boolean found = hash != null && Fields.find(call, hash, 2, cursor);
    call.reply().integer(found ? cursor.value().textLength() : 0);
  }

  private Command hdel() {
    return Command.named("hdel")
        .group(Group.HASH)
        .docs(
            "2.0.0",
            "O(N), N being the number of fields given.",
            "Deletes fields of a hash, and the hash with its last field.")
        .history("2.4.0", "Several fields in one call.")
        .syntax("key field...")
        .flags(CommandFlag.WRITE, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
        .does(this::hdel);
  }

  private void hdel(Call call) {
    Key key = call.keyAt(0);
    HashValue hash = call.database().write(key, HashValue.TYPE);
    if (hash == null) {
      call.reply().integer(0);
      return;
    }
    int deleted = 0;
    boolean empty = false;
    for (int i = 2; i < call.count() && !empty; i++) {
      if (hash.remove(call.buffer(), call.offset(i), call.length(i))) {
        deleted++;
        empty = hash.size() == 0;
      }
    }
    if (deleted > 0) {
      call.notify(EventClass.HASH, "hdel", key);
      Fields.removeIfEmpty(call, key, hash);
      call.dirty(deleted);
    }
    call.reply().integer(deleted);
  }
}
