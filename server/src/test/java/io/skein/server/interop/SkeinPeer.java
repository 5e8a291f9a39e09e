package io.skein.server.interop;

import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.node.Disk;
import io.skein.engine.node.Node;
import io.skein.engine.node.NodeHost;
import io.skein.engine.node.PeerHandler;
import io.skein.engine.node.PeerLink;
import io.skein.engine.node.Turn;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A node in this process, in real time and without a network or a disk.
final class SkeinPeer implements Peer, NodeHost {
  private final Node node;
  private final Turn turn;

  SkeinPeer(long seed) {
    Settings settings = new Settings("/", (current, requested) -> requested);
    settings.put(PersistenceSettings.SAVE, List.of());
    settings.put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.YES);
    node = new Node(settings, new SplittableRandom(seed), this, null);
    turn = node.newTurn();
  }

  @Override
  public Link connect() {
    return new InProcess();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long unixMs() {
    return System.currentTimeMillis();
  }

  @Override
  public void log(LogLevel level, String text) {}

  @Override
  public Disk disk() {
    return new NoDisk();
  }

  @Override
  public PeerLink connect(String host, int port, PeerHandler handler) {
    throw new UnsupportedOperationException(host);
  }

  @Override
  public void exit(int code) {
    throw new IllegalStateException("the node wants to exit with " + code);
  }

  @Override
  public void close() {
    node.close();
  }

  /// Nothing is saved or loaded in a comparison of replies.
  private static final class NoDisk implements Disk {
    @Override
    public Writer replace(String name, Consumer<@Nullable String> done) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public @Nullable Reader open(String name) {
      return null;
    }

    @Override
    public Appender append(String name, boolean afresh, Progress progress) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public void createDirectory(String name) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public List<String> list(String directory) {
      return List.of();
    }

    @Override
    public void rename(String from, String to) {
      throw new UnsupportedOperationException(from);
    }

    @Override
    public void truncate(String name, long size) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public void delete(String name) {
      throw new UnsupportedOperationException(name);
    }

    @Override
    public void await() {}
  }

  private final class InProcess implements Link, Outlet {
    private final Session session;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    InProcess() {
      session = Objects.requireNonNull(node.open(this, "127.0.0.1:1", "127.0.0.1:2", true));
    }

    @Override
    public String call(String... arguments) {
      send(arguments);
      return receive(false);
    }

    @Override
    public void send(String... arguments) {
      byte[] bytes = Requests.encode(arguments);
      byte[] space = turn.space(session, bytes.length);
      System.arraycopy(bytes, 0, space, turn.spaceOffset(session), bytes.length);
      turn.received(session, bytes.length);
      while (turn.hasInput()) {
        turn.run();
      }
    }

    @Override
    public String receive(boolean waits) {
      String reply = received.toString(StandardCharsets.ISO_8859_1);
      received.reset();
      return reply;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      received.write(bytes, offset, length);
    }

    @Override
    public void close(boolean afterWrites) {}

    @Override
    public long pendingBytes() {
      return 0;
    }

    @Override
    public void resume() {
      turn.resume(session);
    }
  }
}
