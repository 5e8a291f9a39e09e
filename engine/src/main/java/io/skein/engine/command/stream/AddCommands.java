package io.skein.engine.command.stream;

import io.skein.engine.command.BlockedKeys;
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
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;
import org.jspecify.annotations.Nullable;

/// XADD and XSETID: entries are added, and the id from which they go on is set.
final class AddCommands {
  private static final CommandError ZERO =
      new CommandError("ERR The ID specified in XADD must be greater than 0-0");
  private static final CommandError EXHAUSTED =
      new CommandError(
          "ERR The stream has exhausted the last possible ID, unable to add more items");
  private static final CommandError NOT_BEHIND =
      new CommandError(
          "ERR The ID specified in XADD is equal or smaller than the target stream top item");
  private static final CommandError TOO_LARGE =
      new CommandError("ERR Elements are too large to be stored");

  private static final CommandError NEGATIVE_COUNT =
      new CommandError("ERR entries_added must be positive");
  private static final CommandError BELOW_GIVEN_DELETED =
      new CommandError(
          "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
  private static final CommandError BELOW_DELETED =
      new CommandError(
          "ERR The ID specified in XSETID is smaller than current max_deleted_entry_id");
  private static final CommandError BELOW_TOP =
      new CommandError("ERR The ID specified in XSETID is smaller than the target stream top item");
  private static final CommandError BELOW_LENGTH =
      new CommandError(
          "ERR The entries_added specified in XSETID is smaller than the target stream length");

  private static final long ENTRY_MAX_BYTES = 1L << 30;

  private final BlockedKeys blockedKeys;
  private final CallEntry entry = new CallEntry();

  // Where the entry in progress goes.
  private long ms;
  private long seq;

  AddCommands(BlockedKeys blockedKeys) {
    this.blockedKeys = blockedKeys;
  }

  void declare(CommandTable table) {
    table.add(xadd());
    table.add(xsetid());
  }

  private Command xadd() {
    return Command.named("xadd")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(1), and O(N) when N entries are trimmed.",
            "Adds an entry behind all others of a stream, which is made if need be.")
        .history(
            "6.2.0",
            "Options `NOMKSTREAM`, `MINID` and `LIMIT`.",
            "7.0.0",
            "The form `<ms>-*` of an id.")
        .syntax(
            "key [NOMKSTREAM] [trim: (strategy: MAXLEN | MINID) [operator: = | ~] threshold [LIMIT"
                + " count:integer]] (id-selector: * | id) (data: field value)...")
        .arity(-5)
        .tips("nondeterministic_output")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::xadd);
  }

  private void xadd(Call call) {
    TrimOptions trim = call.is(2, "*") ? null : TrimOptions.ofAdd(call);
    int id = trim == null ? 2 : trim.end();
    boolean auto = id < call.count() && call.is(id, "*");
    Long time = auto || id == call.count() ? null : Ids.openTime(call, id);
    StreamId exact = auto || time != null || id == call.count() ? null : Ids.exact(call, id);
    if (trim != null) {
      trim.check();
    }
    int words = call.count() - id - 1;
    if (words < 2 || words % 2 == 1) {
      throw Errors.wrongArity(call.command().fullName());
    }
    if (exact != null && exact.isZero()) {
      throw ZERO;
    }
    Key key = call.keyAt(0);
    Database db = call.database();
    StreamValue value = db.write(key, StreamValue.TYPE);
    if (value == null && trim != null && trim.onlyExisting()) {
      call.reply().nullBulk();
      return;
    }
    chooseId(value == null ? null : value.stream(), time, exact, call.nowMs());
    entry.of(call, id + 1, words / 2);
    if (entry.bytes() > ENTRY_MAX_BYTES) {
      throw TOO_LARGE;
    }
    if (value == null) {
      value = db.create(key, StreamValue.TYPE, Entry.NO_EXPIRY);
    }
    Stream stream = value.toChange();
    stream.append(ms, seq, entry, value.limits());
    Entries.id(call.reply(), ms, seq);
    call.notify(EventClass.STREAM, "xadd", key);
    call.dirty(1);
    if (trim != null && trim.trims()) {
      if (trim.trim(value) > 0) {
        call.notify(EventClass.STREAM, "xtrim", key);
      }
      trim.logOutcome(stream);
    }
    if (exact == null && call.isFollowed()) {
      call.logWith(id, Ids.text(ms, seq));
    }
    blockedKeys.ready(db, key);
  }

  /// Sets [#ms] and [#seq]: the id as it was given, or the next one.
  private void chooseId(
      @Nullable Stream stream, @Nullable Long time, @Nullable StreamId exact, long nowMs) {
    long lastMs = stream == null ? 0 : stream.lastMs();
    long lastSeq = stream == null ? 0 : stream.lastSeq();
    if (lastMs == -1 && lastSeq == -1) {
      throw EXHAUSTED;
    }
    if (exact != null) {
      ms = exact.ms();
      seq = exact.seq();
    } else if (time != null) {
      if (time == lastMs && lastSeq == -1) {
        throw NOT_BEHIND;
      }
      ms = time;
      seq = time == lastMs ? lastSeq + 1 : 0;
    } else if (Long.compareUnsigned(nowMs, lastMs) > 0) {
      ms = nowMs;
      seq = 0;
    } else {
      ms = lastSeq == -1 ? lastMs + 1 : lastMs;
      seq = lastSeq + 1;
    }
    if (StreamId.compare(ms, seq, lastMs, lastSeq) <= 0) {
      throw NOT_BEHIND;
    }
  }

  private Command xsetid() {
    return Command.named("xsetid")
        .group(Group.STREAM)
        .docs("5.0.0", "O(1)", "Sets the last id of a stream, behind which new entries go.")
        .history("7.0.0", "Options `ENTRIESADDED` and `MAXDELETEDID`.")
        .syntax("key last-id [ENTRIESADDED entries-added:integer] [MAXDELETEDID max-deleted-id]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
        .keys(KeySpec.one(KeySpec.RW | KeySpec.UPDATE, 1))
        .does(this::xsetid);
  }

  private void xsetid(Call call) {
    StreamId id = Ids.exact(call, 2);
    long added = -1;
    StreamId deleted = StreamId.ZERO;
    for (int i = 3; i < call.count(); i += 2) {
      boolean operand = i + 1 < call.count();
      if (operand && call.is(i, "entriesadded")) {
        added = call.integer(i + 1);
        if (added < 0) {
          throw NEGATIVE_COUNT;
        }
      } else if (operand && call.is(i, "maxdeletedid")) {
        deleted = Ids.exact(call, i + 1);
        if (id.isBefore(deleted)) {
          throw BELOW_GIVEN_DELETED;
        }
      } else {
        throw Errors.SYNTAX;
      }
    }
    Key key = call.keyAt(0);
    StreamValue value = call.database().write(key, StreamValue.TYPE);
    if (value == null) {
      throw Errors.NO_SUCH_KEY;
    }
    checkSetid(value.stream(), id, added);
    Stream stream = value.toChangeGroups();
    stream.lastId(id);
    if (added != -1) {
      stream.entriesAdded(added);
    }
    if (!deleted.isZero()) {
      stream.maxDeletedId(deleted);
    }
    call.notify(EventClass.STREAM, "xsetid", key);
    call.dirty(1);
    call.reply().ok();
  }

  private static void checkSetid(Stream stream, StreamId id, long added) {
    if (id.isBefore(stream.maxDeletedId())) {
      throw BELOW_DELETED;
    }
    if (stream.length() > 0) {
      if (id.isBefore(stream.lastEntry())) {
        throw BELOW_TOP;
      }
      if (added != -1 && stream.length() > added) {
        throw BELOW_LENGTH;
      }
    }
  }
}
