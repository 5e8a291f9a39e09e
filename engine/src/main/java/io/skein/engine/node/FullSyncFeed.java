package io.skein.engine.node;

import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.replication.PrimaryEffect.SendFile;
import io.skein.engine.replication.PrimaryEffect.StartSnapshot;
import io.skein.engine.replication.PrimaryEvent;
import io.skein.engine.replication.PrimarySide;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes the snapshots that replicas need, and sends the files that were saved for them.
final class FullSyncFeed {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final long MOST_PENDING_BYTES = 4 * 1024 * 1024;

  /// A snapshot that goes to replicas as it is taken.
  private final class Streamed implements SnapshotRun.Output {
    private final long pass;
    private final SnapshotRun run;

    Streamed(long pass) {
      this.pass = pass;
      keyspace.stats().snapshotBegun();
      run = new SnapshotRun(keyspace, saver.format(saver.preamble()), saver.pace(), this);
    }

    @Override
    public void write(byte[] bytes) {
      events.accept(new PrimaryEvent.SnapshotBytes(pass, bytes));
    }

    @Override
    public long pendingBytes() {
      long most = 0;
      for (long link : primary.streamedTo(pass)) {
        Session session = sessions.find(link);
        most = Math.max(most, session == null ? 0 : session.outlet().pendingBytes());
      }
      return most;
    }
  }

  /// A file on its way to one replica.
  private record FileTransfer(long link, Disk.Reader file) {}

  private final Settings settings;
  private final Keyspace keyspace;
  private final Sessions sessions;
  private final NodeHost host;
  private final NodeState state;
  private final Saver saver;
  private final PrimarySide primary;
  private final Consumer<PrimaryEvent> events;
  private final List<FileTransfer> transfers = new ArrayList<>();
  private final byte[] piece = new byte[PIECE_BYTES];
  private @Nullable Streamed streamed;

  FullSyncFeed(
      Settings settings,
      Keyspace keyspace,
      Sessions sessions,
      NodeHost host,
      NodeState state,
      Saver saver,
      PrimarySide primary,
      Consumer<PrimaryEvent> events) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.sessions = sessions;
    this.host = host;
    this.state = state;
    this.saver = saver;
    this.primary = primary;
    this.events = events;
  }

  void start(StartSnapshot asked) {
    long pass = asked.pass();
    if (!asked.data()) {
      startEmpty(pass);
    } else if (state.isLoading() || saver.isBusy() || saver.isSaving()) {
      events.accept(new PrimaryEvent.SnapshotDeferred(pass));
    } else if (asked.toFile()) {
      saver.saveFor(failure -> saved(pass, failure));
      events.accept(new PrimaryEvent.SnapshotStarted(pass));
    } else {
      streamed = new Streamed(pass);
      events.accept(new PrimaryEvent.SnapshotStarted(pass));
    }
  }

  /// A snapshot without data, for one who wants only what else there is.
  private void startEmpty(long pass) {
    SnapshotFormat format = saver.format(saver.preamble());
    format.end();
    events.accept(new PrimaryEvent.SnapshotStarted(pass));
    events.accept(new PrimaryEvent.SnapshotBytes(pass, format.take()));
    events.accept(new PrimaryEvent.SnapshotDone(pass, -1));
  }

  private void saved(long pass, @Nullable String failure) {
    String wrong = failure;
    if (wrong == null) {
      try {
        Disk.Reader file = host.disk().open(settings.get(PersistenceSettings.DBFILENAME));
        if (file != null) {
          long size = file.size();
          file.close();
          events.accept(new PrimaryEvent.SnapshotDone(pass, size));
          return;
        }
        wrong = "the file is gone";
      } catch (Disk.Failure e) {
        wrong = String.valueOf(e.getMessage());
      }
    }
    events.accept(new PrimaryEvent.SnapshotFailed(pass, wrong));
  }

  /// Gives up the streamed snapshot `pass`; its walk is carried to the end.
  void cancel(long pass) {
    Streamed current = streamed;
    if (current != null && current.pass == pass) {
      current.run.cancel();
    }
  }

  /// Ends the streamed snapshot in progress at once, so that another one can be taken.
  void abandon(String reason) {
    Streamed current = streamed;
    if (current != null) {
      streamed = null;
      current.run.cancel();
      current.run.finish();
      events.accept(new PrimaryEvent.SnapshotFailed(current.pass, reason));
    }
  }

  void send(SendFile asked) {
    Disk.Reader file = null;
    try {
      file = host.disk().open(settings.get(PersistenceSettings.DBFILENAME));
    } catch (Disk.Failure e) {
      // As with a file that is gone: the replica is sent away, and comes back.
    }
    Session session = sessions.find(asked.link());
    if (file != null && session != null) {
      transfers.add(new FileTransfer(asked.link(), file));
    } else if (session != null) {
      sessions.closeNow(session, "the file for its synchronization cannot be read");
    }
  }

  /// Goes on with what is under way; false when there is nothing to do for now.
  boolean step() {
    boolean worked = stepSnapshot();
    for (Iterator<FileTransfer> each = transfers.iterator(); each.hasNext(); ) {
      FileTransfer transfer = each.next();
      Session session = sessions.find(transfer.link);
      if (session == null) {
        transfer.file.close();
        each.remove();
      } else if (session.outlet().pendingBytes() < MOST_PENDING_BYTES) {
        worked = true;
        if (!sendPiece(session, transfer.file)) {
          each.remove();
          events.accept(new PrimaryEvent.FileSent(transfer.link));
          return true;
        }
      }
    }
    return worked;
  }

  private boolean stepSnapshot() {
    Streamed current = streamed;
    if (current == null || current.run.isWaiting()) {
      return false;
    }
    if (current.run.step()) {
      streamed = null;
      if (!current.run.isCancelled()) {
        events.accept(new PrimaryEvent.SnapshotDone(current.pass, -1));
      }
    }
    return true;
  }

  private boolean sendPiece(Session session, Disk.Reader file) {
    int count;
    try {
      count = file.read(piece);
    } catch (Disk.Failure e) {
      file.close();
      sessions.closeNow(session, "the file for its synchronization cannot be read");
      return true;
    }
    if (count <= 0) {
      file.close();
      return false;
    }
    session.countOutput(count);
    session.outlet().write(piece, 0, count);
    return true;
  }
}
