package io.skein.engine.node;

import io.skein.engine.command.Blocked;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.replication.PrimarySide;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Those who wait until replicas have confirmed what they wrote: WAIT and WAITAOF.
final class AckWaits {
  private static final String ROLE_CHANGED =
      "-UNBLOCKED force unblock from blocking operation, instance state changed (master ->"
          + " replica?)\r\n";

  /// One of them.
  private final class Wait implements Blocked {
    private final Session session;
    private final long offset;
    private final int replicas;
    private final boolean fsynced;
    private final long deadlineMs;

    Wait(Session session, int replicas, boolean fsynced, long deadlineMs) {
      this.session = session;
      this.offset = session.writeOffset();
      this.replicas = replicas;
      this.fsynced = fsynced;
      this.deadlineMs = deadlineMs;
    }

    int confirmed() {
      return fsynced ? primary.countFsynced(offset) : primary.countAcked(offset);
    }

    String answer() {
      return fsynced ? "*2\r\n:0\r\n:" + confirmed() + "\r\n" : ":" + confirmed() + "\r\n";
    }

    @Override
    public long deadlineMs() {
      return deadlineMs;
    }

    @Override
    public void onTimeout(Session timedOut) {
      waits.remove(this);
      write(timedOut, answer());
    }

    @Override
    public void onCancel(Session gone) {
      waits.remove(this);
    }
  }

  private final Sessions sessions;
  private final PrimarySide primary;
  private final List<Wait> waits = new ArrayList<>();
  private boolean asked;

  AckWaits(Sessions sessions, PrimarySide primary) {
    this.sessions = sessions;
    this.primary = primary;
  }

  void add(Session session, int replicas, long deadlineMs, boolean fsynced) {
    Wait wait = new Wait(session, replicas, fsynced, deadlineMs);
    waits.add(wait);
    sessions.block(session, wait);
    asked = true;
  }

  /// Asks the replicas to confirm, once for all who have begun to wait in this turn.
  void turnEnds() {
    if (asked) {
      asked = false;
      primary.requestAcks();
    }
  }

  /// Replicas have confirmed more.
  void moved() {
    for (Wait wait : List.copyOf(waits)) {
      if (wait.confirmed() >= wait.replicas) {
        end(wait, wait.answer());
      }
    }
  }

  /// The node is a replica now, which nothing replicates from: whoever waits is told, and has to
  /// look for the primary.
  void roleChanged() {
    for (Wait wait : List.copyOf(waits)) {
      end(wait, ROLE_CHANGED);
      wait.session.closeAfterReply();
      wait.session.outlet().close(true);
    }
  }

  private void end(Wait wait, String answer) {
    waits.remove(wait);
    write(wait.session, answer);
    sessions.unblock(wait.session);
  }

  private void write(Session session, String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.ISO_8859_1);
    sessions.write(session, bytes, bytes.length);
  }
}
