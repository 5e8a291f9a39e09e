package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import io.skein.engine.script.ScriptEngine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A node with virtual time, for tests that talk RESP to it.
public final class TestNode implements NodeHost {
  private final Settings settings;
  private final Node node;
  private final Turn turn;
  private final List<String> logged = new ArrayList<>();
  private final MemoryDisk disk;
  private long nanos;
  private long unixMs = 1_700_000_000_000L;
  private @Nullable Integer exitCode;
  private long slownessNanos;
  private TestNetwork network = new TestNetwork();
  private final @Nullable ScriptEngine scripts;

  public TestNode() {
    this(null, new MemoryDisk());
  }

  public TestNode(@Nullable ClusterPort cluster) {
    this(cluster, new MemoryDisk());
  }

  /// A node on a disk that may have belonged to another one.
  public TestNode(@Nullable ClusterPort cluster, MemoryDisk disk) {
    this(cluster, disk, 1);
  }

  /// A node whose random numbers follow from `seed`, as those of different nodes should differ.
  public TestNode(@Nullable ClusterPort cluster, MemoryDisk disk, long seed) {
    this(cluster, disk, seed, null);
  }

  /// A node whose scripts `engine` runs.
  public TestNode(ScriptEngine engine) {
    this(null, new MemoryDisk(), 1, engine);
  }

  private TestNode(
      @Nullable ClusterPort cluster, MemoryDisk disk, long seed, @Nullable ScriptEngine engine) {
    this.disk = disk;
    scripts = engine;
    settings = new Settings("/", (current, requested) -> requested);
    node = new Node(settings, new SplittableRandom(seed), this, cluster);
    turn = node.newTurn();
  }

  /// Puts the node into a network, in which others reach it at `port`.
  public TestNode in(TestNetwork shared, int port) {
    network = shared;
    shared.add(this, port);
    return this;
  }

  /// A new connection.
  public Client connect() {
    return new Client();
  }

  public Node node() {
    return node;
  }

  public Settings settings() {
    return settings;
  }

  public Turn turn() {
    return turn;
  }

  public List<String> logged() {
    return logged;
  }

  public @Nullable Integer exitCode() {
    return exitCode;
  }

  /// Lets time pass.
  public void advance(long ms) {
    unixMs += ms;
    nanos += ms * 1_000_000;
    node.tick();
    runTurn();
  }

  /// Sets the wall clock, forth or back; no time passes.
  public void jump(long ms) {
    unixMs += ms;
    node.tick();
    runTurn();
  }

  /// Lets time pass without the node doing what is due, such as deleting keys that have expired.
  public void advanceWithoutTick(long ms) {
    unixMs += ms;
    nanos += ms * 1_000_000;
  }

  public Keyspace keyspace() {
    return node.keyspace();
  }

  /// The node's log. With a reader open, what is written is to be read there.
  public CommandLog commandLog() {
    return node.log();
  }

  /// Has every look at the clock take so long.
  public void slowness(long nanosEach) {
    slownessNanos = nanosEach;
  }

  void runTurn() {
    while (turn.hasInput()) {
      turn.run();
    }
  }

  @Override
  public long nanos() {
    nanos += 100 + slownessNanos;
    return nanos;
  }

  @Override
  public long unixMs() {
    return unixMs;
  }

  @Override
  public void log(LogLevel level, String text) {
    logged.add(text);
  }

  @Override
  public @Nullable ScriptEngine scripts() {
    return scripts;
  }

  @Override
  public MemoryDisk disk() {
    return disk;
  }

  @Override
  public PeerLink connect(String host, int port, PeerHandler handler) {
    return network.connect(this, port, handler);
  }

  @Override
  public void exit(int code) {
    exitCode = code;
  }

  /// One client.
  public final class Client implements Outlet {
    private final Session session;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean closed;
    private boolean stuck;

    private Client() {
      session = Objects.requireNonNull(node.open(this, "127.0.0.1:1", "127.0.0.1:2", true));
    }

    public Session session() {
      return session;
    }

    public boolean isClosed() {
      return closed;
    }

    /// Has what is written wait in the server, as if the client did not read.
    public Client stuck() {
      stuck = true;
      return this;
    }

    /// Sends bytes as they are; each character is one byte.
    public Client sendRaw(String latin1) {
      byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
      byte[] space = turn.space(session, bytes.length);
      System.arraycopy(bytes, 0, space, turn.spaceOffset(session), bytes.length);
      turn.received(session, bytes.length);
      return this;
    }

    /// Sends a command, and returns the bytes of the reply; each character is one byte.
    public String send(String... arguments) {
      StringBuilder request = new StringBuilder("*" + arguments.length + "\r\n");
      for (String a : arguments) {
        request.append("$").append(a.length()).append("\r\n").append(a).append("\r\n");
      }
      sendRaw(request.toString());
      return read();
    }

    /// Sends a line, split at spaces, and returns the reply in which line ends are spaces.
    public String ask(String line) {
      return send(line.split(" ")).replace("\r\n", " ").trim();
    }

    /// What has been received since the last call.
    public String read() {
      runTurn();
      String text = received.toString(StandardCharsets.ISO_8859_1);
      received.reset();
      return text;
    }

    /// Disconnects.
    public void disconnect() {
      turn.forget(session);
      node.closed(session);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      received.write(bytes, offset, length);
    }

    @Override
    public void close(boolean afterWrites) {
      closed = true;
    }

    @Override
    public long pendingBytes() {
      return stuck ? received.size() : 0;
    }

    @Override
    public void resume() {
      turn.resume(session);
    }
  }
}
