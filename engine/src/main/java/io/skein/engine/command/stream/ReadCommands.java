package io.skein.engine.command.stream;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// XREAD and XREADGROUP: what is behind an id in some streams, which may be waited for.
final class ReadCommands {
  private static final CommandError NEW_WITHOUT_GROUP =
      new CommandError(
          "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group>"
              + " <consumer> option.");
  private static final CommandError NOW_OF_GROUP = meaningless('$');
  private static final CommandError LAST_OF_GROUP = meaningless('+');

  private final BlockedKeys blockedKeys;

  ReadCommands(BlockedKeys blockedKeys) {
    this.blockedKeys = blockedKeys;
  }

  private static CommandError meaningless(char id) {
    return new CommandError(
        "ERR The "
            + id
            + " ID is meaningless in the context of XREADGROUP: you want to read the history of"
            + " this consumer by specifying a proper ID, or use the > ID to get new messages. The "
            + id
            + " ID would just return an empty result set.");
  }

  void declare(CommandTable table) {
    table.add(xread());
    table.add(xreadgroup());
  }

  private Command xread() {
    return Command.named("xread")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(N), N being the number of entries returned.",
            "Returns the entries of streams behind an id each, and waits for some if there are"
                + " none.")
        .syntax(
            "[COUNT count:integer] [BLOCK milliseconds:integer] STREAMS (streams: key... ID...)")
        .arity(-4)
        .flags(CommandFlag.BLOCKING, CommandFlag.READONLY)
        .keys(new KeySpec(KeySpec.RO | KeySpec.ACCESS, 1, "STREAMS", false, -1, 1, 2))
        .does(this::xread);
  }

  private void xread(Call call) {
    ReadOptions options = new ReadOptions(call, false);
    StreamId[] behind = new StreamId[options.streams()];
    for (int n = 0; n < behind.length; n++) {
      StreamValue value = value(call, options, n);
      behind[n] = behind(call, options.id(n), value == null ? null : value.stream());
    }
    Reply reply = call.reply();
    int mark = reply.begin();
    int served = 0;
    for (int n = 0; n < behind.length; n++) {
      StreamValue value = value(call, options, n);
      if (value != null && value.size() > 0 && value.stream().lastEntry().isAfter(behind[n])) {
        head(call, options, n);
        Entries.range(
            reply, value.stream().cursor(behind[n].next(), StreamId.LAST, false), options.count());
        served++;
      }
    }
    if (served > 0) {
      end(reply, mark, served);
    } else {
      waitFor(call, options, behind);
    }
  }

  private static @Nullable StreamValue value(Call call, ReadOptions options, int n) {
    return call.database().read(call.key(options.key(n)), StreamValue.TYPE);
  }

  private static StreamId behind(Call call, int i, @Nullable Stream stream) {
    if (call.is(i, "$")) {
      return stream == null ? StreamId.ZERO : stream.lastId();
    }
    if (call.is(i, "+")) {
      return stream == null || stream.length() == 0 ? StreamId.ZERO : stream.lastEntry().previous();
    }
    if (call.is(i, ">")) {
      throw NEW_WITHOUT_GROUP;
    }
    return Ids.exact(call, i);
  }

  private static void head(Call call, ReadOptions options, int n) {
    if (call.reply().protocol() == 2) {
      call.reply().array(2);
    }
    int key = options.key(n);
    call.reply().bulk(call.buffer(), call.offset(key), call.length(key));
  }

  private static void end(Reply reply, int mark, int served) {
    if (reply.protocol() == 2) {
      reply.endArray(mark, served);
    } else {
      reply.endMap(mark, served);
    }
  }

  /// Waits for entries where that is wanted, and otherwise replies that there are none.
  ///
  /// @param behind what the ids stand for now, if some stand for what is there when the call is
  ///   made
  private void waitFor(Call call, ReadOptions options, StreamId @Nullable [] behind) {
    if (!options.blocks() || !blockedKeys.mayAwait(call)) {
      call.reply().nullArray();
      return;
    }
    if (behind != null) {
      byte[][] arguments = call.copyArguments();
      for (int n = 0; n < behind.length; n++) {
        arguments[options.id(n)] = Ids.text(behind[n]);
      }
      call.point(arguments);
    }
    blockedKeys.await(
        call,
        BlockedKeys.Awaited.STREAM,
        0,
        options.streams(),
        behind == null,
        options.deadlineMs());
  }

  private Command xreadgroup() {
    return Command.named("xreadgroup")
        .group(Group.STREAM)
        .docs(
            "5.0.0",
            "O(N) for each stream, N being the number of entries returned. A client that waits"
                + " makes the XADD that serves it take as long.",
            "Returns entries of streams that no consumer of a group has got yet, or what is pending"
                + " for this one.")
        .syntax(
            "GROUP (group-block: group consumer) [COUNT count:integer] [BLOCK milliseconds:integer]"
                + " [NOACK] STREAMS (streams: key... ID...)")
        .arity(-7)
        .flags(CommandFlag.BLOCKING, CommandFlag.WRITE)
        .keys(new KeySpec(KeySpec.RO | KeySpec.ACCESS, 4, "STREAMS", false, -1, 1, 2))
        .does(this::xreadgroup);
  }

  private void xreadgroup(Call call) {
    ReadOptions options = new ReadOptions(call, true);
    @Nullable StreamId[] behind = new StreamId[options.streams()];
    for (int n = 0; n < behind.length; n++) {
      behind[n] = pendingBehind(call, options, n);
    }
    Reply reply = call.reply();
    int mark = reply.begin();
    int served = 0;
    boolean logged = false;
    for (int n = 0; n < behind.length; n++) {
      StreamValue value = Objects.requireNonNull(value(call, options, n));
      GroupRead read = new GroupRead(call, value, options, n);
      StreamId from = behind[n];
      if (from != null) {
        head(call, options, n);
        read.pending(from.next());
        served++;
      } else if (read.hasNew()) {
        head(call, options, n);
        read.fresh();
        served++;
      }
      logged |= read.isLogged();
    }
    if (!logged) {
      call.logNothing();
    }
    if (served > 0) {
      end(reply, mark, served);
    } else {
      waitFor(call, options, null);
    }
  }

  /// The id behind which the consumer wants what is pending of stream `n`, or null when it wants
  /// what is new.
  private static @Nullable StreamId pendingBehind(Call call, ReadOptions options, int n) {
    StreamValue value = value(call, options, n);
    if (value == null || value.stream().group(Objects.requireNonNull(options.group())) == null) {
      throw new CommandError(
          "NOGROUP No such key '"
              + call.string(options.key(n))
              + "' or consumer group '"
              + Objects.requireNonNull(options.group())
              + "' in XREADGROUP with GROUP option");
    }
    int i = options.id(n);
    if (call.is(i, "$")) {
      throw NOW_OF_GROUP;
    }
    if (call.is(i, "+")) {
      throw LAST_OF_GROUP;
    }
    StreamId id = call.is(i, ">") ? StreamId.LAST : Ids.exact(call, i);
    // Nothing can be behind the greatest id, which thus stands for what is new.
    return id.equals(StreamId.LAST) ? null : id;
  }
}
