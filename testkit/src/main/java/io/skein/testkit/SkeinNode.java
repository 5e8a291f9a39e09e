package io.skein.testkit;

import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ShutdownFlags;
import io.skein.server.SkeinServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// One node in this JVM: the server itself, with its sockets, threads and files, on 127.0.0.1.
///
/// It keeps its port and its directory when it is started again.
///
/// *States*: running; paused, in which it holds its sockets and does nothing; down. A closed node's
/// directory is gone, if it was made for it.
///
/// *Threads*: any.
public final class SkeinNode implements ClusterNode, AutoCloseable {
  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(10);
  private static final int START_ATTEMPTS = 10;

  private final @Nullable TemporaryDirectory temporary;
  private final Path directory;
  private final List<String> options;
  private final int port;
  private final Wires wires = new Wires();

  /// Held while a reply is awaited, so that a node that gives none can still be resumed or killed.
  private final Object asking = new Object();

  private @Nullable SkeinServer server;
  private @Nullable CountDownLatch pause;
  private @Nullable RespConnection connection;

  private SkeinNode(
      @Nullable TemporaryDirectory temporary, Path directory, int port, List<String> options) {
    this.temporary = temporary;
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /// Starts a node on a free port, in a directory that is deleted when it is closed.
  ///
  /// @param options words of redis-server's command line, such as `--maxmemory`, `10mb`
  public static SkeinNode start(String... options) {
    return startOnFreePort(null, Arrays.asList(options));
  }

  /// Starts a node on a free port, in a directory that is kept.
  public static SkeinNode start(Path directory, String... options) {
    return startOnFreePort(directory, Arrays.asList(options));
  }

  /// The port was free when it was looked for, but somebody else may be quicker.
  static SkeinNode startOnFreePort(@Nullable Path directory, List<String> options) {
    for (int attempt = 1; ; attempt++) {
      SkeinNode node = null;
      try {
        if (directory == null) {
          TemporaryDirectory made = TemporaryDirectory.create();
          node = new SkeinNode(made, made.path(), Ports.free(), options);
        } else {
          node = new SkeinNode(null, directory, Ports.free(), options);
        }
        node.startAgain();
        return node;
      } catch (IOException | UncheckedIOException taken) {
        if (node != null) {
          node.close();
        }
        if (attempt == START_ATTEMPTS) {
          throw new IllegalStateException("the node does not start: " + taken, taken);
        }
      } catch (RuntimeException | Error failed) {
        if (node != null) {
          node.close();
        }
        throw failed;
      }
    }
  }

  @Override
  public int port() {
    return port;
  }

  /// Where its files are; its log is `node.log`.
  public Path directory() {
    return directory;
  }

  @Override
  public String log() {
    try {
      Path file = directory.resolve("node.log");
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public synchronized boolean isRunning() {
    SkeinServer started = server;
    return started != null && !started.hasEnded();
  }

  /// Starts a node that was ended, with the data and the place in the cluster that its directory
  /// holds.
  public synchronized void startAgain() {
    if (isRunning()) {
      throw new IllegalStateException("node " + port + " is running");
    }
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--port", Integer.toString(port), "--bind", host()));
    words.addAll(List.of("--dir", directory.toString(), "--logfile", "node.log"));
    words.addAll(List.of("--save", "", "--io-threads", "1"));
    words.addAll(options);
    try {
      SkeinServer made = SkeinServer.embedded(words, wires::through);
      made.start(false);
      made.sayReady();
      server = made;
    } catch (ConfigFileError refused) {
      throw new IllegalArgumentException(refused.report());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Await.until("node " + port + " has loaded its data", Duration.ofSeconds(30), this::answersPing);
  }

  private boolean answersPing() throws IOException {
    return "PONG".equals(connection().call("PING"));
  }

  /// Ends it in good order, saving its data.
  public synchronized void stop() {
    SkeinServer running = running();
    resume();
    running.shutdown(new ShutdownFlags(true, false, true, false));
    int status = running.awaitEnd();
    ended();
    if (status != 0) {
      throw new IllegalStateException("node " + port + " ended with status " + status);
    }
  }

  /// Ends it as SIGKILL would: nothing is saved, and its connections close.
  public synchronized void kill() {
    SkeinServer running = running();
    running.kill();
    resume();
    running.awaitEnd();
    ended();
  }

  /// Ends it in good order and starts it again.
  public void restart() {
    stop();
    startAgain();
  }

  private SkeinServer running() {
    SkeinServer running = server;
    if (running == null) {
      throw new IllegalStateException("node " + port + " is down");
    }
    return running;
  }

  private void ended() {
    server = null;
    disconnect();
  }

  /// Stops its threads as SIGSTOP would: connections stay, new ones are even accepted by the
  /// system, and nothing is answered.
  public synchronized void pause() {
    if (pause == null) {
      CountDownLatch latch = new CountDownLatch(1);
      running().freeze(latch);
      pause = latch;
    }
  }

  /// Lets a paused node go on.
  public synchronized void resume() {
    CountDownLatch latch = pause;
    if (latch != null) {
      latch.countDown();
      pause = null;
    }
  }

  /// Whatever this node opens to `other`, for gossip or replication, loses everything from now on.
  void cutTo(SkeinNode other) {
    wires.cut(other.port());
    wires.cut(other.port() + Ports.BUS_OFFSET);
  }

  void healTo(SkeinNode other) {
    wires.heal(other.port());
    wires.heal(other.port() + Ports.BUS_OFFSET);
  }

  @Override
  public @Nullable Object call(String... words) {
    synchronized (asking) {
      try {
        return connection().call(words);
      } catch (IOException failed) {
        disconnect();
        throw new UncheckedIOException("node " + port + ": " + failed.getMessage(), failed);
      }
    }
  }

  /// A connection of its own.
  public RespConnection connect() throws IOException {
    return new RespConnection(host(), port, REPLY_TIMEOUT);
  }

  private RespConnection connection() throws IOException {
    RespConnection open = connection;
    if (open == null) {
      open = connect();
      connection = open;
    }
    return open;
  }

  private void disconnect() {
    synchronized (asking) {
      RespConnection open = connection;
      if (open != null) {
        open.close();
        connection = null;
      }
    }
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      kill();
    }
    if (temporary != null) {
      try {
        temporary.close();
      } catch (IOException left) {
        throw new UncheckedIOException(left);
      }
    }
  }

  @Override
  public String toString() {
    return "node " + port;
  }
}
