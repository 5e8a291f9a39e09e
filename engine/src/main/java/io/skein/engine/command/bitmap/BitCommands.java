package io.skein.engine.command.bitmap;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.resp.CommandError;

/// SETBIT and GETBIT: one bit of a string.
final class BitCommands {
  private static final CommandError NOT_A_BIT =
      new CommandError("ERR bit is not an integer or out of range");

  private final BitOffsets offsets;

  BitCommands(BitOffsets offsets) {
    this.offsets = offsets;
  }

  void declare(CommandTable table) {
    table.add(setbit());
    table.add(getbit());
  }

  private Command setbit() {
    return Command.named("setbit")
        .group(Group.BITMAP)
        .docs(
            "2.2.0",
            "O(1)",
            "Sets one bit of a string, which is made long enough, and returns what it was.")
        .syntax("key offset:integer value:integer")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .brief()
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 1))
        .does(this::setbit);
  }

  private void setbit(Call call) {
    long offset = offsets.at(call, 2);
    int on = (int) call.integer(3, 0, 1, NOT_A_BIT);
    long i = offset >> 3;
    int shift = 7 - (int) (offset & 7);
    WritableBits bits = new WritableBits(call.database(), call.keyAt(0), (int) i + 1);
    int old = bits.at(i);
    int was = old >> shift & 1;
    if (bits.grown() || was != on) {
      bits.put(i, old & ~(1 << shift) | on << shift);
      call.notify(EventClass.STRING, "setbit", call.keyAt(0));
      call.dirty(1);
    }
    call.reply().integer(was);
  }

  private Command getbit() {
    return Command.named("getbit")
        .group(Group.BITMAP)
        .docs("2.2.0", "O(1)", "Returns one bit of a string; behind its end all bits are 0.")
        .syntax("key offset:integer")
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::getbit);
  }

  private void getbit(Call call) {
    long offset = offsets.at(call, 2);
    BitString bits = BitString.of(call.database().read(call.keyAt(0)));
    call.reply().integer(bits.at(offset >> 3) >> (7 - (offset & 7)) & 1);
  }
}
