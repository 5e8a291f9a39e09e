package io.skein.engine.command.hash;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/// HRANDFIELD: fields chosen at random.
final class RandomFields {
  private static final CommandError NOT_IN_RANGE =
      Errors.notBetween(-Long.MAX_VALUE, Long.MAX_VALUE);
  private static final CommandError TOO_MANY = new CommandError("ERR value is out of range");
  private static final CommandError TOO_LARGE = new CommandError("ERR reply is larger than 2 GB");

  /// Fields are drawn one by one where they are less than this part of the hash.
  private static final int DRAW_FACTOR = 3;

  private final SplittableRandom random;
  private final HashCursor cursor = new HashCursor();

  RandomFields(long seed) {
    random = new SplittableRandom(seed);
  }

  void declare(CommandTable table) {
    table.add(
        Command.named("hrandfield")
            .group(Group.HASH)
            .docs(
                "6.2.0",
                "O(N), N being the number of fields returned.",
                "Returns fields chosen at random from a hash.")
            .syntax("key [options: count:integer [WITHVALUES]]")
            .tips("nondeterministic_output")
            .flags(CommandFlag.READONLY)
            .keys(KeySpec.one(KeySpec.RO | KeySpec.ACCESS, 1))
            .does(this::hrandfield));
  }

  private void hrandfield(Call call) {
    if (call.count() > 2) {
      long count = call.integer(2);
      if (count == Long.MIN_VALUE) {
        throw NOT_IN_RANGE;
      }
      boolean values = call.count() > 3;
      if (call.count() > 4 || values && !call.is(3, "WITHVALUES")) {
        throw Errors.SYNTAX;
      }
      if (values && Math.abs(count) > Long.MAX_VALUE / 2) {
        throw TOO_MANY;
      }
      drawSeveral(call, count, values);
      return;
    }
    HashValue hash = Fields.readLive(call, cursor);
    if (hash == null) {
      call.reply().nullBulk();
      return;
    }
    draw(hash, Fields.hiddenBeforeMs(call));
    Fields.reply(call.reply(), cursor.field());
  }

  private void drawSeveral(Call call, long count, boolean values) {
    Reply reply = call.reply();
    HashValue hash = Fields.readLive(call, cursor);
    if (hash == null || count == 0) {
      reply.array(0);
      return;
    }
    long hiddenBeforeMs = Fields.hiddenBeforeMs(call, hash);
    long size = Fields.shown(hash, hiddenBeforeMs, cursor);
    long wanted = count < 0 || count == 1 ? Math.abs(count) : Math.min(count, size);
    if (wanted > Integer.MAX_VALUE / 2) {
      throw TOO_LARGE;
    }
    reply.array((int) (values && reply.protocol() == 2 ? 2 * wanted : wanted));
    if (count < 0 || count == 1) {
      for (long i = 0; i < wanted; i++) {
        draw(hash, hiddenBeforeMs);
        reply(reply, values);
      }
    } else if (hash.hasRandomAccess() && wanted <= size / DRAW_FACTOR) {
      drawDistinct(reply, hash, wanted, hiddenBeforeMs, values);
    } else {
      select(reply, hash, wanted, size, hiddenBeforeMs, values);
    }
  }

  /// Puts the cursor on a field that is shown, of which there is one.
  private void draw(HashValue hash, long hiddenBeforeMs) {
    do {
      hash.random(random.nextLong(), cursor);
    } while (cursor.isExpired(hiddenBeforeMs));
  }

  private void reply(Reply reply, boolean values) {
    if (values && reply.protocol() > 2) {
      reply.array(2);
    }
    Fields.reply(reply, cursor.field());
    if (values) {
      Fields.reply(reply, cursor.value());
    }
  }

  private void drawDistinct(
      Reply reply, HashValue hash, long wanted, long hiddenBeforeMs, boolean values) {
    Set<Long> drawn = new HashSet<>();
    while (drawn.size() < wanted) {
      draw(hash, hiddenBeforeMs);
      if (drawn.add(cursor.identity())) {
        reply(reply, values);
      }
    }
  }

  /// Chooses fields on one walk, all with the same probability (selection sampling; Fan, Muller and
  /// Rezucha, 1962).
  private void select(
      Reply reply, HashValue hash, long wanted, long size, long hiddenBeforeMs, boolean values) {
    long missing = wanted;
    long left = size;
    hash.fields(cursor);
    while (missing > 0 && cursor.next()) {
      if (cursor.isExpired(hiddenBeforeMs)) {
        continue;
      }
      if (random.nextLong(left) < missing) {
        reply(reply, values);
        missing--;
      }
      left--;
    }
  }
}
