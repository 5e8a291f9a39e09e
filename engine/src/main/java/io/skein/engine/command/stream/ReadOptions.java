package io.skein.engine.command.stream;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.BlockingTimeout;
import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import org.jspecify.annotations.Nullable;

/// The arguments of XREAD and XREADGROUP in front of the ids.
final class ReadOptions {
  private static final CommandError GROUP_OF_XREAD =
      new CommandError(
          "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
  private static final CommandError NOACK_OF_XREAD =
      new CommandError(
          "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
  private static final CommandError NO_GROUP =
      new CommandError("ERR Missing GROUP option for XREADGROUP");

  private final Call call;
  private final boolean ofGroup;
  private boolean blocks;
  private long deadlineMs;
  private long count;
  private boolean noAck;
  private @Nullable Bytes group;
  private @Nullable Bytes consumer;
  private int streamsAt;

  ReadOptions(Call call, boolean ofGroup) {
    this.call = call;
    this.ofGroup = ofGroup;
    int i = 1;
    while (i < call.count() && streamsAt == 0) {
      i = read(i, call.count() - 1 - i);
    }
    if (streamsAt == 0) {
      throw Errors.SYNTAX;
    }
    if (ofGroup && group == null) {
      throw NO_GROUP;
    }
  }

  /// Reads the option at `i` and returns where the next one is.
  private int read(int i, int left) {
    if (call.is(i, "block") && left > 0) {
      if (call.isOfScript()) {
        throw new CommandError(
            "ERR "
                + call.command().name()
                + " command is not allowed with BLOCK option from scripts");
      }
      deadlineMs = BlockingTimeout.milliseconds(call, i + 1);
      blocks = true;
      return i + 2;
    }
    if (call.is(i, "count") && left > 0) {
      count = Math.max(0, call.integer(i + 1));
      return i + 2;
    }
    if (call.is(i, "streams") && left > 0) {
      if (left % 2 != 0) {
        throw new CommandError(
            "ERR Unbalanced '"
                + call.command().fullName()
                + "' list of streams: for each stream key an ID or '"
                + (ofGroup ? '>' : '$')
                + "' must be specified.");
      }
      streamsAt = i + 1;
      return i + 1;
    }
    if (call.is(i, "group") && left > 1) {
      if (!ofGroup) {
        throw GROUP_OF_XREAD;
      }
      group = call.toBytes(i + 1);
      consumer = call.toBytes(i + 2);
      return i + 3;
    }
    if (call.is(i, "noack")) {
      if (!ofGroup) {
        throw NOACK_OF_XREAD;
      }
      noAck = true;
      return i + 1;
    }
    throw Errors.SYNTAX;
  }

  /// Whether to wait when there is nothing.
  boolean blocks() {
    return blocks;
  }

  long deadlineMs() {
    return deadlineMs;
  }

  /// The most entries of each stream, 0 for any number.
  long count() {
    return count;
  }

  /// Whether what is delivered counts as acknowledged.
  boolean noAck() {
    return noAck;
  }

  @Nullable Bytes group() {
    return group;
  }

  @Nullable Bytes consumer() {
    return consumer;
  }

  /// The number of streams.
  int streams() {
    return (call.count() - streamsAt) / 2;
  }

  /// The argument that is the key of stream `n`.
  int key(int n) {
    return streamsAt + n;
  }

  /// The argument that is the id for stream `n`.
  int id(int n) {
    return streamsAt + streams() + n;
  }
}
