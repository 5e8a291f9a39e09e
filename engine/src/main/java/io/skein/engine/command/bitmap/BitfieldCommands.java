package io.skein.engine.command.bitmap;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.util.ArrayList;
import java.util.List;

/// BITFIELD and BITFIELD_RO: a string as an array of integers of any width.
final class BitfieldCommands {
  private static final CommandError INVALID_TYPE =
      new CommandError(
          "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but"
              + " i64 is.");
  private static final CommandError INVALID_OVERFLOW =
      new CommandError("ERR Invalid OVERFLOW type specified");
  private static final CommandError ONLY_GET =
      new CommandError("ERR BITFIELD_RO only supports the GET subcommand");

  private enum Verb {
    GET,
    SET,
    INCRBY
  }

  /// One step of a call.
  private record Step(
      Verb verb, Bitfield field, long offset, long operand, Bitfield.Overflow rule) {
    /// The field's bits as they lie in memory, in the lowest bits of a long.
    long read(ByteReader bytes) {
      long last = offset + field.bits() - 1;
      long i = offset >> 3;
      long end = last >> 3;
      long word = 0;
      for (int n = 0; n < Long.BYTES && i <= end; n++) {
        word = word << 8 | bytes.at(i++);
      }
      int behind = 7 - (int) (last & 7);
      if (i <= end) {
        // The field begins within its first byte and ends within its ninth.
        word = word << (8 - behind) | bytes.at(i) >> behind;
      } else {
        word >>>= behind;
      }
      return field.bits() == Long.SIZE ? word : word & ((1L << field.bits()) - 1);
    }

    void write(WritableBits bytes, long value) {
      long rest = value;
      long end = offset + field.bits();
      int left = field.bits();
      while (left > 0) {
        long i = (end - 1) >> 3;
        int low = 7 - (int) ((end - 1) & 7);
        int n = Math.min(left, 8 - low);
        int mask = ((1 << n) - 1) << low;
        bytes.put(i, bytes.at(i) & ~mask | (int) (rest << low) & mask);
        rest >>>= n;
        end -= n;
        left -= n;
      }
    }
  }

  private interface ByteReader {
    int at(long i);
  }

  private final BitOffsets offsets;

  BitfieldCommands(BitOffsets offsets) {
    this.offsets = offsets;
  }

  void declare(CommandTable table) {
    table.add(bitfield());
    table.add(bitfieldRo());
  }

  private Command bitfield() {
    return Command.named("bitfield")
        .group(Group.BITMAP)
        .docs(
            "3.2.0",
            "O(1) for each step",
            "Reads, sets and increments integers of any width within a string.")
        .syntax(
            "key [operation: GET (get-block: encoding offset:integer)"
                + " | (write: [overflow-block: OVERFLOW (WRAP | SAT | FAIL)]"
                + " (write-operation: SET (set-block: encoding offset:integer value:integer)"
                + " | INCRBY (incrby-block: encoding offset:integer increment:integer)))]...")
        .arity(-2)
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE | KeySpec.VARIABLE_FLAGS, 1))
        .keyUse(BitfieldCommands::use)
        .does(call -> run(call, false));
  }

  /// Reads only, if every step does; what is no step is taken for one that writes.
  private static int use(Arguments arguments) {
    int i = 2;
    while (i < arguments.count()) {
      int left = arguments.count() - i;
      if (arguments.is(i, "GET") && left >= 3) {
        i += 3;
      } else if (arguments.is(i, "OVERFLOW") && left >= 2) {
        i += 2;
      } else {
        return KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE;
      }
    }
    return KeySpec.RO | KeySpec.ACCESS;
  }

  private Command bitfieldRo() {
    return Command.named("bitfield_ro")
        .group(Group.BITMAP)
        .docs("6.0.0", "O(1) for each step", "Reads integers of any width within a string.")
        .syntax("key [GET encoding offset:integer]...")
        .arity(-2)
        .flags(CommandFlag.READONLY, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
        .does(call -> run(call, true));
  }

  private void run(Call call, boolean onlyGet) {
    List<Step> steps = steps(call);
    long highest = -1;
    for (Step step : steps) {
      if (step.verb != Verb.GET) {
        highest = Math.max(highest, step.offset + step.field.bits() - 1);
      }
    }
    if (highest < 0) {
      read(call, steps);
    } else if (onlyGet) {
      throw ONLY_GET;
    } else {
      write(call, steps, (int) (highest >> 3) + 1);
    }
  }

  private List<Step> steps(Call call) {
    List<Step> steps = new ArrayList<>();
    Bitfield.Overflow rule = Bitfield.Overflow.WRAP;
    int i = 2;
    while (i < call.count()) {
      int left = call.count() - i - 1;
      if (call.is(i, "overflow") && left >= 1) {
        rule = rule(call, i + 1);
        i += 2;
        continue;
      }
      Verb verb = verb(call, i, left);
      Bitfield field = field(call, i + 1);
      long offset = offsets.ofField(call, i + 2, field.bits());
      long operand = verb == Verb.GET ? 0 : call.integer(i + 3);
      steps.add(new Step(verb, field, offset, operand, rule));
      i += verb == Verb.GET ? 3 : 4;
    }
    return steps;
  }

  private static Verb verb(Call call, int i, int left) {
    if (call.is(i, "get") && left >= 2) {
      return Verb.GET;
    }
    if (call.is(i, "set") && left >= 3) {
      return Verb.SET;
    }
    if (call.is(i, "incrby") && left >= 3) {
      return Verb.INCRBY;
    }
    throw Errors.SYNTAX;
  }

  private static Bitfield.Overflow rule(Call call, int i) {
    if (call.is(i, "wrap")) {
      return Bitfield.Overflow.WRAP;
    }
    if (call.is(i, "sat")) {
      return Bitfield.Overflow.SAT;
    }
    if (call.is(i, "fail")) {
      return Bitfield.Overflow.FAIL;
    }
    throw INVALID_OVERFLOW;
  }

  private static Bitfield field(Call call, int i) {
    int at = call.offset(i);
    int length = call.length(i);
    byte[] b = call.buffer();
    if (length < 2 || b[at] != 'i' && b[at] != 'u') {
      throw INVALID_TYPE;
    }
    boolean signed = b[at] == 'i';
    long bits = Numbers.parseLong(b, at + 1, length - 1);
    if (bits < 1 || bits > (signed ? Long.SIZE : Long.SIZE - 1)) {
      throw INVALID_TYPE;
    }
    return new Bitfield(signed, (int) bits);
  }

  private static void read(Call call, List<Step> steps) {
    BitString bits = BitString.of(call.database().read(call.keyAt(0)));
    call.reply().array(steps.size());
    for (Step step : steps) {
      call.reply().integer(step.field.value(step.read(bits::at)));
    }
  }

  private static void write(Call call, List<Step> steps, int bytes) {
    WritableBits bits = new WritableBits(call.database(), call.keyAt(0), bytes);
    call.reply().array(steps.size());
    int changes = 0;
    for (Step step : steps) {
      Bitfield field = step.field;
      long old = field.value(step.read(bits::at));
      if (step.verb == Verb.GET) {
        call.reply().integer(old);
        continue;
      }
      boolean adds = step.verb == Verb.INCRBY;
      long base = adds ? old : step.operand;
      long increment = adds ? step.operand : 0;
      int way = field.overflows(base, increment);
      if (way != 0 && step.rule == Bitfield.Overflow.FAIL) {
        call.reply().nullBulk();
        continue;
      }
      long sum = base + increment;
      long value = way == 0 ? sum : field.limited(sum, way, step.rule);
      call.reply().integer(adds ? value : old);
      if (bits.grown() || value != old) {
        step.write(bits, value);
        changes++;
      }
    }
    if (changes > 0) {
      call.notify(EventClass.STRING, "setbit", call.keyAt(0));
    }
    // A string that has grown is logged even if every step failed: followers are to have it too.
    call.dirty(changes == 0 && bits.grown() ? 1 : changes);
  }
}
