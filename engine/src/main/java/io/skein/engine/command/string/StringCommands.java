package io.skein.engine.command.string;

import io.skein.engine.bytes.Memory;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.Options;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// GET, SET and their kin.
public final class StringCommands {
  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("get")
            .group(Group.STRING)
            .docs("1.0.0", "O(1)", "Returns the string value of a key.")
            .syntax("key")
            .flags(CommandFlag.READONLY, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(this::get));
    table.add(
        Command.named("set")
            .group(Group.STRING)
            .docs("1.0.0", "O(1)", "Sets a key to a string, whatever it was before.")
            .syntax(
                "key value [condition: NX | XX] [GET] [expiration: EX seconds:integer | PX"
                    + " milliseconds:integer | EXAT unix-time-seconds:unix-time | PXAT"
                    + " unix-time-milliseconds:unix-time | KEEPTTL]")
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(
                KeySpec.one(
                    KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE | KeySpec.VARIABLE_FLAGS, 1))
            .does(this::set));
  }

  private void get(Call call) {
    long entry = call.database().read(call.keyAt(0));
    if (entry == 0) {
      call.reply().nullBulk();
    } else {
      replyString(call, entry);
    }
  }

  private static void replyString(Call call, long entry) {
    int kind = Entry.kind(entry);
    if (kind == EntryKind.STRING_INT) {
      call.reply().bulkInteger(Memory.getLong(Entry.valueAddress(entry)));
    } else if (EntryKind.isString(kind)) {
      call.reply().bulk(Entry.valueAddress(entry), Entry.valueLength(entry));
    } else {
      throw Errors.WRONG_TYPE;
    }
  }

  private void set(Call call) {
    Key key = call.keyAt(0);
    Database db = call.database();
    if (call.count() == 3) {
      db.setString(key, call.buffer(), call.offset(2), call.length(2), Entry.NO_EXPIRY);
      call.dirty(1);
      call.reply().ok();
      return;
    }
    Options options = call.options(3);
    long expiry = expiry(call, options);
    long entry = db.write(key);
    int mark = call.reply().size();
    if (options.has("GET")) {
      if (entry == 0) {
        call.reply().nullBulk();
      } else {
        replyString(call, entry);
      }
    }
    if (options.has("NX") && entry != 0 || options.has("XX") && entry == 0) {
      if (!options.has("GET")) {
        call.reply().nullBulk();
      }
      return;
    }
    db.setString(key, call.buffer(), call.offset(2), call.length(2), expiry);
    call.dirty(1);
    if (expiry >= 0) {
      call.logAs("SET", key.toByteArray(), call.bytes(2), "PXAT", expiry);
    }
    if (call.reply().size() == mark) {
      call.reply().ok();
    }
  }

  private static long expiry(Call call, Options options) {
    if (options.has("KEEPTTL")) {
      return Database.KEEP_EXPIRY;
    }
    for (String token : new String[] {"EX", "PX", "EXAT", "PXAT"}) {
      int operand = options.operand(token);
      if (operand > 0) {
        long value = call.integer(operand);
        boolean seconds = token.startsWith("EX");
        boolean absolute = token.endsWith("AT");
        if (value <= 0 || seconds && value > Long.MAX_VALUE / 1000) {
          throw Errors.invalidExpire(call.command().fullName());
        }
        long ms = seconds ? value * 1000 : value;
        if (!absolute && ms > Long.MAX_VALUE - call.nowMs()) {
          throw Errors.invalidExpire(call.command().fullName());
        }
        return absolute ? ms : ms + call.nowMs();
      }
    }
    return Entry.NO_EXPIRY;
  }
}
