package io.skein.server;

import io.skein.engine.command.HostProcess;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.ShutdownFlags;
import io.skein.engine.config.TlsSettings;
import io.skein.engine.node.Disk;
import io.skein.engine.node.Node;
import io.skein.engine.node.NodeHost;
import io.skein.engine.node.PeerHandler;
import io.skein.engine.node.PeerLink;
import io.skein.engine.script.ScriptEngine;
import io.skein.server.bus.ControlPlane;
import io.skein.server.config.CommandLine;
import io.skein.server.config.ConfigLoader;
import io.skein.server.config.LoadedConfig;
import io.skein.server.disk.DataDirectory;
import io.skein.server.log.NettyLog;
import io.skein.server.log.ServerLog;
import io.skein.server.net.DataPlane;
import io.skein.server.net.Heartbeat;
import io.skein.server.net.Listeners;
import io.skein.server.net.OpenFiles;
import io.skein.server.net.PeerConnection;
import io.skein.server.net.Sockets;
import io.skein.server.net.Transport;
import io.skein.server.net.Transports;
import io.skein.server.script.LuaEngine;
import io.skein.server.sentinel.SentinelPlane;
import io.skein.server.tls.Tls;
import io.skein.server.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One server in this process: a node with its event loops, disk and cluster bus.
///
/// *States*: made; serving after [#start]; ended after [#shutdown] or SHUTDOWN, for good.
///
/// *Threads*: any.
public final class SkeinServer {
  /// What a shell reports of a process that SIGKILL has ended.
  private static final int KILLED = 137;

  /// How long a thread may take to come to a stand; it may be in the midst of a long command.
  private static final int FREEZE_SECONDS = 60;

  private final Settings settings;
  private final ServerLog log;
  private final DataDirectory disk;
  private final @Nullable ControlPlane control;
  private final @Nullable SentinelPlane sentinel;
  private final Sockets sockets;
  private final Tls tls;
  private final HostProcess process;
  private final Node node;
  private final DataPlane plane;
  private final Listeners listeners;
  private final Heartbeat heartbeat;
  private final CountDownLatch ended = new CountDownLatch(1);

  /// Down while [#start] runs: what it opens is closed after it, not meanwhile.
  private volatile CountDownLatch started = new CountDownLatch(0);

  private final AtomicInteger exitCode = new AtomicInteger(-1);

  /// A server that is not serving yet.
  ///
  /// @param wires what stands between the server and this machine's way to move bytes; itself,
  ///   outside of tests
  /// @throws ConfigFileError when the configuration asks for what this machine has not
  SkeinServer(LoadedConfig config, Renames commands, ServerLog log, UnaryOperator<Transport> wires)
      throws ConfigFileError {
    this.settings = config.settings();
    this.log = log;
    OpenFiles.adjust(settings, log);
    disk =
        new DataDirectory(
            () -> Path.of(settings.get(PersistenceSettings.DIR)),
            task -> plane().execute(task),
            () -> plane().workSoon());
    SplittableRandom entropy = new SplittableRandom(new SecureRandom().nextLong());
    tls = new Tls(settings, log);
    try {
      tls.start();
    } catch (TlsException refused) {
      throw ConfigFileError.ofWhole(
          "Failed to configure TLS. Check logs for more info. " + refused.reason());
    }
    Transport transport = wires.apply(Transports.choose(settings.get(NetworkSettings.TRANSPORT)));
    control =
        settings.isOn(ClusterSettings.CLUSTER_ENABLED)
            ? new ControlPlane(settings, transport, tls, log, entropy.split(), this::failed)
            : null;
    sockets = new Sockets(transport, settings, log);
    process =
        new ThisProcess(
            settings,
            config.configFile(),
            transport.name(),
            () -> listeners().describe(),
            () -> node().users().lines(),
            log);
    sentinel =
        config.sentinelMode()
            ? new SentinelPlane(config, transport, tls, log, entropy.split(), this::failed)
            : null;
    node = new Node(settings, entropy, new Host(), control);
    if (sentinel != null) {
      node.becomeSentinel(sentinel);
    }
    disk.flushesAsItGrows(this::isFlushedAsItGrows);
    plane = new DataPlane(node, settings, transport, this::failed);
    listeners = new Listeners(plane, settings, tls, log);
    commands.apply(node.commands());
    node.users().load(commands.users());
    heartbeat = new Heartbeat(plane, settings, this::reportToControl);
  }

  /// A server inside another program, which is not serving yet.
  ///
  /// @param commandLine words of redis-server's command line
  /// @param wires may stand between the server and this machine's way to move bytes
  /// @throws ConfigFileError when the command line makes no sense
  public static SkeinServer embedded(List<String> commandLine, UnaryOperator<Transport> wires)
      throws ConfigFileError {
    Renames commands = new Renames();
    ConfigLoader loader =
        new ConfigLoader(Path.of("").toAbsolutePath(), InputStream.nullInputStream(), commands);
    LoadedConfig config = loader.load(CommandLine.parse(commandLine));
    ServerLog log = ServerProcess.log(config.settings());
    NettyLog.install(log);
    return new SkeinServer(config, commands, log, wires);
  }

  /// Listens and serves.
  ///
  /// @param anyPort whether the system chooses the port; the setting `port` then tells it
  /// @throws IOException when a port cannot be listened on; the log says which
  public void start(boolean anyPort) throws IOException {
    start(node::start, anyPort);
    listeners.admit();
  }

  /// Listens and serves, and logs that in the order that scripts rely on: what is wrong with the
  /// data set comes last.
  ///
  /// @throws IOException when a port cannot be listened on; the log says which
  void startAndSay() throws IOException {
    start(node::prepare, false);
    log.notice("Server initialized");
    plane.execute(() -> {
      node.start();
      listeners.admit();
      if (!hasEnded()) {
        sayReady();
      }
    });
  }

  private void start(Runnable first, boolean anyPort) throws IOException {
    CountDownLatch latch = new CountDownLatch(1);
    started = latch;
    try {
      open(first, anyPort);
    } finally {
      latch.countDown();
    }
  }

  private void open(Runnable first, boolean anyPort) throws IOException {
    disk.clean(settings.get(PersistenceSettings.APPENDDIRNAME), log);
    // Before the sockets, on the loop that opens them: whoever connects first finds the data set
    // loaded or loading, never empty.
    plane.execute(first);
    try {
      listeners.open(anyPort);
    } catch (IOException failed) {
      log.warning("Failed listening on port " + (listeners.failedPort() + ", aborting."));
      close();
      throw failed;
    }
    if (control != null) {
      try {
        control.start(plane::execute, new NodeSide(node));
      } catch (IOException failed) {
        close();
        throw failed;
      }
    }
    if (sentinel != null) {
      plane.execute(() -> sentinel.start(plane::execute, node, this::end));
    }
    heartbeat.start();
  }

  /// The port for clients.
  public int port() {
    return settings.integer(NetworkSettings.PORT);
  }

  /// The settings as they are now; they are changed under the data plane only.
  public Settings settings() {
    return settings;
  }

  /// Logs that clients are awaited, a line that scripts wait for.
  public void sayReady() {
    if (listeners.hasTcp()) {
      log.notice("Ready to accept connections tcp");
    }
    if (listeners.hasUnix()) {
      log.notice("Ready to accept connections unix");
    }
    if (listeners.hasTls()) {
      log.notice("Ready to accept connections tls");
    }
  }

  /// Reads certificates and keys again, for connections from now on.
  void reloadCertificates() {
    plane.execute(tls::reloadIfUsed);
  }

  /// Begins to end the server as SHUTDOWN with these options would.
  public void shutdown(ShutdownFlags flags) {
    plane.execute(() -> endAsAsked(flags));
  }

  /// Ends the server as SIGKILL would end its process: nothing is saved, what is being written
  /// stays half written, connections close.
  public void kill() {
    end(KILLED);
  }

  /// Holds all threads of the server until `release` counts down, as SIGSTOP would: connections
  /// stay, and nothing is read, answered or sent. Returns when all stand still.
  public void freeze(CountDownLatch release) {
    int own = (control == null ? 0 : 1) + (sentinel == null ? 0 : 1);
    CountDownLatch standing = new CountDownLatch(plane.loopCount() + own);
    Runnable stand =
        () -> {
          standing.countDown();
          awaitRelease(release);
        };
    plane.freeze(stand);
    if (control != null) {
      control.freeze(stand);
    }
    if (sentinel != null) {
      sentinel.freeze(stand);
    }
    try {
      if (!standing.await(FREEZE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a thread of the server does not come to a stand");
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitRelease(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether the server has ended, of itself or because it was told to.
  public boolean hasEnded() {
    return exitCode.get() >= 0;
  }

  /// Waits until the server has ended and returns its exit status.
  public int awaitEnd() {
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return exitCode.get();
  }

  private void endAsAsked(ShutdownFlags flags) {
    Boolean save = flags.save() ? Boolean.TRUE : flags.nosave() ? Boolean.FALSE : null;
    node.endBySignal(save, flags.now(), flags.force());
  }

  private boolean isFlushedAsItGrows(String file) {
    boolean appendOnly = file.startsWith(settings.get(PersistenceSettings.APPENDDIRNAME) + "/");
    return settings.isOn(
        appendOnly
            ? PersistenceSettings.AOF_REWRITE_INCREMENTAL_FSYNC
            : PersistenceSettings.RDB_SAVE_INCREMENTAL_FSYNC);
  }

  /// Tells whoever stands beside the data plane how it is.
  private void reportToControl() {
    if (control != null) {
      control.report();
    }
    if (sentinel != null) {
      sentinel.report();
    }
  }

  private Listeners listeners() {
    return listeners;
  }

  private Node node() {
    return node;
  }

  private DataPlane plane() {
    return plane;
  }

  private void failed(Throwable cause) {
    log.warning("Bug or broken machine, stopping: " + cause);
    for (StackTraceElement at : cause.getStackTrace()) {
      log.raw("    " + at + "\n");
    }
    end(1);
  }

  private void end(int code) {
    if (exitCode.compareAndSet(-1, code)) {
      new Thread(this::endAll, "end").start();
    }
  }

  private void endAll() {
    awaitRelease(started);
    close();
    if (exitCode.get() == 0) {
      log.warning("Skein is now ready to exit, bye bye...");
    }
    ended.countDown();
  }

  private void close() {
    // Who looks for the reason of an end finds it in the last line.
    listeners.close(exitCode.get() <= 0);
    if (control != null) {
      control.close();
    }
    if (sentinel != null) {
      sentinel.close();
    }
    plane.close();
    disk.close();
  }

  /// What the node asks of this process.
  private final class Host implements NodeHost {
    private final ScriptEngine scripts = new LuaEngine(task -> plane().execute(task));

    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public long unixMs() {
      return System.currentTimeMillis();
    }

    @Override
    public void log(LogLevel level, String text) {
      log.log(level, text);
    }

    @Override
    public Disk disk() {
      return disk;
    }

    @Override
    public PeerLink connect(String host, int port, PeerHandler handler) {
      return connect(settings.isOn(TlsSettings.TLS_CLUSTER), host, port, handler);
    }

    @Override
    public PeerLink connectToPrimary(String host, int port, PeerHandler handler) {
      return connect(settings.isOn(TlsSettings.TLS_REPLICATION), host, port, handler);
    }

    private PeerLink connect(boolean encrypted, String host, int port, PeerHandler handler) {
      return PeerConnection.open(plane(), sockets, encrypted ? tls : null, host, port, handler);
    }

    @Override
    public HostProcess process() {
      return process;
    }

    @Override
    public long unixMicros() {
      Instant now = Instant.now();
      return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    @Override
    public ScriptEngine scripts() {
      return scripts;
    }

    @Override
    public void serveOthers() {
      plane().serveOthers();
    }

    @Override
    public boolean isEnding() {
      return hasEnded();
    }

    @Override
    public void exit(int code) {
      end(code);
    }
  }
}
