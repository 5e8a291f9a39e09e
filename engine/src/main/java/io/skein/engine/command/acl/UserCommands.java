package io.skein.engine.command.acl;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.acl.RefusedRules;
import io.skein.engine.acl.Selector;
import io.skein.engine.acl.User;
import io.skein.engine.acl.Users;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.HostError;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.UserStorage;
import io.skein.engine.config.LogLevel;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// The subcommands of ACL that show users and change them.
final class UserCommands {
  private static final String ALL_NODES = "request_policy:all_nodes";
  private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";
  private static final CommandError NO_FILE =
      new CommandError(
          "ERR This Redis instance is not configured to use an ACL file. You may want to specify"
              + " users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you"
              + " have a Redis configuration file set) in order to store users in the Redis"
              + " configuration.");

  private final Users users;
  private final UserSessions sessions;
  private final UserStorage file;
  private final BiConsumer<LogLevel, String> log;

  UserCommands(Users users, Sessions sessions, UserStorage file, BiConsumer<LogLevel, String> log) {
    this.users = users;
    this.sessions = new UserSessions(sessions, users);
    this.file = file;
    this.log = log;
  }

  void declare(Command acl) {
    String rules = "O(N) with N the number of rules";
    sub(acl, "deluser", "O(1) for each user", "Deletes users and disconnects their clients.")
        .syntax("username...")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::delete);
    sub(acl, "getuser", rules + " of the user", "Describes a user.")
        .syntax("username")
        .history(
            "6.2.0", "Channels.", "7.0.0", "Selectors, and keys and channels in the form of rules.")
        .does(this::get);
    sub(acl, "list", "O(N) with N the number of users", "Tells the rules that make all users.")
        .does(call -> list(call, true));
    sub(acl, "load", "O(N) with N the number of users", "Replaces all users by those of the file.")
        .does(this::load);
    sub(acl, "save", "O(N) with N the number of users", "Writes all users to the file.")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::save);
    sub(acl, "setuser", rules + " given", "Creates a user, or changes what it may do.")
        .syntax("username [rule]...")
        .history("6.2.0", "Channels.", "7.0.0", "Selectors, and keys to read or write only.")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::set);
    sub(acl, "users", "O(N) with N the number of users", "Names all users.")
        .does(call -> list(call, false));
    acl.sub("whoami")
        .docs("6.0.0", "O(1)", "Names the user of this connection.")
        .flags(NOSCRIPT, LOADING, STALE)
        .does(call -> call.reply().bulk(bytes(call.session().user().name())));
  }

  private static Command sub(Command acl, String name, String complexity, String summary) {
    return acl.sub(name).docs("6.0.0", complexity, summary).flags(ADMIN, NOSCRIPT, LOADING, STALE);
  }

  private void set(Call call) {
    List<String> rules = new ArrayList<>();
    for (int i = 3; i < call.count(); i++) {
      rules.add(raw(call, i));
    }
    try {
      User draft = users.draft(raw(call, 2), rules);
      User before = users.find(draft.name());
      if (before != null) {
        sessions.channelsChange(before, draft);
      }
      users.adopt(draft);
    } catch (RefusedRules refused) {
      throw new CommandError("ERR " + text(refused.text()));
    }
    call.reply().ok();
  }

  private void delete(Call call) {
    for (int i = 2; i < call.count(); i++) {
      if (raw(call, i).equals(Users.DEFAULT)) {
        throw new CommandError("ERR The 'default' user cannot be removed");
      }
    }
    int deleted = 0;
    for (int i = 2; i < call.count(); i++) {
      User user = users.remove(raw(call, i));
      if (user != null) {
        deleted++;
        sessions.deleted(user);
      }
    }
    call.reply().integer(deleted);
  }

  private void get(Call call) {
    Reply reply = call.reply();
    User user = users.find(raw(call, 2));
    if (user == null) {
      reply.nullBulk();
      return;
    }
    reply.map(6);
    reply.bulk("flags");
    reply.set(user.flags().size());
    user.flags().forEach(reply::bulk);
    reply.bulk("passwords");
    reply.array(user.passwords().size());
    user.passwords().forEach(reply::bulk);
    List<Selector> selectors = user.selectors();
    describe(reply, selectors.getFirst());
    reply.bulk("selectors");
    reply.array(selectors.size() - 1);
    for (Selector selector : selectors.subList(1, selectors.size())) {
      reply.map(3);
      describe(reply, selector);
    }
  }

  private static void describe(Reply reply, Selector selector) {
    reply.bulk("commands");
    reply.bulk(bytes(selector.describeCommands()));
    reply.bulk("keys");
    reply.bulk(selector.describeKeys());
    reply.bulk("channels");
    reply.bulk(selector.describeChannels());
  }

  private void list(Call call, boolean withRules) {
    call.reply().array(users.all().size());
    for (User user : users.all()) {
      call.reply().bulk(bytes(withRules ? user.line() : user.name()));
    }
  }

  private void load(Call call) {
    if (!file.isConfigured()) {
      throw NO_FILE;
    }
    try {
      users.load(file.name(), file.read()).forEach(sessions::deleted);
    } catch (HostError failed) {
      throw new CommandError(
          "ERR Error loading ACLs, opening file '" + file.name() + "': " + failed.reason());
    } catch (RefusedRules refused) {
      throw new CommandError("ERR " + text(refused.text()));
    }
    call.reply().ok();
  }

  private void save(Call call) {
    if (!file.isConfigured()) {
      throw NO_FILE;
    }
    try {
      file.write(users.save());
    } catch (HostError failed) {
      log.accept(LogLevel.WARNING, "Writing ACL file for ACL SAVE: " + failed.reason());
      throw new CommandError(
          "ERR There was an error trying to save the ACLs. Please check the server logs for more"
              + " information");
    }
    call.reply().ok();
  }

  static String raw(Call call, int i) {
    return new String(call.bytes(i), StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String raw) {
    return raw.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(String raw) {
    return new String(bytes(raw), StandardCharsets.UTF_8);
  }
}
