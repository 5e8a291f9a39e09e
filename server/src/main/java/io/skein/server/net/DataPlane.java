package io.skein.server.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.node.Node;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The event loops that serve clients, and the one lock under which the engine runs.
///
/// Each loop reads, parses and writes its own connections; what touches the node happens between
/// [#enter] and [#leave]. With one loop there is nothing to lock: everything that touches the node
/// runs on that loop.
///
/// *Invariants*: whoever holds the data plane runs on one of its loops.
///
/// *Threads*: any may call [#execute]; the rest belongs to the loops.
public final class DataPlane {
  private static final long YIELD_NANOS = 200_000;

  private final Node node;
  private final Settings settings;
  private final Transport transport;
  private final Consumer<Throwable> onFailure;
  private final @Nullable ReentrantLock lock;
  private final DataLoop[] loops;
  private final Background background = new Background(this);
  private int nextLoop;

  /// Event loops for `node`, not running yet.
  ///
  /// @param onFailure told of an error after which the node must not go on
  public DataPlane(
      Node node, Settings settings, Transport transport, Consumer<Throwable> onFailure) {
    this.node = node;
    this.settings = settings;
    this.transport = transport;
    this.onFailure = onFailure;
    int threads = settings.integer(NetworkSettings.IO_THREADS);
    lock = threads > 1 ? new ReentrantLock() : null;
    ThreadFactory factory = new DefaultThreadFactory("data", false);
    loops = new DataLoop[threads];
    for (int i = 0; i < threads; i++) {
      loops[i] = new DataLoop(this, node.newTurn(), factory, transport.ioHandlers());
    }
  }

  /// The node that is served.
  public Node node() {
    return node;
  }

  Settings settings() {
    return settings;
  }

  /// How bytes are moved.
  public Transport transport() {
    return transport;
  }

  /// The loop on which everything runs that has no connection of a client.
  DataLoop firstLoop() {
    return loops[0];
  }

  /// The loop for the next connection.
  DataLoop nextLoop() {
    int next = nextLoop;
    nextLoop = next + 1 == loops.length ? 0 : next + 1;
    return loops[next];
  }

  /// The loop of the calling thread.
  DataLoop currentLoop() {
    for (DataLoop loop : loops) {
      if (loop.inEventLoop()) {
        return loop;
      }
    }
    throw new IllegalStateException("not a thread of the data plane");
  }

  /// Has `task` run under the data plane, soon.
  public void execute(Runnable task) {
    DataLoop loop = loops[0];
    loop.execute(() -> loop.inPlane(task));
  }

  /// Has background work go on that has waited for something; for any thread.
  public void workSoon() {
    loops[0].execute(() -> background.begin());
  }

  Background background() {
    return background;
  }

  void enter() {
    if (lock != null) {
      lock.lock();
    }
  }

  void leave() {
    if (lock != null) {
      lock.unlock();
    }
  }

  /// Serves other connections in the midst of a script; on the loop that runs it.
  public void serveOthers() {
    currentLoop().serveOthers();
    ReentrantLock held = lock;
    if (held != null && held.getHoldCount() == 1 && held.hasQueuedThreads()) {
      held.unlock();
      try {
        // Whoever waits for it has to wake up first.
        LockSupport.parkNanos(YIELD_NANOS);
      } finally {
        held.lock();
      }
    }
  }

  /// Whether a script keeps the engine busy; without the lock, it may have been so until now.
  boolean isBusy() {
    return loops.length > 1 && node.isBusy();
  }

  /// Has the other loops do what they have put off during a script.
  void nudge(DataLoop done) {
    for (DataLoop loop : loops) {
      if (!loop.equals(done)) {
        loop.execute(() -> loop.inPlane(() -> {}));
      }
    }
  }

  void failed(Throwable cause) {
    onFailure.accept(cause);
  }

  /// How many loops there are.
  public int loopCount() {
    return loops.length;
  }

  /// Has every loop run `wait`, which holds it, soon.
  public void freeze(Runnable wait) {
    for (DataLoop loop : loops) {
      loop.execute(wait);
    }
  }

  /// Ends the loops; what was written has left or is lost.
  public void close() {
    for (DataLoop loop : loops) {
      loop.closeAndEnd();
    }
  }
}
