package io.skein.engine.command.transaction;

import io.skein.engine.acl.Denial;
import io.skein.engine.command.AccessControl;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Executor;
import io.skein.engine.command.Group;
import io.skein.engine.command.KeySpec;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Transaction;
import io.skein.engine.command.WatchedKeys;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Watches;
import io.skein.engine.resp.CommandError;

/// MULTI, EXEC, DISCARD, WATCH and UNWATCH.
public final class TransactionFamily {
  private static final CommandError NESTED = new CommandError("ERR MULTI calls can not be nested");
  private static final CommandError EXEC_WITHOUT = new CommandError("ERR EXEC without MULTI");
  private static final CommandError DISCARD_WITHOUT = new CommandError("ERR DISCARD without MULTI");
  private static final CommandError WATCH_INSIDE =
      new CommandError("ERR WATCH inside MULTI is not allowed");
  private static final CommandError ABORTED =
      new CommandError("EXECABORT Transaction discarded because of previous errors.");

  private final Keyspace keyspace;
  private final Sessions sessions;
  private final AccessControl access;
  private final Executor executor;

  /// @param executor carries out what was queued
  public TransactionFamily(
      Keyspace keyspace, Sessions sessions, AccessControl access, Executor executor) {
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.access = access;
    this.executor = executor;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(multi());
    table.add(exec());
    table.add(discard());
    table.add(watch());
    table.add(unwatch());
  }

  private static Command command(String name, String since, String cost, String summary) {
    return Command.named(name)
        .group(Group.TRANSACTIONS)
        .docs(since, cost, summary)
        .syntax("")
        .flags(CommandFlag.NOSCRIPT, CommandFlag.LOADING, CommandFlag.STALE);
  }

  private Command multi() {
    return command("multi", "1.2.0", "O(1)", "Begins a transaction: what comes is queued.")
        .flags(CommandFlag.FAST, CommandFlag.ALLOW_BUSY)
        .does(this::multi);
  }

  private void multi(Call call) {
    if (call.session().transaction() != null) {
      throw NESTED;
    }
    sessions.begin(call.session());
    call.reply().ok();
  }

  private Command exec() {
    return command("exec", "1.2.0", "That of the commands queued.", "Carries out what was queued.")
        .flags(CommandFlag.SKIP_SLOWLOG)
        .does(this::exec);
  }

  private void exec(Call call) {
    Session session = call.session();
    Transaction transaction = session.transaction();
    if (transaction == null) {
      throw EXEC_WITHOUT;
    }
    WatchedKeys watched = session.attachment(WatchedKeys.class);
    boolean broken =
        session.isWatchBroken() || watched != null && watched.hasExpired(call.keyspace());
    // What the commands themselves change is no reason to fail.
    sessions.discardTransaction(session);
    if (transaction.isAborted()) {
      throw ABORTED;
    }
    if (broken) {
      call.reply().nullArray();
      return;
    }
    call.reply().array(transaction.commands().size());
    executor.beginUnit();
    try {
      run(call, transaction);
    } finally {
      executor.endUnit();
    }
  }

  private void run(Call call, Transaction transaction) {
    Call inner = new Call(keyspace, call.reply());
    for (Transaction.Queued queued : transaction.commands()) {
      inner.point(queued.arguments());
      inner.begin(call.session(), queued.command());
      inner.inTransaction(true);
      inner.fromPrimary(call.isFromPrimary());
      inner.findKeys();
      if (inner.keyCount() > 1) {
        inner.touchKeys();
      }
      Denial denial =
          call.session().user().isUnlimited() ? null : access.denial(inner, Denial.Context.MULTI);
      if (denial == null) {
        executor.execute(inner);
      } else {
        executor.refuse(inner, notAnyMore(denial));
      }
      // A command such as HELLO changes the protocol of the replies that follow.
      call.reply().protocol(call.session().protocol());
    }
  }

  /// The rules have changed since the command was queued.
  private static CommandError notAnyMore(Denial denial) {
    String reason =
        switch (denial.reason()) {
          case COMMAND, AUTH -> "no permission to execute the command or subcommand";
          case KEY -> "no permission to touch the specified keys";
          case CHANNEL ->
              "no permission to access one of the channels used as argument to the command";
        };
    return new CommandError(
        "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC"
            + " call. This command is no longer allowed for the following reason: "
            + reason);
  }

  private Command discard() {
    return command(
            "discard",
            "2.0.0",
            "O(N), N being the number of commands queued.",
            "Ends a transaction and forgets what was queued.")
        .flags(CommandFlag.FAST, CommandFlag.ALLOW_BUSY)
        .does(this::discard);
  }

  private void discard(Call call) {
    if (call.session().transaction() == null) {
      throw DISCARD_WITHOUT;
    }
    sessions.discardTransaction(call.session());
    call.reply().ok();
  }

  private Command watch() {
    return command(
            "watch",
            "2.2.0",
            "O(1) for each key.",
            "Has the next transaction fail if one of the keys changes before it.")
        .syntax("key...")
        .flags(CommandFlag.FAST, CommandFlag.ALLOW_BUSY)
        .keys(KeySpec.range(KeySpec.RO, 1, -1, 1))
        .does(this::watch);
  }

  private void watch(Call call) {
    Session session = call.session();
    if (session.transaction() != null) {
      throw WATCH_INSIDE;
    }
    call.reply().ok();
    if (session.isWatchBroken()) {
      return;
    }
    WatchedKeys watched = session.attachment(WatchedKeys.class);
    if (watched == null) {
      watched = new WatchedKeys(session);
      session.attach(WatchedKeys.class, watched);
    }
    Database db = call.database();
    for (int i = 0; i < call.keyCount(); i++) {
      Watches.Watched key = new Watches.Watched(db.index(), call.keyAt(i).toBytes());
      watched.add(key, db, keyspace.watches());
    }
  }

  private Command unwatch() {
    return command("unwatch", "2.2.0", "O(1)", "Forgets all keys that are watched.")
        .flags(CommandFlag.FAST, CommandFlag.ALLOW_BUSY)
        .does(this::unwatch);
  }

  private void unwatch(Call call) {
    Session session = call.session();
    WatchedKeys watched = session.attachment(WatchedKeys.class);
    if (watched != null) {
      watched.forget(keyspace.watches());
      session.detach(WatchedKeys.class);
    }
    session.watchBroken(false);
    call.reply().ok();
  }
}
