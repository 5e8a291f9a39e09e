package io.skein.engine.command;

import io.skein.engine.bytes.Glob;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import org.jspecify.annotations.Nullable;

/// The cursor and the options of a command that walks over the elements of one value: SSCAN, HSCAN
/// and ZSCAN.
public final class ScanArguments {
  private static final int KEPT_BYTES = 64 * 1024;

  private final Reply found = new Reply(512);
  private byte @Nullable [] pattern;
  private long count;
  private boolean valuesWanted;

  /// The cursor at argument `i`, which is checked before anything else.
  public static long cursor(Call call, int i) {
    if (!Numbers.isUnsigned(call.buffer(), call.offset(i), call.length(i))) {
      throw Errors.INVALID_CURSOR;
    }
    return Numbers.parseUnsigned(call.buffer(), call.offset(i), call.length(i));
  }

  /// What is answered when there is no such key: nothing, and the walk is over.
  public static void replyNothing(Reply reply) {
    reply.array(2);
    reply.bulkInteger(0);
    reply.array(0);
  }

  /// Reads the options from argument `from` on.
  ///
  /// @param novalues whether the option NOVALUES is one of them
  public void read(Call call, int from, boolean novalues) {
    pattern = null;
    count = 10;
    valuesWanted = true;
    int i = from;
    while (i < call.count()) {
      boolean operand = i + 1 < call.count();
      if (operand && call.is(i, "COUNT")) {
        count = call.integer(i + 1);
        if (count < 1) {
          throw Errors.SYNTAX;
        }
        i += 2;
      } else if (operand && call.is(i, "MATCH")) {
        byte[] given = call.bytes(i + 1);
        pattern = given.length == 1 && given[0] == '*' ? null : given;
        i += 2;
      } else if (novalues && call.is(i, "NOVALUES")) {
        valuesWanted = false;
        i++;
      } else {
        throw Errors.SYNTAX;
      }
    }
  }

  /// About how many elements to look at.
  public long count() {
    return count;
  }

  /// Whether NOVALUES was not given.
  public boolean valuesWanted() {
    return valuesWanted;
  }

  /// Whether every element matches, so that [#matches] need not be asked.
  public boolean matchesAll() {
    return pattern == null;
  }

  /// Whether the slice matches the pattern.
  public boolean matches(byte[] text, int offset, int length) {
    byte[] p = pattern;
    return p == null || Glob.matches(p, 0, p.length, text, offset, length, false);
  }

  /// Where what is found is written to, before [#reply].
  public Reply found(Call call) {
    found.reset(KEPT_BYTES);
    found.protocol(call.reply().protocol());
    return found;
  }

  /// Replies with the cursor and what was written to [#found], which are `elements` replies.
  public void reply(Call call, long cursor, int elements) {
    Reply reply = call.reply();
    reply.array(2);
    reply.bulkInteger(cursor);
    reply.array(elements);
    reply.raw(found.bytes(), 0, found.size());
    found.reset(KEPT_BYTES);
  }
}
