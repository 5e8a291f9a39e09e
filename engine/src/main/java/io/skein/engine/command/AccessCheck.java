package io.skein.engine.command;

import io.skein.engine.acl.Denial;
import io.skein.engine.acl.Selector;
import io.skein.engine.acl.User;
import org.jspecify.annotations.Nullable;

/// Whether a user may make a call: the command, the keys and the channels among its arguments.
///
/// *Threads*: one at a time.
public final class AccessCheck {
  private static final int WRITES = KeySpec.INSERT | KeySpec.UPDATE | KeySpec.DELETE;

  private final KeyPositions keys = new KeyPositions();
  private boolean keysFound;

  /// Why `user` may not call `command` with `arguments`, or null when it may: when one of its
  /// selectors allows everything about the call.
  public @Nullable Denial check(User user, Command command, Arguments arguments) {
    if (user.isUnlimited()) {
      return null;
    }
    keysFound = false;
    Denial told = Denial.COMMAND;
    for (Selector selector : user.selectors()) {
      Denial denial = check(selector, command, arguments);
      if (denial == null) {
        return null;
      }
      if (denial.outranks(told)) {
        told = denial;
      }
    }
    return told;
  }

  /// Whether `user` may make this call and read any key whatever its name, all by one selector:
  /// what SORT looks up by patterns cannot be told in advance.
  public boolean mayReadAnyKey(User user, Command command, Arguments arguments) {
    if (user.isUnlimited()) {
      return true;
    }
    keysFound = false;
    for (Selector selector : user.selectors()) {
      if (selector.allowsReadingAnyKey() && check(selector, command, arguments) == null) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Denial check(Selector selector, Command command, Arguments arguments) {
    if (!selector.allowsCommand(command.id())
        && !command.has(CommandFlag.NO_AUTH)
        && !allowsFirstArgument(selector, command, arguments)) {
      return Denial.COMMAND;
    }
    if (!selector.allowsAllKeys() && command.mayHaveKeys()) {
      Denial denial = keys(selector, command, arguments);
      if (denial != null) {
        return denial;
      }
    }
    return selector.allowsAllChannels() || command.channelUse() == ChannelUse.NONE
        ? null
        : channels(selector, command.channelUse(), arguments);
  }

  private static boolean allowsFirstArgument(
      Selector selector, Command command, Arguments arguments) {
    int i = command.isSubcommand() ? 2 : 1;
    if (arguments.count() <= i) {
      return false;
    }
    for (String allowed : selector.firstArguments(command.id())) {
      if (arguments.is(i, allowed)) {
        return true;
      }
    }
    return false;
  }

  private @Nullable Denial keys(Selector selector, Command command, Arguments arguments) {
    if (!keysFound) {
      if (!keys.find(command, arguments)) {
        // The command itself will say what is wrong with its arguments.
        keys.clear();
      }
      keysFound = true;
    }
    for (int i = 0; i < keys.size(); i++) {
      int at = keys.index(i);
      boolean reads = (keys.flags(i) & KeySpec.ACCESS) != 0;
      boolean writes = (keys.flags(i) & WRITES) != 0;
      if (!selector.allowsKey(
          arguments.buffer(), arguments.offset(at), arguments.length(at), reads, writes)) {
        return new Denial(Denial.Reason.KEY, at);
      }
    }
    return null;
  }

  private static @Nullable Denial channels(Selector selector, ChannelUse use, Arguments arguments) {
    int end = use == ChannelUse.PUBLISH ? Math.min(2, arguments.count()) : arguments.count();
    for (int i = 1; i < end; i++) {
      if (!selector.allowsChannel(
          arguments.buffer(),
          arguments.offset(i),
          arguments.length(i),
          use == ChannelUse.SUBSCRIBE_PATTERN)) {
        return new Denial(Denial.Reason.CHANNEL, i);
      }
    }
    return null;
  }
}
