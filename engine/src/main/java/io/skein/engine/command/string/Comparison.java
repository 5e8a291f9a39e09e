package io.skein.engine.command.string;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Xxh3;
import io.skein.engine.command.Call;
import io.skein.engine.command.Options;
import io.skein.engine.resp.CommandError;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The condition that a string be, or not be, equal to another, or have, or not have, a digest.
///
/// A string that is absent is equal to none.
enum Comparison {
  IFEQ(true, false),
  IFNE(false, false),
  IFDEQ(true, true),
  IFDNE(false, true);

  private static final CommandError NO_DIGEST =
      new CommandError("ERR must be exactly 16 hexadecimal characters");
  private static final int DIGEST_DIGITS = 16;

  private final boolean equal;
  private final boolean byDigest;

  Comparison(boolean equal, boolean byDigest) {
    this.equal = equal;
    this.byDigest = byDigest;
  }

  /// The one among the options given, or null.
  static @Nullable Comparison in(Options options) {
    for (Comparison comparison : values()) {
      if (options.has(comparison.name())) {
        return comparison;
      }
    }
    return null;
  }

  /// The one whose token argument `i` is, or null.
  static @Nullable Comparison at(Call call, int i) {
    for (Comparison comparison : values()) {
      if (call.is(i, comparison.name())) {
        return comparison;
      }
    }
    return null;
  }

  /// Whether it holds for a string, or without one for an `entry` of 0, and what argument `i` says.
  boolean holds(long entry, Call call, int i) {
    if (entry == 0) {
      return !equal;
    }
    boolean same = byDigest ? hasDigest(entry, call, i) : isText(entry, call, i);
    return same == equal;
  }

  private static boolean isText(long entry, Call call, int i) {
    int length = call.length(i);
    if (Entry.kind(entry) == EntryKind.STRING_INT) {
      byte[] text = Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)));
      int from = call.offset(i);
      return Arrays.equals(text, 0, text.length, call.buffer(), from, from + length);
    }
    return Entry.valueLength(entry) == length
        && Memory.equal(Entry.valueAddress(entry), call.buffer(), call.offset(i), length);
  }

  private static boolean hasDigest(long entry, Call call, int i) {
    String given = call.string(i);
    if (given.length() != DIGEST_DIGITS || !given.chars().allMatch(HexFormat::isHexDigit)) {
      throw NO_DIGEST;
    }
    return HexFormat.fromHexDigitsToLong(given) == digest(entry);
  }

  /// The digest of the string that an entry holds.
  static long digest(long entry) {
    byte[] text = Strings.text(entry);
    return Xxh3.of(text, 0, text.length);
  }
}
