package io.skein.engine.command.connection;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.acl.Users;
import io.skein.engine.command.Blocked;
import io.skein.engine.command.Call;
import io.skein.engine.command.ClientLine;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.Pause;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// CLIENT and its subcommands, but for those that another family adds.
public final class ClientCommands {
  private static final String ALL_NODES = "request_policy:all_nodes";
  private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";

  private final Sessions sessions;
  private final Pause pause;
  private final Users users;
  private final Consumer<Command> more;

  /// @param more adds the subcommands of another family
  public ClientCommands(Sessions sessions, Pause pause, Users users, Consumer<Command> more) {
    this.sessions = sessions;
    this.pause = pause;
    this.users = users;
    this.more = more;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    Command client =
        Command.named("client")
            .group(Group.CONNECTION)
            .docs("2.4.0", "Depends on subcommand.", "Holds what concerns client connections.");
    client
        .sub("help")
        .docs("5.0.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(ClientCommands::help);
    identity(client);
    lists(client);
    modes(client);
    control(client);
    more.accept(client);
    table.add(client);
  }

  private void identity(Command client) {
    own(client, "id", "5.0.0", "O(1)", "Tells the id of this connection.")
        .does(call -> call.reply().integer(call.session().id()));
    own(client, "getname", "2.6.9", "O(1)", "Tells the name of this connection.")
        .does(ClientCommands::getName);
    own(client, "setname", "2.6.9", "O(1)", "Names this connection.")
        .syntax("connection-name")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(ClientCommands::setName);
    own(client, "setinfo", "7.2.0", "O(1)", "Tells the server of the client's library.")
        .syntax("(attr: LIB-NAME libname | LIB-VER libver)")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(ClientCommands::setLibrary);
    own(client, "info", "6.2.0", "O(1)", "Describes this connection.")
        .tips("nondeterministic_output")
        .does(ClientCommands::describe);
  }

  private void lists(Command client) {
    own(client, "list", "2.4.0", "O(N) with N the number of clients", "Describes connections.")
        .flags(ADMIN)
        .syntax(
            "[client-type: TYPE (client-type: NORMAL | MASTER | REPLICA | PUBSUB)]"
                + " [client-id: ID client-id:integer...]")
        .tips("nondeterministic_output")
        .history(
            "2.8.12", "Field `id`.",
            "5.0.0", "Filter TYPE.",
            "6.0.0", "Field `user`.",
            "6.2.0", "Fields `argv-mem`, `tot-mem`, `laddr`, `redir`, and filter ID.",
            "7.0.0", "Fields `resp`, `multi-mem`, `rbs` and `rbp`.",
            "7.0.3", "Field `ssub`.")
        .does(this::list);
    own(client, "kill", "2.4.0", "O(N) with N the number of clients", "Closes connections.")
        .flags(ADMIN)
        .arity(-3)
        .syntax(
            "(filter: old-format | (new-format: ID client-id:integer | TYPE (client-type: NORMAL |"
                + " MASTER | SLAVE | REPLICA | PUBSUB) | USER username | ADDR addr | LADDR laddr |"
                + " SKIPME (skipme: YES | NO))...)")
        .history(
            "2.8.12", "Filters.",
            "2.8.12", "Filter ID.",
            "3.2.0", "Type `master`.",
            "5.0.0", "Type `replica`; `slave` is still understood.",
            "6.2.0", "Filter LADDR.")
        .does(this::kill);
    own(client, "unblock", "5.0.0", "O(1)", "Ends what another connection waits for.")
        .flags(ADMIN)
        .syntax("client-id:integer [unblock-type: TIMEOUT | ERROR]")
        .does(this::unblock);
  }

  private void modes(Command client) {
    own(client, "reply", "3.2.0", "O(1)", "Chooses whether commands are answered.")
        .syntax("(action: ON | OFF | SKIP)")
        .does(ClientCommands::replyMode);
    own(client, "no-evict", "7.0.0", "O(1)", "Spares this connection when memory is short.")
        .flags(ADMIN)
        .syntax("(enabled: ON | OFF)")
        .does(call -> call.session().noEvict(isOn(call)));
    own(client, "no-touch", "7.2.0", "O(1)", "Leaves the use of keys by this client uncounted.")
        .syntax("(enabled: ON | OFF)")
        .does(call -> call.session().noTouch(isOn(call)));
  }

  private void control(Command client) {
    own(client, "pause", "3.0.0", "O(1)", "Holds back the commands of all clients for a while.")
        .flags(ADMIN)
        .syntax("timeout:integer [mode: WRITE | ALL]")
        .history("6.2.0", "Mode WRITE.")
        .does(this::pause);
    own(client, "unpause", "6.2.0", "O(N) with N the number of clients", "Ends CLIENT PAUSE.")
        .flags(ADMIN)
        .does(this::unpause);
  }

  private static Command own(
      Command client, String name, String since, String complexity, String summary) {
    return client.sub(name).docs(since, complexity, summary).flags(NOSCRIPT, LOADING, STALE);
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "CACHING (YES|NO)",
        "    Make an exception of the next request: keep track of its keys, or do not.",
        "GETREDIR",
        "    Tell which connection hears of changed keys in place of this one.",
        "GETNAME",
        "    Tell the name of this connection.",
        "ID",
        "    Tell the id of this connection.",
        "INFO",
        "    Describe this connection.",
        "KILL <ip:port>",
        "    Close the connection from this address.",
        "KILL <option> <value> [<option> <value> [...]]",
        "    Close the connections that meet all conditions:",
        "    * ID <client-id>: the one with this id.",
        "    * ADDR (<ip:port>|<unixsocket>:0): those from this address.",
        "    * LADDR (<ip:port>|<unixsocket>:0): those to this address of ours.",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB): those of this type.",
        "    * USER <username>: those of this user.",
        "    * SKIPME (YES|NO): spare this connection (default: yes).",
        "LIST [options ...]",
        "    Describe connections. Options are:",
        "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB): those of this type.",
        "    * ID <client-id> [...]: those with these ids.",
        "UNPAUSE",
        "    End CLIENT PAUSE.",
        "PAUSE <timeout> [WRITE|ALL]",
        "    Hold back all commands, or those that write, for so many milliseconds.",
        "REPLY (ON|OFF|SKIP)",
        "    Choose whether commands of this connection are answered.",
        "SETNAME <name>",
        "    Name this connection.",
        "SETINFO <option> <value>",
        "    Tell of the client's library. Options are:",
        "    * LIB-NAME: its name.",
        "    * LIB-VER: its version.",
        "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
        "         [OPTIN] [OPTOUT] [NOLOOP]",
        "    Hear of changes to keys that this connection has read, or to all with some prefix.",
        "TRACKINGINFO",
        "    Tell what this connection hears of, and how.",
        "UNBLOCK <clientid> [TIMEOUT|ERROR]",
        "    End what a blocked connection waits for.",
        "NO-EVICT (ON|OFF)",
        "    Spare this connection when memory is short.",
        "NO-TOUCH (ON|OFF)",
        "    Do not count the use of keys by this connection.");
  }

  private static void getName(Call call) {
    String name = call.session().name();
    if (name.isEmpty()) {
      call.reply().nullBulk();
    } else {
      call.reply().bulk(name);
    }
  }

  private static void setName(Call call) {
    ClientNames.checkName(call, 2);
    call.session().name(call.string(2));
    call.reply().ok();
  }

  private static void setLibrary(Call call) {
    boolean isName = call.is(2, "LIB-NAME");
    if (!isName && !call.is(2, "LIB-VER")) {
      throw new CommandError("ERR Unrecognized option '" + call.string(2) + "'");
    }
    if (!ClientNames.isPlain(call, 3)) {
      throw new CommandError(
          "ERR " + call.string(2) + " cannot contain spaces, newlines or special characters.");
    }
    if (isName) {
      call.session().libraryName(call.string(3));
    } else {
      call.session().libraryVersion(call.string(3));
    }
    call.reply().ok();
  }

  private static void describe(Call call) {
    StringBuilder text = new StringBuilder();
    ClientLine.append(text, call.session(), call);
    text.append('\n');
    call.reply().verbatim("txt", text.toString());
  }

  private void list(Call call) {
    StringBuilder text = new StringBuilder();
    if (call.count() == 2) {
      for (Session session : sessions.all()) {
        ClientLine.append(text, session, call);
        text.append('\n');
      }
    } else if (call.count() == 4 && call.is(2, "TYPE")) {
      Session.Kind kind = ClientFilter.kind(call, 3);
      for (Session session : sessions.all()) {
        if (session.kind() == kind) {
          ClientLine.append(text, session, call);
          text.append('\n');
        }
      }
    } else if (call.count() > 3 && call.is(2, "ID")) {
      CommandError invalid = new CommandError("ERR Invalid client ID");
      for (int i = 3; i < call.count(); i++) {
        Session session = sessions.find(call.integer(i, invalid));
        if (session != null) {
          ClientLine.append(text, session, call);
          text.append('\n');
        }
      }
    } else {
      throw Errors.SYNTAX;
    }
    call.reply().verbatim("txt", text.toString());
  }

  private void kill(Call call) {
    ClientFilter filter = ClientFilter.of(call, users);
    Session self = call.session();
    List<Session> victims = new ArrayList<>();
    for (Session session : sessions.all()) {
      if (filter.matches(session, self)) {
        victims.add(session);
      }
    }
    for (Session victim : victims) {
      if (victim.id() == self.id()) {
        self.closeAfterReply();
      } else {
        sessions.kill(victim);
      }
    }
    if (call.count() > 3) {
      call.reply().integer(victims.size());
    } else if (victims.isEmpty()) {
      throw new CommandError("ERR No such client");
    } else {
      call.reply().ok();
    }
  }

  private void unblock(Call call) {
    boolean withError = call.count() == 4 && call.is(3, "ERROR");
    if (call.count() > 4) {
      throw Help.wrongUse(call);
    }
    if (call.count() == 4 && !withError && !call.is(3, "TIMEOUT")) {
      throw new CommandError("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }
    Session target = sessions.find(call.integer(2));
    Blocked wait = target == null ? null : target.blocked();
    if (target == null || wait == null || !wait.canBeUnblocked()) {
      call.reply().integer(0);
      return;
    }
    if (withError) {
      sessions.fail(target, "UNBLOCKED client unblocked via CLIENT UNBLOCK");
    } else {
      sessions.unblock(target);
      wait.onTimeout(target);
    }
    call.reply().integer(1);
  }

  private static void replyMode(Call call) {
    Session session = call.session();
    if (call.is(2, "ON")) {
      session.replyMode(Session.ReplyMode.ON);
      call.reply().ok();
    } else if (call.is(2, "OFF")) {
      session.replyMode(Session.ReplyMode.OFF);
    } else if (call.is(2, "SKIP")) {
      if (session.replyMode() != Session.ReplyMode.OFF) {
        session.replyMode(Session.ReplyMode.SKIP_NEXT);
      }
    } else {
      throw Errors.SYNTAX;
    }
  }

  private static boolean isOn(Call call) {
    boolean on = call.is(2, "ON");
    if (!on && !call.is(2, "OFF")) {
      throw Errors.SYNTAX;
    }
    call.reply().ok();
    return on;
  }

  private void pause(Call call) {
    boolean all = call.count() == 3 || call.is(3, "ALL");
    if (call.count() > 4) {
      throw Help.wrongUse(call);
    }
    if (!all && !call.is(3, "WRITE")) {
      throw new CommandError("ERR CLIENT PAUSE mode must be WRITE or ALL");
    }
    long ms = call.integer(2, new CommandError("ERR timeout is not an integer or out of range"));
    if (ms < 0) {
      throw new CommandError("ERR timeout is negative");
    }
    if (ms > Long.MAX_VALUE - call.nowMs()) {
      throw new CommandError("ERR timeout is out of range");
    }
    pause.begin(Pause.Purpose.CLIENT_COMMAND, call.nowMs() + ms, all, call.nowMs());
    call.reply().ok();
  }

  private void unpause(Call call) {
    pause.end(Pause.Purpose.CLIENT_COMMAND, call.nowMs());
    call.reply().ok();
  }
}
