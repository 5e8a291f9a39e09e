package io.skein.server.net;

import io.netty.channel.IoHandlerFactory;
import io.skein.engine.command.Session;
import io.skein.engine.node.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/// One event loop of the data plane: waits, reads what all ready connections have sent, runs one
/// turn of the engine over all of it, and then flushes every connection that was written to, once.
///
/// Running the turn here, and not when a connection has been read, is what makes batches span
/// connections.
///
/// *Threads*: its own; [#execute] is for any.
final class DataLoop extends ClosingLoop {
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
  private final Outgoing outgoing = new Outgoing();
  private boolean turnScheduled;

  DataLoop(DataPlane plane, Turn turn, ThreadFactory threads, IoHandlerFactory ioHandlers) {
    super(threads, ioHandlers);
    this.plane = plane;
    this.turn = turn;
    terminationFuture().addListener(ended -> outgoing.release());
  }

  Turn turn() {
    return turn;
  }

  /// What connections of this loop gather to be sent when the turn has ended.
  Outgoing outgoing() {
    return outgoing;
  }

  @Override
  protected int runIo() {
    int handled = super.runIo();
    if (turn.hasInput()) {
      runTurn();
    }
    return handled;
  }

  /// Something was put into the turn, which runs at once when it is full: a client that sends
  /// without end is read by the ring for as long as it has buffers.
  void received() {
    if (turn.isFull()) {
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
    runTurn();
  }

  private void runTurn() {
    inPlane(this::turnInPlane);
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

  /// Runs `task` with the data plane, and then flushes what was written.
  void inPlane(Runnable task) {
    plane.enter();
    try {
      task.run();
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
      connection.collect();
      leaving.add(connection);
    }
    written.clear();
  }

  private void flush() {
    for (ClientConnection connection : leaving) {
      connection.flushCollected();
    }
    leaving.clear();
    outgoing.clear();
  }
}
