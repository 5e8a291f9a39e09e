package io.skein.engine.command.stream;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.EncodingLimits.StreamLimits;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamTrim;
import io.skein.engine.value.StreamValue;
import org.jspecify.annotations.Nullable;

/// The options of XADD and XTRIM, read from one call.
final class TrimOptions {
  private static final CommandError BOTH =
      new CommandError(
          "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
  private static final CommandError NEGATIVE_LENGTH =
      new CommandError("ERR The MAXLEN argument must be >= 0.");
  private static final CommandError NEGATIVE_LIMIT =
      new CommandError("ERR The LIMIT argument must be >= 0.");
  private static final CommandError LIMIT_ALONE =
      new CommandError(
          "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
  private static final CommandError NO_STRATEGY =
      new CommandError("ERR syntax error, XTRIM must be called with a trimming strategy");
  private static final CommandError LIMIT_OF_EXACT =
      new CommandError("ERR syntax error, LIMIT cannot be used without the special ~ option");

  private static final byte[] EXACTLY = Ids.ascii("=");
  private static final long NODES_LIMIT = 100;
  private static final long DEFAULT_LIMIT = 10_000;
  private static final long MOST_LIMIT = 1_000_000;

  private final Call call;
  private long maxLength = -1;
  private @Nullable StreamId minId;
  private boolean approximate;
  private long limit;
  private boolean limitGiven;
  private boolean onlyExisting;
  private int threshold;
  private int next = 2;

  private TrimOptions(Call call) {
    this.call = call;
  }

  /// Reads the options of XADD, up to the id.
  static TrimOptions ofAdd(Call call) {
    TrimOptions options = new TrimOptions(call);
    while (options.next < call.count() && options.readOne(true)) {}
    return options;
  }

  /// Reads the options of XTRIM.
  static TrimOptions ofTrim(Call call) {
    TrimOptions options = new TrimOptions(call);
    while (options.next < call.count()) {
      if (!options.readOne(false)) {
        throw Errors.SYNTAX;
      }
    }
    options.checkLimit();
    if (!options.trims()) {
      throw NO_STRATEGY;
    }
    options.checkOperator();
    return options;
  }

  /// Reads one option; false when the next argument is none.
  private boolean readOne(boolean adds) {
    int left = call.count() - 1 - next;
    if (adds && call.is(next, "*")) {
      return false;
    }
    if (call.is(next, "maxlen") && left > 0) {
      readOperator(left);
      maxLength = call.integer(next);
      if (maxLength < 0) {
        throw NEGATIVE_LENGTH;
      }
    } else if (call.is(next, "minid") && left > 0) {
      readOperator(left);
      minId = Ids.exact(call, next);
    } else if (call.is(next, "limit") && left > 0) {
      limit = call.integer(++next);
      if (limit < 0) {
        throw NEGATIVE_LIMIT;
      }
      limitGiven = true;
    } else if (adds && call.is(next, "nomkstream")) {
      onlyExisting = true;
    } else {
      return false;
    }
    next++;
    return true;
  }

  private void readOperator(int left) {
    if (trims()) {
      throw BOTH;
    }
    next++;
    approximate = left >= 2 && call.is(next, "~");
    if (approximate || left >= 2 && call.is(next, "=")) {
      next++;
    }
    threshold = next;
  }

  /// Refuses a LIMIT that stands where none may; asked when the id was read, too.
  void check() {
    checkLimit();
    checkOperator();
  }

  private void checkLimit() {
    if (limit > 0 && !trims()) {
      throw LIMIT_ALONE;
    }
  }

  private void checkOperator() {
    if (limitGiven && !approximate && !call.isFromPrimary()) {
      throw LIMIT_OF_EXACT;
    }
  }

  /// The first argument that is no option.
  int end() {
    return next;
  }

  /// Whether a stream is not to be made.
  boolean onlyExisting() {
    return onlyExisting;
  }

  /// Whether entries are to go.
  boolean trims() {
    return maxLength >= 0 || minId != null;
  }

  /// Takes from a stream what is to go and returns how much that was.
  long trim(StreamValue value) {
    StreamTrim rule = new StreamTrim(maxLength, minId, approximate, limit(value.limits()));
    return value.stream().isTrimmedBy(rule) ? value.toChange().trim(rule) : 0;
  }

  private long limit(StreamLimits limits) {
    if (call.isFromPrimary()) {
      return 0;
    }
    if (limitGiven || !approximate) {
      return limit;
    }
    long entries = limits.nodeEntries();
    if (entries > MOST_LIMIT) {
      return MOST_LIMIT;
    }
    return entries <= 0 ? DEFAULT_LIMIT : Math.min(NODES_LIMIT * entries, MOST_LIMIT);
  }

  /// Has the log say what has happened: where whole nodes went, what there is now.
  void logOutcome(Stream stream) {
    if (approximate) {
      call.logWith(threshold - 1, EXACTLY);
      call.logWith(
          threshold,
          minId == null ? Numbers.toBytes(stream.length()) : Ids.text(stream.firstEvenIfDeleted()));
    }
  }
}
