package io.skein.engine.command.bitmap;

import io.skein.engine.bytes.Memory;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import java.util.Arrays;
import java.util.Locale;

/// BITOP: strings combined bit by bit into another.
final class BitOperation {
  private static final CommandError NOT_OF_SEVERAL =
      new CommandError("ERR BITOP NOT must be called with a single source key.");

  private enum Operation {
    AND,
    OR,
    XOR,
    NOT
  }

  void declare(CommandTable table) {
    table.add(
        Command.named("bitop")
            .group(Group.BITMAP)
            .docs(
                "2.6.0",
                "O(N), N being the number of bytes of the longest string.",
                "Combines strings bit by bit, the shorter ones filled up with zeros, and stores what"
                    + " results.")
            .syntax("(operation: AND | OR | XOR | NOT) destkey:key key...")
            .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
            .keys(
                KeySpec.one(KeySpec.OW | KeySpec.UPDATE, 2),
                KeySpec.range(KeySpec.RO | KeySpec.ACCESS, 3, -1, 1))
            .does(this::bitop));
  }

  private void bitop(Call call) {
    Operation operation = operation(call);
    if (operation == Operation.NOT && call.count() != 4) {
      throw NOT_OF_SEVERAL;
    }
    Database db = call.database();
    Key target = call.keyAt(0);
    int count = call.keyCount() - 1;
    int longest = 0;
    boolean inPlace = false;
    for (int n = 1; n <= count; n++) {
      longest = Math.max(longest, BitString.of(db.read(call.keyAt(n))).length());
      inPlace |= same(call, n);
    }
    if (longest > 0) {
      inPlace &= db.peek(target) != 0;
      long result = inPlace ? ownSource(db, target, longest) : db.setZeros(target, longest);
      // What the sources' addresses were before the target was placed does not matter any more.
      BitString[] sources = new BitString[count];
      for (int n = 1; n <= count; n++) {
        sources[n - 1] = BitString.of(db.peek(call.keyAt(n)));
      }
      combine(operation, sources, result, longest);
      call.notify(EventClass.STRING, "set", target);
      call.dirty(1);
    } else if (db.remove(target)) {
      call.notify(EventClass.GENERIC, "del", target);
      call.dirty(1);
    }
    call.reply().integer(longest);
  }

  private static Operation operation(Call call) {
    for (Operation operation : Operation.values()) {
      if (call.is(1, operation.name().toLowerCase(Locale.ROOT))) {
        return operation;
      }
    }
    throw Errors.SYNTAX;
  }

  /// Whether source `n` is the target too.
  private static boolean same(Call call, int n) {
    Key target = call.keyAt(0);
    Key source = call.keyAt(n);
    return target.length() == source.length()
        && Arrays.equals(
            target.array(),
            target.offset(),
            target.offset() + target.length(),
            source.array(),
            source.offset(),
            source.offset() + source.length());
  }

  /// The string of the target made long enough: as each byte of the result follows from the same
  /// byte of the sources, it is overwritten while it is read.
  private static long ownSource(Database db, Key target, int length) {
    if (Entry.hasExpiry(db.peek(target))) {
      db.expireAt(target, Entry.NO_EXPIRY);
    }
    return db.resizeString(target, length);
  }

  private static void combine(Operation operation, BitString[] sources, long result, int length) {
    for (int i = 0; i < length; i += Long.BYTES) {
      long word = sources[0].word(i);
      switch (operation) {
        case NOT -> word = ~word;
        case AND -> {
          for (int n = 1; n < sources.length; n++) {
            word &= sources[n].word(i);
          }
        }
        case OR -> {
          for (int n = 1; n < sources.length; n++) {
            word |= sources[n].word(i);
          }
        }
        case XOR -> {
          for (int n = 1; n < sources.length; n++) {
            word ^= sources[n].word(i);
          }
        }
      }
      store(result + i, word, length - i);
    }
  }

  private static void store(long address, long word, int room) {
    if (room >= Long.BYTES) {
      Memory.putLong(address, word);
      return;
    }
    for (int n = 0; n < room; n++) {
      Memory.putByte(address + n, (byte) (word >>> 8 * n));
    }
  }
}
