package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Session;
import io.skein.engine.log.CommandLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Brings what a unit of execution has changed into the log, so that followers see it whole or not
/// at all.
///
/// A unit is one command, or one transaction. What it logs is gathered; when it ends, a single
/// entry is logged as it is, several within MULTI and EXEC.
final class Propagation {
  private static final byte[][] MULTI = {ascii("MULTI")};
  private static final byte[][] EXEC = {ascii("EXEC")};
  private static final byte[] DEL = ascii("DEL");
  private static final byte[] UNLINK = ascii("UNLINK");
  private static final byte[] HDEL = ascii("HDEL");

  private record Pending(int db, byte[][] arguments) {}

  private final CommandLog log;
  private final List<Pending> pending = new ArrayList<>();
  private int depth;
  private boolean suspended;

  /// Whose writes are gathered.
  private @Nullable Session writer;

  Propagation(CommandLog log) {
    this.log = log;
  }

  /// Logs nothing while `on`: the node is a replica, whose log is its primary's stream, or is
  /// loading.
  void suspend(boolean on) {
    suspended = on;
  }

  /// A transaction begins: what comes belongs together until [#endUnit].
  void beginUnit() {
    depth++;
  }

  boolean isInUnit() {
    return depth > 0;
  }

  /// The unit ends, and what it gathered is logged.
  void endUnit() {
    depth--;
    if (depth == 0 && !pending.isEmpty()) {
      flush();
    }
  }

  /// The unit ends, and what it gathered is forgotten.
  void abandonUnit() {
    depth--;
    pending.clear();
    writer = null;
  }

  /// Whether what is executed now has to be logged.
  boolean isFollowed() {
    return !suspended && log.isFollowed();
  }

  /// A command has been executed: logs what it changed.
  void executed(Call call) {
    if (call.dirty() == 0 || call.isFromPrimary()) {
      if (depth == 0 && !pending.isEmpty()) {
        if (call.command().has(CommandFlag.TOUCHES_ARBITRARY_KEYS)) {
          flushApart();
        } else {
          flush();
        }
      }
      return;
    }
    boolean wanted = !suspended && !call.isSilent();
    if (wanted && !log.isFollowed()) {
      log.skipped();
    } else if (wanted) {
      gather(call);
    }
    if (depth == 0 && !pending.isEmpty()) {
      flush();
    }
  }

  private void gather(Call call) {
    int db = call.session().db();
    writer = call.session();
    if (call.isRewritten()) {
      for (byte[][] effect : call.effects()) {
        pending.add(new Pending(db, effect));
      }
    } else if (depth == 0 && pending.isEmpty()) {
      log.begin(db, call.count());
      for (int i = 0; i < call.count(); i++) {
        byte[] instead = call.loggedInstead(i);
        if (instead != null) {
          log.argument(instead, 0, instead.length);
        } else {
          log.argument(call.buffer(), call.offset(i), call.length(i));
        }
      }
      call.session().writeOffset(log.offset());
    } else {
      byte[][] arguments = new byte[call.count()][];
      for (int i = 0; i < arguments.length; i++) {
        byte[] instead = call.loggedInstead(i);
        arguments[i] = instead != null ? instead : call.bytes(i);
      }
      pending.add(new Pending(db, arguments));
    }
  }

  /// A key has vanished by itself: followers delete it too.
  void deleted(int db, byte[] key, boolean lazily) {
    if (!suspended && log.isFollowed()) {
      pending.add(new Pending(db, new byte[][] {lazily ? UNLINK : DEL, key}));
    }
  }

  /// `who` has changed data outside of the execution of a command: followers do the same.
  ///
  /// @param who whose WAIT has to wait for this, or null when it is gone
  void changed(@Nullable Session who, int db, byte[]... effect) {
    if (suspended) {
      return;
    }
    if (!log.isFollowed()) {
      log.skipped();
      return;
    }
    log.command(db, effect);
    if (who != null) {
      who.writeOffset(log.offset());
    }
  }

  /// Fields of a hash have vanished by themselves: followers delete them too.
  void fieldsDeleted(int db, byte[] key, List<byte[]> fields) {
    if (!suspended && log.isFollowed()) {
      byte[][] arguments = new byte[fields.size() + 2][];
      arguments[0] = HDEL;
      arguments[1] = key;
      for (int i = 0; i < fields.size(); i++) {
        arguments[i + 2] = fields.get(i);
      }
      pending.add(new Pending(db, arguments));
    }
  }

  /// Logs what was gathered outside of any command, such as keys that have expired.
  void flush() {
    if (depth > 0 || pending.isEmpty()) {
      return;
    }
    boolean several = pending.size() > 1;
    if (several) {
      // The SELECT for the first of them belongs inside.
      log.command(CommandLog.NO_DB, MULTI);
    }
    for (Pending p : pending) {
      log.command(p.db(), p.arguments());
    }
    if (several) {
      log.command(CommandLog.NO_DB, EXEC);
    }
    pending.clear();
    Session wrote = writer;
    if (wrote != null) {
      wrote.writeOffset(log.offset());
      writer = null;
    }
  }

  /// Logs what was gathered, each entry by itself: they have nothing to do with each other.
  void flushApart() {
    for (Pending p : pending) {
      log.command(p.db(), p.arguments());
    }
    pending.clear();
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.US_ASCII);
  }
}
