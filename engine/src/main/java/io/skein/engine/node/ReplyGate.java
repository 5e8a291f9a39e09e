package io.skein.engine.node;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.AppendFsync;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Key;
import io.skein.engine.log.CommandLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Holds replies until the position of the log on which they depend is as safe as the settings ask:
/// flushed to disk (`appendfsync always`, `reply-wait-fsync`), confirmed by replicas
/// (`reply-wait-replicas`).
///
/// What must not happen is that a client sees, by any reply, a write that may still be lost. A
/// reply therefore depends on the log up to the end of what its command wrote, or of the last write
/// to a key that it looked at. For the latter there is a table of positions by hash of the key:
/// keys that share a place in it may wait for each other, and nothing grows. Commands that see many
/// keys depend on the last write of all.
///
/// From the moment at which a session depends on something unsafe, its outlet is a [HeldReplies]:
/// everything written to it queues there, messages of others included, until it is safe again.
/// Other sessions are not concerned.
///
/// Only a primary holds replies: what a replica shows is its primary's, and as safe as a replica.
///
/// *States*: off (nothing is tracked, and nothing asks whether to); on.
///
/// *Threads*: only under the data plane.
final class ReplyGate {
  private static final int PLACES = 1 << 16;
  private static final long NOTHING = -1;
  private static final long DATA = CommandFlag.WRITE.bit() | CommandFlag.READONLY.bit();

  private final Settings settings;
  private final CommandLog log;
  private final Sessions sessions;
  private final Durability durability;
  private final BiConsumer<LogLevel, String> logLines;
  private Consumer<ReplyGate> onSwitched = gate -> {};
  private final Map<Long, HeldReplies> held = new LinkedHashMap<>();
  private long[] lastWrites = {};
  private long[] touched = new long[64];
  private int touchedCount;

  /// Those of [#touched] that were there before the command in progress.
  private int touchedBefore;

  private boolean allTouched;

  /// The last write to any key, and a position that all keys depend on.
  private long newest = NOTHING;

  private long base = NOTHING;
  private boolean begun;
  private boolean primary = true;
  private boolean on;
  private boolean fsync;
  private int replicas;
  private long acked = NOTHING;
  private long safe = Long.MAX_VALUE;
  private long nowMs;

  ReplyGate(
      Settings settings,
      CommandLog log,
      Sessions sessions,
      Durability durability,
      BiConsumer<LogLevel, String> logLines) {
    this.settings = settings;
    this.log = log;
    this.sessions = sessions;
    this.durability = durability;
    this.logLines = logLines;
    sessions.onClose(session -> held.remove(session.id()));
    settings.onChange(ReplicationSettings.REPLY_WAIT_REPLICAS, s -> configure());
    settings.onChange(ReplicationSettings.REPLY_WAIT_FSYNC, s -> configure());
    settings.onChange(PersistenceSettings.APPENDFSYNC, s -> configure());
  }

  /// Has `action` know whenever the gate is switched on or off.
  void onSwitched(Consumer<ReplyGate> action) {
    onSwitched = action;
  }

  /// Whether what is executed has to be told by [#executed], and what changes by [#changed].
  boolean isOn() {
    return on;
  }

  /// The data set is there: from now on clients write. What was there before a start was perhaps
  /// never confirmed.
  void begin(boolean hasData) {
    begun = true;
    configure();
    if (hasData) {
      beginAnew();
    }
  }

  /// The node is a primary from now on, or a replica: then nobody can tell any more what becomes of
  /// writes that were not confirmed.
  void roleChanged(boolean nowPrimary) {
    primary = nowPrimary;
    if (!nowPrimary && !held.isEmpty()) {
      closeAll("this server is a replica now");
    }
    acked = NOTHING;
    configure();
    if (nowPrimary && begun) {
      beginAnew();
    }
  }

  /// All that is there was perhaps confirmed by nobody.
  private void beginAnew() {
    if (on && replicas > 0) {
      base = log.offset();
      newest = base;
      moved();
    }
  }

  private void configure() {
    int wanted = settings.integer(ReplicationSettings.REPLY_WAIT_REPLICAS);
    if (wanted != replicas) {
      replicas = wanted;
      acked = NOTHING;
    }
    fsync =
        durability.isFileOn()
            && (settings.get(PersistenceSettings.APPENDFSYNC) == AppendFsync.ALWAYS
                    && !durability.isFlushSuspended()
                || settings.isOn(ReplicationSettings.REPLY_WAIT_FSYNC));
    boolean now = begun && primary && (fsync || replicas > 0);
    if (now != on) {
      on = now;
      lastWrites = new long[now ? PLACES : 0];
      Arrays.fill(lastWrites, NOTHING);
      touchedCount = 0;
      touchedBefore = 0;
      allTouched = false;
      newest = NOTHING;
      base = NOTHING;
      onSwitched.accept(this);
    }
    release();
  }

  // ---- what happens

  /// `key` was created, changed or deleted.
  void changed(Key key) {
    touch(key);
  }

  /// All keys of some databases were deleted, or replaced by others.
  void flushed() {
    allTouched = true;
  }

  private void touch(Key key) {
    if (touchedCount == touched.length) {
      if (touchedCount == PLACES) {
        allTouched = true;
        return;
      }
      touched = Arrays.copyOf(touched, touchedCount * 2);
    }
    touched[touchedCount++] = key.hash();
  }

  /// A command has been executed and logged: its session's replies wait if they have to.
  ///
  /// @param inUnit whether it belongs to a transaction, which is logged when it ends
  void executed(Call call, boolean inUnit) {
    boolean wrote = call.dirty() > 0 && call.command().has(CommandFlag.WRITE);
    if (wrote && touchedCount == touchedBefore && !allTouched) {
      for (int i = 0; i < call.keyCount(); i++) {
        touch(call.keyAt(i));
      }
    }
    touchedBefore = touchedCount;
    if (inUnit) {
      return;
    }
    settle();
    if (wrote) {
      newest = log.offset();
    }
    Session.Kind kind = call.session().kind();
    if (call.isFromPrimary() || kind == Session.Kind.REPLICA || kind == Session.Kind.PRIMARY) {
      return;
    }
    long depends = wrote ? newest : dependence(call);
    if (depends > safe) {
      hold(call.session(), depends);
    }
  }

  /// Whether replies may show what the log holds up to `offset`.
  boolean isSafe(long offset) {
    return offset <= safe;
  }

  /// What `session` asked for has changed data outside of the execution of a command: what it is
  /// told next waits until that is safe.
  void wrote(Session session) {
    if (!on) {
      return;
    }
    settle();
    newest = log.offset();
    if (newest > safe) {
      hold(session, newest);
    }
  }

  /// What was changed is in the log up to its end.
  void settle() {
    if (touchedCount == 0 && !allTouched) {
      return;
    }
    newest = log.offset();
    for (int i = 0; i < touchedCount; i++) {
      lastWrites[place(touched[i])] = newest;
    }
    if (allTouched) {
      base = newest;
    }
    touchedCount = 0;
    touchedBefore = 0;
    allTouched = false;
  }

  private static int place(long hash) {
    return (int) hash & PLACES - 1;
  }

  /// The position of the log of which the reply to `call`, which wrote nothing, shows something.
  private long dependence(Call call) {
    if (seesManyKeys(call)) {
      return newest;
    }
    long most = NOTHING;
    for (int i = 0; i < call.keyCount(); i++) {
      most = Math.max(most, Math.max(base, lastWrites[place(call.keyAt(i).hash())]));
    }
    return most;
  }

  private static boolean seesManyKeys(Call call) {
    Command command = call.command();
    if (call.keyCount() == 0 && (command.flagBits() & DATA) != 0) {
      return true;
    }
    return switch (command.fullName()) {
      // That EXEC was refused for a watched key shows a write; SORT looks up keys that it builds.
      case "exec", "sort", "sort_ro", "cluster|countkeysinslot", "cluster|getkeysinslot" -> true;
      default -> false;
    };
  }

  // ---- what waits

  private void hold(Session session, long offset) {
    HeldReplies replies = held.get(session.id());
    if (replies == null) {
      replies = new HeldReplies(session, session.outlet());
      held.put(session.id(), replies);
      session.outlet(replies);
    }
    replies.require(offset, nowMs);
    if (offset > acked && replicas > 0) {
      durability.ask();
    }
  }

  /// Something is safer than before, or the append only file was switched on or off.
  void moved() {
    configure();
  }

  private void release() {
    long flushed = fsync ? durability.flushedOffset() : Long.MAX_VALUE;
    if (replicas > 0) {
      acked = Math.max(acked, durability.ackedBy(replicas));
    }
    safe = on ? Math.min(flushed, replicas > 0 ? acked : Long.MAX_VALUE) : Long.MAX_VALUE;
    held.values().removeIf(this::release);
  }

  private boolean release(HeldReplies replies) {
    Session session = replies.session();
    // The stream of a replica is not for a client.
    boolean over = replies.release(session.kind() == Session.Kind.REPLICA ? Long.MAX_VALUE : safe);
    if (over) {
      session.outlet(replies.outlet());
    }
    return over;
  }

  /// Closes who has waited for too long, `atMs` being the time that never goes back.
  void tick(long atMs) {
    nowMs = atMs;
    configure();
    long mostMs = settings.number(ReplicationSettings.REPLY_WAIT_TIMEOUT_MS);
    if (mostMs == 0 || held.isEmpty()) {
      return;
    }
    for (HeldReplies replies : List.copyOf(held.values())) {
      if (atMs - replies.oldestMs(atMs) > mostMs) {
        close(replies, LogLevel.WARNING, "its reply waited longer than reply-wait-timeout-ms");
      }
    }
  }

  private void closeAll(String reason) {
    List<HeldReplies> all = new ArrayList<>(held.values());
    logLines.accept(
        LogLevel.WARNING,
        all.size()
            + " clients wait for their writes to be confirmed, and are disconnected: what becomes of"
            + " the writes is not known, since "
            + reason);
    for (HeldReplies replies : all) {
      close(replies, LogLevel.VERBOSE, reason);
    }
  }

  private void close(HeldReplies replies, LogLevel level, String reason) {
    replies.drop();
    sessions.closeNow(replies.session(), level, reason);
  }

  /// What INFO says of it.
  void describe(InfoText out) {
    if (!on) {
      return;
    }
    long bytes = 0;
    for (HeldReplies replies : held.values()) {
      bytes += replies.size();
    }
    out.field("reply_wait_clients", held.size());
    out.field("reply_wait_bytes", bytes);
    out.field("reply_wait_safe_offset", safe);
  }
}
