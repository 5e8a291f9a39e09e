package io.skein.engine.node;

import io.skein.engine.command.Blocked;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.replication.ReplicationCommands;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/// Those who wait until what they wrote is safe: WAIT and WAITAOF.
final class AckWaits {
  private static final String ROLE_CHANGED =
      "UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
          + " replica?)";

  /// One of them.
  private final class Wait implements Blocked {
    private final Session session;
    private final long offset;
    private final boolean onDisks;
    private final boolean local;
    private final int replicas;
    private final long deadlineMs;

    Wait(Session session, boolean onDisks, boolean local, int replicas, long deadlineMs) {
      this.session = session;
      this.offset = session.writeOffset();
      this.onDisks = onDisks;
      this.local = local;
      this.replicas = replicas;
      this.deadlineMs = deadlineMs;
    }

    boolean isFlushed() {
      return durability.flushedOffset() >= offset;
    }

    int confirmed() {
      return onDisks ? durability.countFsynced(offset) : durability.countAcked(offset);
    }

    boolean isOver() {
      return confirmed() >= replicas && (!local || isFlushed());
    }

    void answer() {
      Reply reply = new Reply(32);
      if (onDisks) {
        reply.array(2);
        reply.integer(isFlushed() ? 1 : 0);
      }
      reply.integer(confirmed());
      sessions.answer(session, reply);
    }

    @Override
    public long deadlineMs() {
      return deadlineMs;
    }

    @Override
    public void onTimeout(Session timedOut) {
      waits.remove(this);
      answer();
    }

    @Override
    public void onCancel(Session gone) {
      waits.remove(this);
    }
  }

  private final Sessions sessions;
  private final Durability durability;
  private final List<Wait> waits = new ArrayList<>();

  AckWaits(Sessions sessions, Durability durability) {
    this.sessions = sessions;
    this.durability = durability;
  }

  /// Holds `session` back until `replicas` replicas have confirmed what it has written.
  void forReplicas(Session session, int replicas, long deadlineMs) {
    add(session, new Wait(session, false, false, replicas, deadlineMs));
  }

  /// Holds `session` back until what it has written is on the disks of `replicas` replicas, and, if
  /// `local`, on ours.
  void forDisks(Session session, boolean local, int replicas, long deadlineMs) {
    add(session, new Wait(session, true, local, replicas, deadlineMs));
  }

  private void add(Session session, Wait wait) {
    waits.add(wait);
    sessions.block(session, wait);
    durability.ask();
  }

  /// Replicas have confirmed more, or more is on disk.
  void moved() {
    if (waits.isEmpty()) {
      return;
    }
    for (Wait wait : List.copyOf(waits)) {
      if (wait.local && !durability.hasFile()) {
        sessions.fail(wait.session, ReplicationCommands.NO_FILE);
      } else if (wait.isOver()) {
        waits.remove(wait);
        wait.answer();
        sessions.unblock(wait.session);
      }
    }
  }

  /// The node is a replica now, which nothing replicates from: everybody is told, and disconnected.
  void roleChanged() {
    for (Wait wait : List.copyOf(waits)) {
      sessions.fail(wait.session, ROLE_CHANGED);
      wait.session.closeAfterReply();
      wait.session.outlet().close(true);
    }
  }
}
