package io.skein.engine.command.generic;

import io.skein.engine.bytes.Glob;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Slot;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.keyspace.KeyScan;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Entry;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// SCAN, KEYS and RANDOMKEY: which keys there are.
final class WalkCommands {
  private static final long DEFAULT_COUNT = 10;
  private static final int SCRATCH_KEPT = 64 * 1024;

  private final KeyScan walk;
  private final SplittableRandom random;

  /// The keys that SCAN has found, which come behind a cursor that is not known before.
  private final Reply found = new Reply(1024);

  WalkCommands(Keyspace keyspace, long seed) {
    walk = new KeyScan(keyspace);
    random = new SplittableRandom(seed);
  }

  void declare(CommandTable table) {
    table.add(scan());
    table.add(keys());
    table.add(randomkey());
  }

  private Command scan() {
    return Command.named("scan")
        .group(Group.GENERIC)
        .docs(
            "2.8.0",
            "O(1) for a call, O(N) for a whole walk over N keys.",
            "Walks over the keys of the database a few at a time.")
        .history("6.0.0", "Option `TYPE`.")
        .syntax("cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type]")
        .tips("nondeterministic_output", "request_policy:special", "response_policy:special")
        .flags(CommandFlag.READONLY, CommandFlag.TOUCHES_ARBITRARY_KEYS)
        .does(this::scan);
  }

  private void scan(Call call) {
    if (!Numbers.isUnsigned(call.buffer(), call.offset(1), call.length(1))) {
      throw Errors.INVALID_CURSOR;
    }
    long cursor = Numbers.parseUnsigned(call.buffer(), call.offset(1), call.length(1));
    long count = DEFAULT_COUNT;
    Filter filter = new Filter();
    for (int i = 2; i < call.count(); i += 2) {
      boolean operand = i + 1 < call.count();
      if (operand && call.is(i, "COUNT")) {
        count = call.integer(i + 1);
        if (count < 1) {
          throw Errors.SYNTAX;
        }
      } else if (operand && call.is(i, "MATCH")) {
        filter.pattern = call.bytes(i + 1);
      } else if (operand && call.is(i, "TYPE")) {
        filter.type = call.string(i + 1).toLowerCase(Locale.ROOT);
      } else {
        throw Errors.SYNTAX;
      }
    }
    filter.to = found;
    int slot = call.keyspace().isClustered() ? slotOf(filter.pattern) : KeyScan.ANY_SLOT;
    long next = walk.scan(call.database(), cursor, count, slot, filter);
    Reply reply = call.reply();
    reply.array(2);
    byte[] text = new byte[Numbers.MAX_LONG_LENGTH];
    reply.bulk(text, 0, Numbers.writeUnsigned(next, text, 0));
    reply.array(filter.count);
    reply.raw(found.bytes(), 0, found.size());
    found.reset(SCRATCH_KEPT);
  }

  private Command keys() {
    return Command.named("keys")
        .group(Group.GENERIC)
        .docs(
            "1.0.0",
            "O(N), N being the number of keys in the database.",
            "Returns all keys that match a pattern.")
        .syntax("pattern:pattern")
        .tips("request_policy:all_shards", "nondeterministic_output_order")
        .flags(CommandFlag.READONLY)
        .categories(Category.DANGEROUS)
        .does(this::keys);
  }

  private void keys(Call call) {
    Filter filter = new Filter();
    filter.pattern = call.bytes(1);
    filter.to = call.reply();
    int slot = call.keyspace().isClustered() ? slotOf(filter.pattern) : KeyScan.ANY_SLOT;
    int mark = call.reply().begin();
    walk.all(call.database(), slot, filter);
    call.reply().endArray(mark, filter.count);
  }

  private Command randomkey() {
    return Command.named("randomkey")
        .group(Group.GENERIC)
        .docs("1.0.0", "O(1)", "Returns one of the keys of the database, chosen at random.")
        .syntax("")
        .tips("request_policy:all_shards", "response_policy:special", "nondeterministic_output")
        .flags(CommandFlag.READONLY, CommandFlag.TOUCHES_ARBITRARY_KEYS)
        .does(this::randomkey);
  }

  private void randomkey(Call call) {
    byte[] key = walk.random(call.database(), random.nextLong());
    if (key == null) {
      call.reply().nullBulk();
    } else {
      call.reply().bulk(key);
    }
  }

  /// The only slot that keys which match `pattern` can have, or [KeyScan#ANY_SLOT]: there is one
  /// where the hash tag, or without one the whole key, holds nothing that stands for other bytes.
  private static int slotOf(byte @Nullable [] pattern) {
    if (pattern == null) {
      return KeyScan.ANY_SLOT;
    }
    int open = -1;
    for (int i = 0; i < pattern.length; i++) {
      byte c = pattern[i];
      if (c == '*' || c == '?' || c == '[' || c == '\\') {
        return KeyScan.ANY_SLOT;
      }
      if (c == '{' && open < 0) {
        open = i;
      } else if (c == '}' && open >= 0 && i > open + 1) {
        return Slot.of(pattern, open + 1, i - open - 1);
      } else if (c == '}' && open == i - 1 && open >= 0) {
        // An empty tag is none: the whole key counts.
        open = pattern.length;
      }
    }
    return Slot.of(pattern);
  }

  /// Writes those of the keys shown that match.
  private static final class Filter implements KeyScan.Visitor {
    private byte @Nullable [] pattern;
    private @Nullable String type;
    private @Nullable Reply to;
    private int count;
    private byte[] key = new byte[64];

    @Override
    public void key(long entry) {
      String wanted = type;
      Reply reply = to;
      if (wanted != null && !wanted.equals(KindNames.type(Entry.kind(entry))) || reply == null) {
        return;
      }
      reply.bulk(Entry.keyAddress(entry), Entry.keyLength(entry));
      count++;
    }

    @Override
    public boolean wants(long entry) {
      byte[] p = pattern;
      if (p == null || p.length == 1 && p[0] == '*') {
        return true;
      }
      int length = Entry.keyLength(entry);
      if (length > key.length) {
        key = new byte[Math.max(length, key.length * 2)];
      }
      Memory.copy(Entry.keyAddress(entry), key, 0, length);
      return Glob.matches(p, 0, p.length, key, 0, length, false);
    }
  }
}
