package io.skein.engine.command;

import io.skein.engine.acl.AccessLog;
import io.skein.engine.acl.Denial;
import io.skein.engine.acl.User;
import io.skein.engine.acl.Users;
import io.skein.engine.bytes.Bytes;
import io.skein.engine.resp.CommandError;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The users of a node, what they may do, and what was refused to them.
///
/// *Threads*: only under the data plane.
public final class AccessControl {
  private final Users users;
  private final AccessLog log;
  private final AccessCheck check = new AccessCheck();

  public AccessControl(Users users, AccessLog log) {
    this.users = users;
    this.log = log;
  }

  public Users users() {
    return users;
  }

  public AccessLog log() {
    return log;
  }

  /// Why the user of the session may not make `call`, or null when it may. A refusal is logged.
  ///
  /// Nothing else is done with the call: callers answer it with a text that fits the context,
  /// perhaps with what [#describe] says.
  public @Nullable Denial denial(Call call, Denial.Context context) {
    User user = call.session().user();
    Denial denial = check.check(user, call.command(), call);
    if (denial != null) {
      Bytes object =
          denial.reason() == Denial.Reason.COMMAND
              ? Bytes.of(call.command().fullName())
              : call.toBytes(denial.argument());
      log(call, new AccessLog.Event(denial.reason(), context, object, user.name()));
    }
    return denial;
  }

  /// As [#denial], as the error that turns the call away before it is executed or queued.
  public @Nullable CommandError refusal(Call call) {
    Session session = call.session();
    Denial.Context context =
        session.transaction() != null ? Denial.Context.MULTI : Denial.Context.TOPLEVEL;
    Denial denial = denial(call, context);
    return denial == null
        ? null
        : new CommandError(
            "NOPERM " + describe(session.user(), call.command(), call, denial, false));
  }

  /// Why `user` may not call `command` with `arguments`, or null when it may. Nothing is logged.
  public @Nullable Denial check(User user, Command command, Arguments arguments) {
    return check.check(user, command, arguments);
  }

  /// Logs that the user called `name`, raw, was not let in.
  void refused(Call call, byte[] name) {
    Denial.Context context = call.inTransaction() ? Denial.Context.MULTI : Denial.Context.TOPLEVEL;
    log(
        call,
        new AccessLog.Event(
            Denial.Reason.AUTH,
            context,
            call.toBytes(0),
            new String(name, StandardCharsets.ISO_8859_1)));
  }

  private void log(Call call, AccessLog.Event event) {
    StringBuilder client = new StringBuilder();
    ClientLine.append(client, call.session(), call);
    log.add(event, client.toString(), call.nowMs());
  }

  /// What a refusal is about, in Redis's words.
  ///
  /// @param naming whether a key or channel is named
  public static String describe(
      User user, Command command, Arguments arguments, Denial denial, boolean naming) {
    if (denial.reason() == Denial.Reason.COMMAND) {
      return "User "
          + user.nameText()
          + " has no permissions to run the '"
          + command.fullName()
          + "' command";
    }
    String what = denial.reason() == Denial.Reason.KEY ? "key" : "channel";
    return naming
        ? "User "
            + user.nameText()
            + " has no permissions to access the '"
            + arguments.string(denial.argument())
            + "' "
            + what
        : "No permissions to access a " + what;
  }
}
