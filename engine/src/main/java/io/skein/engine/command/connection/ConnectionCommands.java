package io.skein.engine.command.connection;

import static io.skein.engine.command.CommandFlag.ALLOW_BUSY;
import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.NO_AUTH;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Authentication;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.keyspace.StagedSlots;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.nio.charset.StandardCharsets;

/// PING, ECHO, HELLO, AUTH, SELECT, QUIT and RESET.
public final class ConnectionCommands {
  private static final CommandError NO_PASSWORD =
      new CommandError(
          "ERR AUTH <password> called without any password configured for the default user. Are"
              + " you sure your configuration is correct?");
  private static final CommandError NO_SUCH_PROTOCOL =
      new CommandError("NOPROTO unsupported protocol version");
  private static final CommandError NOT_A_PROTOCOL =
      new CommandError("ERR Protocol version is not an integer or out of range");
  private static final CommandError HELLO_UNAUTHENTICATED =
      new CommandError(
          "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO"
              + " <proto> AUTH <user> <pass> option can be used to authenticate the client and"
              + " select the RESP protocol version at the same time");
  private static final byte[] DEFAULT_USER = "default".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PONG = "pong".getBytes(StandardCharsets.US_ASCII);

  private final Sessions sessions;
  private final Authentication authentication;
  private final NodeTitle title;

  public ConnectionCommands(Sessions sessions, Authentication authentication, NodeTitle title) {
    this.sessions = sessions;
    this.authentication = authentication;
    this.title = title;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("ping")
            .group(Group.CONNECTION)
            .docs("1.0.0", "O(1)", "Answers PONG, or the message given.")
            .syntax("[message]")
            .flags(FAST)
            .tips("request_policy:all_shards", "response_policy:all_succeeded")
            .does(this::ping));
    table.add(
        Command.named("echo")
            .group(Group.CONNECTION)
            .docs("1.0.0", "O(1)", "Answers the message given.")
            .syntax("message")
            .flags(LOADING, STALE, FAST)
            .does(call -> call.reply().bulk(call.buffer(), call.offset(1), call.length(1))));
    table.add(
        Command.named("hello")
            .group(Group.CONNECTION)
            .docs("6.0.0", "O(1)", "Chooses the protocol, and may log in and name the connection.")
            .syntax("[arguments: protover:integer [AUTH username password] [SETNAME clientname]]")
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .history("6.2.0", "Without a version it tells what is in force.")
            .does(this::hello));
    table.add(
        Command.named("auth")
            .group(Group.CONNECTION)
            .docs("1.0.0", "O(N) with N the number of the user's passwords", "Logs in.")
            .syntax("[username] password")
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .history("6.0.0", "Takes a user's name before the password.")
            .does(this::auth));
    table.add(
        Command.named("select")
            .group(Group.CONNECTION)
            .docs("1.0.0", "O(1)", "Chooses the database that later commands work on.")
            .syntax("index:integer")
            .flags(LOADING, STALE, FAST)
            .does(this::select));
    table.add(
        Command.named("quit")
            .group(Group.CONNECTION)
            .docs("1.0.0", "O(1)", "Has the server close the connection.")
            .arity(-1)
            .flags(ALLOW_BUSY, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH)
            .deprecated("7.2.0", "just closing the connection")
            .does(ConnectionCommands::quit));
    table.add(
        Command.named("reset")
            .group(Group.CONNECTION)
            .docs("6.2.0", "O(1)", "Makes the connection as good as new.")
            .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
            .does(this::reset));
  }

  private void ping(Call call) {
    Reply reply = call.reply();
    if (call.count() > 2) {
      throw Errors.wrongArity("ping");
    }
    if (call.session().kind() == Session.Kind.PUBSUB && call.session().protocol() == 2) {
      reply.array(2);
      reply.bulk(PONG);
      if (call.count() == 1) {
        reply.bulk("");
      } else {
        reply.bulk(call.buffer(), call.offset(1), call.length(1));
      }
    } else if (call.count() == 1) {
      reply.pong();
    } else {
      reply.bulk(call.buffer(), call.offset(1), call.length(1));
    }
  }

  private void hello(Call call) {
    Session session = call.session();
    long version = 0;
    if (call.count() > 1) {
      version = call.integer(1, NOT_A_PROTOCOL);
      if (version < 2 || version > 3) {
        throw NO_SUCH_PROTOCOL;
      }
    }
    int user = 0;
    int name = 0;
    for (int i = 2; i < call.count(); i++) {
      int more = call.count() - 1 - i;
      if (call.is(i, "AUTH") && more >= 2) {
        user = i + 1;
        i += 2;
      } else if (call.is(i, "SETNAME") && more >= 1) {
        name = ++i;
        ClientNames.checkName(call, name);
      } else {
        throw new CommandError("ERR Syntax error in HELLO option '" + call.string(i) + "'");
      }
    }
    if (user > 0) {
      authentication.admit(call, call.bytes(user), call.bytes(user + 1));
    }
    if (!session.isAuthenticated() && authentication.isRequired()) {
      throw HELLO_UNAUTHENTICATED;
    }
    if (name > 0) {
      session.name(call.string(name));
    }
    if (version > 0) {
      session.protocol((int) version);
      call.reply().protocol((int) version);
    }
    describe(session, call.reply());
  }

  private void describe(Session session, Reply reply) {
    boolean hasRole = !title.mode().equals("sentinel");
    reply.map(hasRole ? 7 : 6);
    reply.bulk("server");
    reply.bulk("redis");
    reply.bulk("version");
    reply.bulk(NodeTitle.REDIS_VERSION);
    reply.bulk("proto");
    reply.integer(session.protocol());
    reply.bulk("id");
    reply.integer(session.id());
    reply.bulk("mode");
    reply.bulk(title.mode());
    if (hasRole) {
      reply.bulk("role");
      reply.bulk(title.isReplica() ? "replica" : "master");
    }
    reply.bulk("modules");
    reply.array(0);
  }

  private void auth(Call call) {
    if (call.count() > 3) {
      throw Errors.SYNTAX;
    }
    if (call.count() == 2) {
      if (!authentication.hasPassword()) {
        throw NO_PASSWORD;
      }
      authentication.admit(call, DEFAULT_USER, call.bytes(1));
    } else {
      authentication.admit(call, call.bytes(1), call.bytes(2));
    }
    call.reply().ok();
  }

  private void select(Call call) {
    int index = call.integer32(1);
    StagedSlots staged = call.keyspace().staged();
    if (staged != null && index == staged.database().index() && call.isFromPrimary()) {
      call.session().db(index);
      call.reply().ok();
      return;
    }
    if (call.keyspace().isClustered() && index != 0) {
      throw new CommandError("ERR SELECT is not allowed in cluster mode");
    }
    if (index < 0 || index >= call.keyspace().databaseCount()) {
      throw Errors.DB_OUT_OF_RANGE;
    }
    call.session().db(index);
    call.reply().ok();
  }

  private static void quit(Call call) {
    call.reply().ok();
    call.session().closeAfterReply();
  }

  private void reset(Call call) {
    Session session = call.session();
    if (session.kind() == Session.Kind.REPLICA || session.kind() == Session.Kind.PRIMARY) {
      throw new CommandError("ERR can only reset normal client connections");
    }
    sessions.reset(session);
    authentication.begin(session);
    call.reply().protocol(2);
    call.reply().simple("RESET");
  }
}
