package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoHandlerFactory;
import io.skein.engine.command.Session;
import io.skein.engine.node.Turn;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/// One event loop of the data plane: waits, reads what all ready connections have sent, runs one
/// turn of the engine over all of it, and then flushes every connection that was written to, once.
///
/// Running the turn here, and not when a connection has been read, is what makes batches span
/// connections.
///
/// *Threads*: its own; [#execute] is for any.
final class DataLoop extends ClosingLoop {
  /// How long tasks may take each time others are served in the midst of a script.
  private static final long TASKS_NANOS = 200_000;

  private final DataPlane plane;
  private final Turn turn;
  private final Runnable scheduledTurn = this::runScheduledTurn;

  /// Sessions that were held back and may go on.
  private final List<ClientConnection> resumed = new ArrayList<>();

  /// Connections that have ended, whose input is executed before they are forgotten.
  private final List<ClientConnection> ended = new ArrayList<>();

  /// Connections that were written to; under the data plane.
  private final List<ClientConnection> written = new ArrayList<>();

  private final List<ClientConnection> leaving = new ArrayList<>();

  /// Those of [#leaving] whose turn comes first.
  private final List<ClientConnection> leavingFirst = new ArrayList<>();

  private final Outgoing outgoing = new Outgoing();
  private boolean turnScheduled;

  /// What came for the engine while a script kept it busy.
  private final List<Runnable> later = new ArrayList<>();

  /// What came from connections that have requests in the turn of a script.
  private final List<Held> held = new ArrayList<>();

  private @Nullable Turn meanwhile;

  /// Whether channels are being read, which cannot happen within itself.
  private boolean reading;

  /// Whether others are being served in the midst of a script that this loop runs.
  private boolean serving;

  private boolean served;

  private record Held(ClientConnection connection, ByteBuf bytes) {}

  DataLoop(DataPlane plane, Turn turn, ThreadFactory threads, IoHandlerFactory ioHandlers) {
    super(threads, ioHandlers);
    this.plane = plane;
    this.turn = turn;
    terminationFuture().addListener(ended -> outgoing.release());
  }

  Turn turn() {
    Turn inner = meanwhile;
    return serving && inner != null ? inner : turn;
  }

  /// What connections of this loop gather to be sent when the turn has ended.
  Outgoing outgoing() {
    return outgoing;
  }

  @Override
  protected int runIo() {
    int handled;
    reading = true;
    try {
      handled = super.runIo();
    } finally {
      reading = false;
    }
    if (turn.hasInput()) {
      runTurn();
    }
    return handled;
  }

  /// Something was put into the turn, which runs at once when it is full: a client that sends
  /// without end is read by the ring for as long as it has buffers.
  void received() {
    if (serving) {
      if (turn().isFull()) {
        runMeanwhile();
      }
    } else if (turn.isFull()) {
      runTurn();
    }
  }

  /// Has a turn take up the input that `connection` has left.
  void resume(ClientConnection connection) {
    resumed.add(connection);
    scheduleTurn();
  }

  /// The peer of `connection` has ended it, or nothing can be sent to it any more.
  void ended(ClientConnection connection) {
    ended.add(connection);
    scheduleTurn();
  }

  /// `connection` has output; under the data plane.
  void written(ClientConnection connection) {
    written.add(connection);
  }

  private void scheduleTurn() {
    if (!turnScheduled) {
      turnScheduled = true;
      execute(scheduledTurn);
    }
  }

  private void runScheduledTurn() {
    turnScheduled = false;
    if (serving) {
      later.add(this::scheduleTurn);
    } else {
      runTurn();
    }
  }

  private void runTurn() {
    inPlaneNow(this::turnInPlane);
    while (!held.isEmpty()) {
      Held message = held.remove(0);
      message.connection.read(message.bytes);
      scheduleTurn();
    }
  }

  /// Whether others are being served in the midst of a script.
  boolean isServing() {
    return serving || plane.isBusy();
  }

  /// Whether `session` has requests in the turn in which a script runs, so that what it sends has
  /// to wait for its end; it is kept then.
  boolean holds(ClientConnection connection, Session session, ByteBuf bytes) {
    boolean holding = serving && turn.has(session);
    if (holding) {
      held.add(new Held(connection, bytes.retain()));
    }
    return holding;
  }

  /// Reads what other connections have sent, and has the engine answer it, in the midst of a script
  /// that this loop runs; waits for nothing.
  ///
  /// It is done by a turn of its own, since the turn with the script is not over. Nothing else of
  /// the engine runs meanwhile: [#inPlane] puts it off.
  void serveOthers() {
    if (reading || serving) {
      return;
    }
    Turn inner = meanwhile;
    if (inner == null) {
      inner = plane.node().newTurn();
      meanwhile = inner;
    }
    turn.handOver(inner);
    serving = true;
    served = true;
    try {
      // A loop that has a task does not wait for its channels.
      execute(() -> {});
      super.runIo();
      runMeanwhile();
      runAllTasks(TASKS_NANOS);
      runMeanwhile();
    } finally {
      serving = false;
    }
  }

  private void runMeanwhile() {
    inPlaneNow(() -> {
      if (turn().hasInput()) {
        turn().run();
      }
      for (Iterator<ClientConnection> each = ended.iterator(); each.hasNext(); ) {
        ClientConnection connection = each.next();
        Session session = connection.session();
        if (session == null || !turn.has(session)) {
          each.remove();
          connection.forget();
        }
      }
    });
  }

  /// The script that kept the engine busy is over: what was put off is done now.
  private void catchUp() {
    if (served && !serving) {
      served = false;
      plane.nudge(this);
    }
    while (!later.isEmpty()) {
      later.remove(0).run();
    }
  }

  private void turnInPlane() {
    for (ClientConnection connection : resumed) {
      Session session = connection.session();
      if (session != null) {
        turn.resume(session);
      }
    }
    resumed.clear();
    if (turn.hasInput()) {
      turn.run();
    }
    for (ClientConnection connection : ended) {
      connection.forget();
    }
    ended.clear();
  }

  /// Runs `task` with the data plane, and then flushes what was written; later, when a script keeps
  /// the engine busy.
  void inPlane(Runnable task) {
    inPlaneNow(() -> {
      if (plane.node().isBusy()) {
        later.add(task);
      } else {
        task.run();
      }
    });
  }

  /// As [#inPlane], but not later: for what may happen in the midst of a script.
  void inPlaneNow(Runnable task) {
    plane.enter();
    try {
      task.run();
      if (!plane.node().isBusy()) {
        catchUp();
      }
      collect();
    } catch (Throwable broken) {
      plane.failed(broken);
    } finally {
      plane.leave();
    }
    flush();
  }

  private void collect() {
    for (ClientConnection connection : written) {
      (connection.collect() ? leavingFirst : leaving).add(connection);
    }
    written.clear();
  }

  /// Sends what is to leave, to replicas first: who reads that something was done, and sees this
  /// process end at that moment, finds it done at the replica.
  private void flush() {
    flush(leavingFirst);
    flush(leaving);
    outgoing.clear();
  }

  private static void flush(List<ClientConnection> connections) {
    for (ClientConnection connection : connections) {
      connection.flushCollected();
    }
    connections.clear();
  }
}
