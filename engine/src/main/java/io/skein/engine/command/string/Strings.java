package io.skein.engine.command.string;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import java.nio.charset.StandardCharsets;

/// What the commands on strings do to values in common.
final class Strings {
  private Strings() {}

  static void check(long entry) {
    if (!EntryKind.isString(Entry.kind(entry))) {
      throw Errors.WRONG_TYPE;
    }
  }

  /// Replies with the value of an entry, which must be a string.
  static void reply(Call call, long entry) {
    int kind = Entry.kind(entry);
    if (kind == EntryKind.STRING_INT) {
      call.reply().bulkInteger(Memory.getLong(Entry.valueAddress(entry)));
    } else if (EntryKind.isString(kind)) {
      call.reply().bulk(Entry.valueAddress(entry), Entry.valueLength(entry));
    } else {
      throw Errors.WRONG_TYPE;
    }
  }

  /// Replies with the value of an entry, or with null without one.
  static void replyOrNull(Call call, long entry) {
    if (entry == 0) {
      call.reply().nullBulk();
    } else {
      reply(call, entry);
    }
  }

  /// The length of the string that an entry, 0 for none, holds; in bytes.
  static int length(long entry) {
    if (entry == 0) {
      return 0;
    }
    return Entry.kind(entry) == EntryKind.STRING_INT
        ? Numbers.length(Memory.getLong(Entry.valueAddress(entry)))
        : Entry.valueLength(entry);
  }

  /// A copy of the string that an entry holds.
  static byte[] text(long entry) {
    return Entry.kind(entry) == EntryKind.STRING_INT
        ? Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)))
        : Entry.value(entry);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
