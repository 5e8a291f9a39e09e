package io.skein.engine.command.bitmap;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;

/// BITCOUNT and BITPOS: bits of a range of a string, in bytes or bits, are counted or looked for.
final class BitSearch {
  private static final CommandError NOT_ZERO_OR_ONE =
      new CommandError("ERR The bit argument must be 1 or 0.");

  void declare(CommandTable table) {
    table.add(bitcount());
    table.add(bitpos());
  }

  private Command bitcount() {
    return Command.named("bitcount")
        .group(Group.BITMAP)
        .docs(
            "2.6.0",
            "O(N), N being the number of bytes.",
            "Counts the bits of a string that are 1.")
        .history("7.0.0", "Options `BYTE` and `BIT`.")
        .syntax("key [range: start:integer end:integer [unit: BYTE | BIT]]")
        .arity(-2)
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::bitcount);
  }

  private void bitcount(Call call) {
    long entry = call.database().read(call.keyAt(0));
    if (entry == 0) {
      call.reply().integer(0);
      return;
    }
    BitString bits = BitString.of(entry);
    int words = call.count();
    if (words == 2) {
      call.reply().integer(bits.count(0, bits.length() - 1));
      return;
    }
    if (words != 4 && words != 5) {
      throw Errors.SYNTAX;
    }
    long start = call.integer(2);
    long end = call.integer(3);
    if (start < 0 && end < 0 && start > end) {
      call.reply().integer(0);
      return;
    }
    boolean inBits = words == 5 && inBits(call, 4);
    long total = inBits ? (long) bits.length() << 3 : bits.length();
    start = first(start, total);
    end = last(end, total);
    if (start > end) {
      call.reply().integer(0);
    } else if (inBits) {
      call.reply().integer(countBits(bits, start, end));
    } else {
      call.reply().integer(bits.count((int) start, (int) end));
    }
  }

  private static long countBits(BitString bits, long start, long end) {
    int from = (int) (start >> 3);
    int to = (int) (end >> 3);
    int before = bits.at(from) & ~(0xff >> (start & 7));
    int behind = bits.at(to) & 0x7f >> (end & 7);
    return bits.count(from, to) - Integer.bitCount(before) - Integer.bitCount(behind);
  }

  private static boolean inBits(Call call, int i) {
    if (call.is(i, "bit")) {
      return true;
    }
    if (call.is(i, "byte")) {
      return false;
    }
    throw Errors.SYNTAX;
  }

  private static long first(long index, long total) {
    return index < 0 ? Math.max(0, total + index) : index;
  }

  private static long last(long index, long total) {
    return Math.min(first(index, total), total - 1);
  }

  private Command bitpos() {
    return Command.named("bitpos")
        .group(Group.BITMAP)
        .docs(
            "2.8.7",
            "O(N), N being the number of bytes.",
            "Returns the position of the first bit of a string that is 0, or that is 1.")
        .history("7.0.0", "Options `BYTE` and `BIT`.")
        .syntax(
            "key bit:integer [range: start:integer [end-unit-block: end:integer [unit: BYTE | BIT]]]")
        .arity(-3)
        .flags(CommandFlag.READONLY)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(this::bitpos);
  }

  private void bitpos(Call call) {
    long bit = call.integer(2);
    if (bit != 0 && bit != 1) {
      throw NOT_ZERO_OR_ONE;
    }
    long entry = call.database().read(call.keyAt(0));
    if (entry == 0) {
      call.reply().integer(-bit);
      return;
    }
    BitString bits = BitString.of(entry);
    int words = call.count();
    if (words > 6) {
      throw Errors.SYNTAX;
    }
    long start = words > 3 ? call.integer(3) : 0;
    boolean inBits = words == 6 && inBits(call, 5);
    long end = words > 4 ? call.integer(4) : -1;
    long total = inBits ? (long) bits.length() << 3 : bits.length();
    start = first(start, total);
    end = last(end, total);
    if (start > end) {
      call.reply().integer(-1);
      return;
    }
    long from = inBits ? start : start << 3;
    long to = inBits ? end : (end << 3) + 7;
    long found = bits.find((int) bit, from, to);
    // Without an end the string goes on forever, with zeros.
    boolean endless = found < 0 && bit == 0 && words <= 4;
    call.reply().integer(endless ? (long) bits.length() << 3 : found);
  }
}
