package io.skein.engine.command.acl;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.acl.AccessLog;
import io.skein.engine.acl.Denial;
import io.skein.engine.acl.User;
import io.skein.engine.command.AccessControl;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.UserStorage;
import io.skein.engine.config.LogLevel;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// ACL and its subcommands.
public final class AclCommands {
  private static final int MOST_BITS = 4096;
  private static final CommandError BITS =
      new CommandError(
          "ERR ACL GENPASS argument must be the number of bits for the output password, a positive"
              + " number up to "
              + MOST_BITS);

  private final AccessControl access;
  private final CommandTable table;
  private final IntFunction<byte[]> secrets;
  private final UserCommands users;

  /// @param table the commands that rules can name
  /// @param file where users are kept
  /// @param log takes lines of the log
  /// @param secrets random bytes, as many as asked for, that nobody can guess
  public AclCommands(
      AccessControl access,
      CommandTable table,
      Sessions sessions,
      UserStorage file,
      BiConsumer<LogLevel, String> log,
      IntFunction<byte[]> secrets) {
    this.access = access;
    this.table = table;
    this.secrets = secrets;
    this.users = new UserCommands(access.users(), sessions, file, log);
  }

  /// Adds the commands to the table.
  public void declare() {
    Command acl =
        Command.named("acl")
            .group(Group.SERVER)
            .docs("6.0.0", "Depends on subcommand.", "Holds what concerns users and their rights.");
    acl.sub("cat")
        .docs("6.0.0", "O(1)", "Lists the categories of commands, or the commands in one.")
        .syntax("[category]")
        .flags(NOSCRIPT, LOADING, STALE)
        .does(this::categories);
    acl.sub("dryrun")
        .docs("7.0.0", "O(1).", "Tells whether a user may make a call, which is not made.")
        .syntax("username command [arg]...")
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .does(this::dryRun);
    acl.sub("genpass")
        .docs("6.0.0", "O(1)", "Draws a password that nobody can guess.")
        .syntax("[bits:integer]")
        .flags(NOSCRIPT, LOADING, STALE)
        .does(this::password);
    acl.sub("log")
        .docs("6.0.0", "O(N) with N the entries shown", "Shows what was refused lately.")
        .syntax("[operation: count:integer | RESET]")
        .flags(ADMIN, NOSCRIPT, LOADING, STALE)
        .history("7.2.0", "An entry's id, and when it was made and changed.")
        .does(this::log);
    acl.sub("help")
        .docs("6.0.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(AclCommands::help);
    users.declare(acl);
    table.add(acl);
  }

  private void categories(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    Reply reply = call.reply();
    if (call.count() == 2) {
      reply.array(Category.values().length);
      for (Category category : Category.values()) {
        reply.bulk(category.wireName());
      }
      return;
    }
    String name = call.string(2);
    long bit = table.catalog().category(name);
    if (bit == 0) {
      throw new CommandError(
          "ERR Unknown category '" + name.substring(0, Math.min(128, name.length())) + "'");
    }
    int mark = reply.begin();
    int count = 0;
    for (Command command : table.declared()) {
      if ((command.categoryBits() & bit) != 0) {
        reply.bulk(command.fullName());
        count++;
      }
      for (Command child : command.subcommands()) {
        if ((child.categoryBits() & bit) != 0) {
          reply.bulk(child.fullName());
          count++;
        }
      }
    }
    reply.endArray(mark, count);
  }

  private void dryRun(Call call) {
    User user = access.users().find(UserCommands.raw(call, 2));
    if (user == null) {
      throw new CommandError("ERR User '" + call.string(2) + "' not found");
    }
    Arguments arguments = new Arguments();
    arguments.point(Arrays.copyOfRange(call.copyArguments(), 3, call.count()));
    Command command = find(arguments);
    if (command == null) {
      throw new CommandError("ERR Command '" + call.string(3) + "' not found");
    }
    if (!command.accepts(arguments.count())) {
      throw Errors.wrongArity(command.fullName());
    }
    Denial denial = access.check(user, command, arguments);
    if (denial == null) {
      call.reply().ok();
    } else {
      call.reply().bulk(AccessControl.describe(user, command, arguments, denial, true));
    }
  }

  private @Nullable Command find(Arguments arguments) {
    Command command = table.find(arguments);
    return command != null && command.isContainer() && arguments.count() > 1
        ? command.subcommand(arguments.string(1).toLowerCase(Locale.ROOT))
        : command;
  }

  private void password(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    long bits = call.count() == 3 ? call.integer(2) : 256;
    if (bits <= 0 || bits > MOST_BITS) {
      throw BITS;
    }
    int digits = (int) (bits + 3) / 4;
    byte[] random = secrets.apply((digits + 1) / 2);
    StringBuilder text = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      text.append(Character.forDigit(random[i / 2] >> i % 2 * 4 & 15, 16));
    }
    call.reply().bulk(text.toString());
  }

  private void log(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    if (call.count() == 3 && call.is(2, "RESET")) {
      access.log().clear();
      call.reply().ok();
      return;
    }
    List<AccessLog.Entry> entries =
        access.log().latest(call.count() == 3 ? Math.max(0, call.integer(2)) : 10);
    call.reply().array(entries.size());
    for (AccessLog.Entry entry : entries) {
      describe(call.reply(), entry, call.nowMs());
    }
  }

  private static void describe(Reply reply, AccessLog.Entry entry, long nowMs) {
    reply.map(10);
    reply.bulk("count");
    reply.integer(entry.count());
    reply.bulk("reason");
    reply.bulk(entry.event().reason().wireName());
    reply.bulk("context");
    reply.bulk(entry.event().context().wireName());
    reply.bulk("object");
    reply.bulk(entry.event().object().toByteArray());
    reply.bulk("username");
    reply.bulk(UserCommands.bytes(entry.event().user()));
    reply.bulk("age-seconds");
    reply.doubleValue((nowMs - entry.updatedMs()) / 1000.0);
    reply.bulk("client-info");
    reply.bulk(entry.client());
    reply.bulk("entry-id");
    reply.integer(entry.id());
    reply.bulk("timestamp-created");
    reply.integer(entry.createdMs());
    reply.bulk("timestamp-last-updated");
    reply.integer(entry.updatedMs());
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "CAT [<category>]",
        "    List the categories of commands, or the commands in <category>.",
        "DELUSER <username> [<username> ...]",
        "    Delete users, and disconnect their clients.",
        "DRYRUN <username> <command> [<arg> ...]",
        "    Tell whether a user may make a call, which is not made.",
        "GETUSER <username>",
        "    Describe a user.",
        "GENPASS [<bits>]",
        "    Draw a password of so many random bits, 256 unless told.",
        "LIST",
        "    Tell the rules that make all users, in the form of a configuration file.",
        "LOAD",
        "    Replace all users by those of the ACL file.",
        "LOG [<count> | RESET]",
        "    Show what was refused lately, or forget it.",
        "SAVE",
        "    Write all users to the ACL file.",
        "SETUSER <username> <attribute> [<attribute> ...]",
        "    Create a user, or change what it may do.",
        "USERS",
        "    Name all users.",
        "WHOAMI",
        "    Name the user of this connection.");
  }
}
