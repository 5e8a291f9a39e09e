package io.skein.engine.command.generic;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.structure.Entry;

/// When a key will expire: as what is left or as a moment, in seconds or milliseconds.
final class TtlCommands {
  private static final int NO_KEY = -2;
  private static final int NO_EXPIRY = -1;

  void declare(CommandTable table) {
    table.add(
        ttl("ttl", "1.0.0", "Returns how many seconds a key has left.", 1000, true)
            .tips("nondeterministic_output")
            .history("2.8.0", "Answers -2 for an absent key."));
    table.add(
        ttl("pttl", "2.6.0", "Returns how many milliseconds a key has left.", 1, true)
            .tips("nondeterministic_output")
            .history("2.8.0", "Answers -2 for an absent key."));
    table.add(ttl("expiretime", "7.0.0", "Returns the Unix time of a key's end.", 1000, false));
    table.add(
        ttl(
            "pexpiretime",
            "7.0.0",
            "Returns the Unix time of a key's end in milliseconds.",
            1,
            false));
  }

  private static Command ttl(
      String name, String since, String summary, int unitMs, boolean relative) {
    return Command.named(name)
        .group(Group.GENERIC)
        .docs(since, "O(1)", summary)
        .syntax("key")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(call -> ttl(call, unitMs, relative));
  }

  private static void ttl(Call call, int unitMs, boolean relative) {
    long entry = call.database().ask(call.keyAt(0));
    if (entry == 0) {
      call.reply().integer(NO_KEY);
    } else if (!Entry.hasExpiry(entry)) {
      call.reply().integer(NO_EXPIRY);
    } else {
      long ms = Math.max(0, Entry.expiryMs(entry) - (relative ? call.nowMs() : 0));
      call.reply().integer(unitMs == 1 ? ms : (ms + unitMs / 2) / unitMs);
    }
  }
}
