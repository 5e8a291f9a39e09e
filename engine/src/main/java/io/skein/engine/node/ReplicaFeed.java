package io.skein.engine.node;

import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.log.LogReader;
import io.skein.engine.replication.PrimaryEvent;
import io.skein.engine.replication.PrimarySide;
import io.skein.engine.replication.ReplicaView;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Sends replicas the log, as fast as their connections take it, and notices how they get on.
final class ReplicaFeed {
  private static final int PIECE_BYTES = 64 * 1024;

  /// What a connection may hold; the rest waits in the log, which all replicas share.
  private static final long MOST_PENDING_BYTES = 1024 * 1024;

  /// How many pieces one replica is sent from disk before others have their turn.
  private static final int DISK_PIECES = 4;

  /// What was seen of a replica's connection at the last tick.
  private record Seen(long inputTotal, long outputLeft) {}

  private final Sessions sessions;
  private final PrimarySide primary;
  private final FileFirst first;
  private final Set<Long> streaming = new LinkedHashSet<>();
  private final Map<Long, Seen> seen = new LinkedHashMap<>();
  private final byte[] piece = new byte[PIECE_BYTES];

  ReplicaFeed(Sessions sessions, PrimarySide primary, FileFirst first) {
    this.sessions = sessions;
    this.primary = primary;
    this.first = first;
  }

  void stream(long link) {
    streaming.add(link);
  }

  void forget(long link) {
    streaming.remove(link);
    seen.remove(link);
  }

  /// Sends what there is; returns whether anything was sent.
  boolean pump() {
    if (streaming.isEmpty()) {
      return false;
    }
    long limit = first.limit();
    boolean sent = false;
    boolean held = false;
    for (Iterator<Long> each = streaming.iterator(); each.hasNext(); ) {
      long link = each.next();
      LogReader reader = primary.reader(link);
      Session session = sessions.find(link);
      if (reader == null || session == null) {
        each.remove();
        continue;
      }
      int fromDisk = 0;
      while (reader.remaining() > 0 && session.outlet().pendingBytes() < MOST_PENDING_BYTES) {
        if (reader.position() >= limit) {
          held = true;
          break;
        }
        if (reader.isOnDisk() && fromDisk++ == DISK_PIECES) {
          break;
        }
        int n = reader.read(piece, 0, (int) Math.min(PIECE_BYTES, limit - reader.position()));
        session.countOutput(n);
        session.outlet().write(piece, 0, n);
        sent = true;
      }
    }
    if (held) {
      first.wake();
    }
    return sent;
  }

  /// Tells the machine of replicas that have said anything, or have taken what they were sent.
  void observe(long nowMs, Consumer<PrimaryEvent> events) {
    for (ReplicaView replica : primary.replicas(nowMs)) {
      Session session = sessions.find(replica.link());
      if (session == null) {
        continue;
      }
      long left = session.outlet().pendingBytes();
      Seen before =
          seen.put(replica.link(), new Seen(session.inputTotal(), session.outputTotal() - left));
      if (left == 0 || before != null && session.outputTotal() - left > before.outputLeft) {
        events.accept(new PrimaryEvent.Drained(replica.link()));
      } else if (before != null) {
        events.accept(new PrimaryEvent.Clogged(replica.link()));
      }
      if (before != null && session.inputTotal() > before.inputTotal) {
        events.accept(new PrimaryEvent.Newline(replica.link()));
      }
    }
  }
}
