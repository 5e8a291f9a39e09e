package io.skein.engine.command.string;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.Options;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import java.util.HexFormat;

/// What came after Redis 7.2 for those who change a string only if it is what they think it is:
/// DELEX, DIGEST and MSETEX of Redis 8.4, DELIFEQ of Valkey 9.
///
/// They are logged as what they did, in commands that every version knows.
final class CompareCommands {
  private static final CommandError NO_CONDITION =
      new CommandError("ERR Invalid condition. Use IFEQ, IFNE, IFDEQ, or IFDNE");
  private static final CommandError NO_STRING =
      new CommandError("ERR Key should be of string type if conditions are specified");
  private static final CommandError NO_COUNT = new CommandError("ERR invalid numkeys value");
  private static final CommandError OTHER_COUNT =
      new CommandError("ERR wrong number of key-value pairs");

  private static final byte[] DEL = Strings.ascii("DEL");
  private static final byte[] SET = Strings.ascii("SET");
  private static final byte[] MSET = Strings.ascii("MSET");
  private static final byte[] PXAT = Strings.ascii("PXAT");
  private static final byte[] KEEPTTL = Strings.ascii("KEEPTTL");

  void declare(CommandTable table) {
    table.add(
        Command.named("delex")
            .group(Group.STRING)
            .docs(
                "8.4.0",
                "O(N), N being the length of the string.",
                "Deletes a key if its string, or the digest of it, is or is not what is given.")
            .syntax("key [condition: IFEQ value | IFNE value | IFDEQ digest | IFDNE digest]")
            .arity(-2)
            .flags(CommandFlag.WRITE, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RW | KeySpec.DELETE, 1))
            .does(this::delex));
    table.add(
        Command.named("delifeq")
            .group(Group.STRING)
            .docs("9.0.0", "O(1)", "Deletes a key if its string is the one that is given.")
            .syntax("key value")
            .flags(CommandFlag.WRITE, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RM | KeySpec.ACCESS | KeySpec.DELETE, 1))
            .does(this::delifeq));
    table.add(
        Command.named("digest")
            .group(Group.STRING)
            .docs(
                "8.4.0",
                "O(N), N being the length of the string.",
                "Returns the XXH3 hash of a string in hexadecimal.")
            .syntax("key")
            .flags(CommandFlag.READONLY, CommandFlag.FAST)
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(this::digest));
    table.add(
        Command.named("msetex")
            .group(Group.STRING)
            .docs(
                "8.4.0",
                "O(N), N being the number of keys.",
                "Sets several keys to strings that expire together, if all or none of them exist.")
            .syntax(
                "numkeys:integer (data: key value)... [condition: NX | XX] [expiration: "
                    + StringCommands.EXPIRATION
                    + "KEEPTTL]")
            .tips("request_policy:multi_shard", "response_policy:all_succeeded")
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(new KeySpec(KeySpec.OW | KeySpec.UPDATE, 1, "", true, 1, 2, 0))
            .does(this::msetex));
  }

  private void delex(Call call) {
    if (call.count() != 2 && call.count() != 4) {
      throw Errors.wrongArity(call.command().fullName());
    }
    Key key = call.keyAt(0);
    long entry = call.database().write(key);
    if (call.count() == 4) {
      Comparison condition = Comparison.at(call, 2);
      if (entry != 0 && !EntryKind.isString(Entry.kind(entry))) {
        throw NO_STRING;
      }
      if (condition == null) {
        throw NO_CONDITION;
      }
      if (entry != 0 && !condition.holds(entry, call, 3)) {
        call.reply().integer(0);
        return;
      }
    }
    delete(call, key, entry);
  }

  private static void delete(Call call, Key key, long entry) {
    if (entry != 0) {
      call.database().remove(key);
      call.notify(EventClass.GENERIC, "del", key);
      call.dirty(1);
      call.logAs(DEL, key.toByteArray());
    }
    call.reply().integer(entry == 0 ? 0 : 1);
  }

  private void delifeq(Call call) {
    Key key = call.keyAt(0);
    long entry = call.database().write(key);
    if (entry != 0) {
      Strings.check(entry);
    }
    delete(call, key, Comparison.IFEQ.holds(entry, call, 2) ? entry : 0);
  }

  private void digest(Call call) {
    long entry = call.database().read(call.keyAt(0));
    if (entry == 0) {
      call.reply().nullBulk();
      return;
    }
    Strings.check(entry);
    call.reply().bulk(HexFormat.of().toHexDigits(Comparison.digest(entry)));
  }

  private void msetex(Call call) {
    long count = call.integer(1, 1, Integer.MAX_VALUE, NO_COUNT);
    if (count > (call.count() - 2) / 2) {
      throw OTHER_COUNT;
    }
    int keys = (int) count;
    Options options = call.options(2 + 2 * keys);
    long expiry = StringCommands.expiry(call, options);
    boolean keep = options.has("KEEPTTL");
    Database db = call.database();
    for (int i = 0; i < keys; i++) {
      boolean exists = db.write(call.keyAt(i)) != 0;
      if (exists ? options.has("NX") : options.has("XX")) {
        call.reply().integer(0);
        return;
      }
    }
    for (int i = 0; i < keys; i++) {
      int value = 3 + 2 * i;
      long time = keep ? Database.KEEP_EXPIRY : expiry;
      db.setString(call.keyAt(i), call.buffer(), call.offset(value), call.length(value), time);
      call.notify(EventClass.STRING, "set", call.keyAt(i));
      if (expiry != Entry.NO_EXPIRY) {
        call.notify(EventClass.GENERIC, "expire", call.keyAt(i));
      }
    }
    call.dirty(keys);
    if (call.isFollowed()) {
      log(call, keys, keep, expiry);
    }
    call.reply().integer(1);
  }

  private static void log(Call call, int keys, boolean keep, long expiry) {
    if (!keep && expiry == Entry.NO_EXPIRY) {
      byte[][] all = new byte[1 + 2 * keys][];
      all[0] = MSET;
      for (int i = 1; i < all.length; i++) {
        all[i] = call.bytes(i + 1);
      }
      call.logAs(all);
      return;
    }
    for (int i = 0; i < keys; i++) {
      byte[] key = call.bytes(2 + 2 * i);
      byte[] value = call.bytes(3 + 2 * i);
      if (keep) {
        call.logAs(SET, key, value, KEEPTTL);
      } else {
        call.logAs(SET, key, value, PXAT, Numbers.toBytes(expiry));
      }
    }
  }
}
