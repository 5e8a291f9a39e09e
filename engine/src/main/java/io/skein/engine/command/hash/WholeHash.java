package io.skein.engine.command.hash;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.ScanArguments;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;

/// The commands on a hash as a whole: its size, and all its fields and values.
final class WholeHash {
  private final HashCursor cursor = new HashCursor();
  private final ScanArguments scan = new ScanArguments();

  void declare(CommandTable table) {
    table.add(hlen());
    table.add(
        all("hgetall", "Returns all fields of a hash with their values.").does(this::hgetall));
    table.add(all("hkeys", "Returns all fields of a hash.").does(call -> list(call, true)));
    table.add(
        all("hvals", "Returns the values of all fields of a hash.")
            .does(call -> list(call, false)));
    table.add(hscan());
  }

  private Command hlen() {
    return Command.named("hlen")
        .group(Group.HASH)
        .docs("2.0.0", "O(1)", "Returns the number of fields of a hash.")
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO, 1))
        .does(this::hlen);
  }

  private void hlen(Call call) {
    HashValue hash = Fields.read(call);
    call.reply().integer(hash == null ? 0 : hash.size());
  }

  private static Command all(String name, String summary) {
    return Command.named(name)
        .group(Group.HASH)
        .docs("2.0.0", "O(N), N being the number of fields of the hash.", summary)
        .syntax("key")
        .tips("nondeterministic_output_order")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1));
  }

  private void hgetall(Call call) {
    HashValue hash = Fields.read(call);
    Reply reply = call.reply();
    if (hash == null) {
      reply.map(0);
      return;
    }
    long hiddenBeforeMs = Fields.hiddenBeforeMs(call, hash);
    reply.map(Fields.shown(hash, hiddenBeforeMs, cursor));
    hash.fields(cursor);
    while (cursor.next()) {
      if (!cursor.isExpired(hiddenBeforeMs)) {
        Fields.reply(reply, cursor.field());
        Fields.reply(reply, cursor.value());
      }
    }
  }

  private void list(Call call, boolean names) {
    HashValue hash = Fields.read(call);
    Reply reply = call.reply();
    if (hash == null) {
      reply.array(0);
      return;
    }
    long hiddenBeforeMs = Fields.hiddenBeforeMs(call, hash);
    reply.array(Fields.shown(hash, hiddenBeforeMs, cursor));
    hash.fields(cursor);
    while (cursor.next()) {
      if (!cursor.isExpired(hiddenBeforeMs)) {
        Fields.reply(reply, names ? cursor.field() : cursor.value());
      }
    }
  }

  private Command hscan() {
    return Command.named("hscan")
        .group(Group.HASH)
        .docs(
            "2.8.0",
            "O(1) for a call, O(N) for a whole walk over N fields.",
            "Walks over the fields of a hash, with their values, a few at a time.")
        .history("7.4.0", "Option `NOVALUES`.")
        .syntax("key cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [NOVALUES]")
        .tips("nondeterministic_output")
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::hscan);
  }

  private void hscan(Call call) {
    long from = ScanArguments.cursor(call, 2);
    HashValue hash = Fields.read(call);
    if (hash == null) {
      ScanArguments.replyNothing(call.reply());
      return;
    }
    scan.read(call, 3, true);
    long next = hash.scan(from, scan.count(), cursor);
    Reply found = scan.found(call);
    long hiddenBeforeMs = Fields.hiddenBeforeMs(call, hash);
    int matching = 0;
    while (cursor.next()) {
      if (cursor.isExpired(hiddenBeforeMs)) {
        continue;
      }
      if (scan.matchesAll()
          || scan.matches(cursor.field().text(), 0, cursor.field().textLength())) {
        Fields.reply(found, cursor.field());
        matching++;
        if (scan.valuesWanted()) {
          Fields.reply(found, cursor.value());
          matching++;
        }
      }
    }
    scan.reply(call, next, matching);
  }
}
