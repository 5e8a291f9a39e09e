package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.ALLOW_BUSY;
import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.NO_ASYNC_LOADING;
import static io.skein.engine.command.CommandFlag.NO_MULTI;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Blocked;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Persistence;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/// SAVE, BGSAVE, LASTSAVE and SHUTDOWN.
public final class SaveCommands {
  private static final byte[] GIVEN_UP =
      "-ERR Errors trying to SHUTDOWN. Check logs.\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Persistence persistence;
  private final Sessions sessions;

  /// Clients whose SHUTDOWN waits for replicas.
  private final Set<Session> waiting = new LinkedHashSet<>();

  public SaveCommands(Persistence persistence, Sessions sessions) {
    this.persistence = persistence;
    this.sessions = sessions;
    persistence.onShutdownGivenUp(this::givenUp);
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("save")
            .group(Group.SERVER)
            .docs(
                "1.0.0", "O(N) with N the number of keys", "Saves the data set, and waits for it.")
            .flags(NO_ASYNC_LOADING, ADMIN, NOSCRIPT, NO_MULTI)
            .does(this::save));
    table.add(
        Command.named("bgsave")
            .group(Group.SERVER)
            .docs("1.0.0", "O(1)", "Saves the data set in the background.")
            .syntax("[SCHEDULE]")
            .flags(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
            .history("3.2.2", "Option SCHEDULE.")
            .does(this::saveInBackground));
    table.add(
        Command.named("bgrewriteaof")
            .group(Group.SERVER)
            .docs("1.0.0", "O(1)", "Rewrites the append only file in the background.")
            .flags(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
            .does(this::rewrite));
    table.add(
        Command.named("lastsave")
            .group(Group.SERVER)
            .docs("1.0.0", "O(1)", "Tells when the data set was saved last, in Unix seconds.")
            .flags(LOADING, STALE, FAST)
            .categories(Category.ADMIN, Category.DANGEROUS)
            .tips("nondeterministic_output")
            .does(call -> call.reply().integer(persistence.lastSaveSeconds())));
    table.add(
        Command.named("shutdown")
            .group(Group.SERVER)
            .docs(
                "1.0.0",
                "O(N) with N the number of keys when they are saved, else O(1)",
                "Ends the server, after saving the data set if it keeps one.")
            .syntax("[save-selector: NOSAVE | SAVE] [NOW] [FORCE] [ABORT]")
            .flags(ADMIN, NOSCRIPT, LOADING, STALE, NO_MULTI, ALLOW_BUSY)
            .history("7.0.0", "Options NOW, FORCE and ABORT.")
            .does(this::shutdown));
  }

  private void save(Call call) {
    persistence.saveNow();
    call.reply().ok();
  }

  private void saveInBackground(Call call) {
    boolean schedule = call.count() == 2 && call.is(1, "SCHEDULE");
    if (call.count() > 1 && !schedule) {
      throw Errors.SYNTAX;
    }
    boolean begun = persistence.saveInBackground(schedule || call.inTransaction());
    call.reply().simple(begun ? "Background saving started" : "Background saving scheduled");
  }

  private void rewrite(Call call) {
    boolean begun = persistence.rewriteAppendOnlyFile();
    call.reply()
        .simple(
            begun
                ? "Background append only file rewriting started"
                : "Background append only file rewriting scheduled");
  }

  private void shutdown(Call call) {
    Boolean save = null;
    boolean now = false;
    boolean force = false;
    boolean abort = false;
    for (int i = 1; i < call.count(); i++) {
      if (call.is(i, "SAVE") || call.is(i, "NOSAVE")) {
        boolean wanted = call.is(i, "SAVE");
        if (save != null && save != wanted) {
          throw Errors.SYNTAX;
        }
        save = wanted;
      } else if (call.is(i, "NOW")) {
        now = true;
      } else if (call.is(i, "FORCE")) {
        force = true;
      } else if (call.is(i, "ABORT")) {
        abort = true;
      } else {
        throw Errors.SYNTAX;
      }
    }
    if (!abort) {
      if (!persistence.shutdown(save, now, force)) {
        waiting.add(call.session());
        sessions.block(call.session(), new UntilShutdown());
      }
    } else if (save != null || now || force) {
      throw Errors.SYNTAX;
    } else if (persistence.abortShutdown()) {
      call.reply().ok();
    } else {
      throw new CommandError("ERR No shutdown in progress.");
    }
  }

  private void givenUp() {
    Set<Session> all = new LinkedHashSet<>(waiting);
    waiting.clear();
    for (Session session : all) {
      sessions.unblock(session);
      sessions.send(session, GIVEN_UP, GIVEN_UP.length);
    }
  }

  /// Waits for the end of the server, or for its being put off.
  private final class UntilShutdown implements Blocked {
    @Override
    public long deadlineMs() {
      return Long.MAX_VALUE;
    }

    @Override
    public void onTimeout(Session session) {
      waiting.remove(session);
    }

    @Override
    public void onCancel(Session session) {
      waiting.remove(session);
    }

    @Override
    public boolean canBeUnblocked() {
      return false;
    }
  }
}
