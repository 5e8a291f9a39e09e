package io.skein.server.sentinel;

import io.netty.channel.Channel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import io.skein.engine.node.Node;
import io.skein.engine.sentinel.Admin;
import io.skein.engine.sentinel.Answer;
import io.skein.engine.sentinel.SentinelEffect;
import io.skein.engine.sentinel.SentinelEvent;
import io.skein.engine.sentinel.SentinelMachine;
import io.skein.engine.sentinel.SentinelPort;
import io.skein.engine.sentinel.SentinelSettings;
import io.skein.server.bus.MonotonicWallClock;
import io.skein.server.config.LoadedConfig;
import io.skein.server.log.ServerLog;
import io.skein.server.net.ClosingLoop;
import io.skein.server.net.Sockets;
import io.skein.server.net.Transport;
import io.skein.server.tls.Tls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Drives a Sentinel's machine on a thread of its own, so that its clients never delay what it
/// watches.
///
/// The machine is called and its effects are carried out under one lock, so that they keep their
/// order whichever thread calls: the Sentinel's own, or that of the commands with a question that
/// it waits for.
///
/// *Invariants*: no event of a connection follows the `Close` of it.
///
/// *Threads*: any; whoever holds the lock never waits for the commands' thread.
public final class SentinelPlane implements SentinelPort {
  private final Settings settings;
  private final Transport transport;
  private final Tls tls;
  private final Sockets sockets;
  private final ServerLog log;
  private final Consumer<Throwable> onFailure;
  private final MonotonicWallClock clock = new MonotonicWallClock();
  private final ClosingLoop loop;
  private final ScriptRunner scripts = new ScriptRunner(this);
  private final HostLookup lookup = new HostLookup(this);
  private final Object lock = new Object();
  private final SentinelMachine machine;
  private final Map<Long, SentinelLink> links = new HashMap<>();
  private long scheduledForMs = Long.MAX_VALUE;
  private @Nullable Executor commands;
  private volatile @Nullable Node node;
  private @Nullable SentinelSettings reported;
  private IntConsumer onCrash = code -> {};

  /// The users as they were a moment ago: only the commands' thread may ask for them.
  private volatile List<String> userLines = List.of();

  /// A Sentinel that has read its configuration and watches nothing yet.
  ///
  /// @param onFailure told of an error after which the process must stop
  /// @throws ConfigFileError when a line makes no sense
  public SentinelPlane(
      LoadedConfig config,
      Transport transport,
      Tls tls,
      ServerLog log,
      RandomGenerator entropy,
      Consumer<Throwable> onFailure)
      throws ConfigFileError {
    this.settings = config.settings();
    this.transport = transport;
    this.tls = tls;
    this.sockets = new Sockets(transport, settings, log);
    this.log = log;
    this.onFailure = onFailure;
    Path path = Objects.requireNonNull(config.configFile(), "a Sentinel has a configuration file");
    machine =
        new SentinelMachine(
            options(),
            new SentinelFile(path, settings, () -> userLines, log),
            entropy,
            this::isExecutable);
    machine.load(config.sentinelLines(), clock.nowMs(), this::isExecutable);
    loop = new ClosingLoop(new DefaultThreadFactory("sentinel", false), transport.ioHandlers());
  }

  /// Where a script is: relative paths begin in the working directory that the settings name.
  Path scriptAt(String path) {
    return Path.of(settings.get(PersistenceSettings.DIR)).resolve(path);
  }

  private boolean isExecutable(String path) {
    try {
      return Files.isExecutable(scriptAt(path));
    } catch (InvalidPathException unspeakable) {
      return false;
    }
  }

  private SentinelSettings options() {
    boolean tls =
        settings.isOn(TlsSettings.TLS_REPLICATION) && settings.integer(TlsSettings.TLS_PORT) != 0;
    int port = settings.integer(tls ? TlsSettings.TLS_PORT : NetworkSettings.PORT);
    return new SentinelSettings(port, settings.get(SecuritySettings.REQUIREPASS));
  }

  /// Begins to watch; to be called on the commands' thread.
  ///
  /// @param executor runs what it is given on the commands' thread, in order
  /// @param crash ends the process, as somebody asked for
  public void start(Executor executor, Node serving, IntConsumer crash) {
    synchronized (lock) {
      commands = executor;
      node = serving;
      onCrash = crash;
      report();
      long now = clock.nowMs();
      machine.start(now, this::carryOut);
    }
    loop.execute(this::tick);
  }

  /// Takes note of what changes on the commands' thread; to be called there ten times a second.
  public void report() {
    Node serving = node;
    if (serving != null) {
      userLines = serving.users().lines();
    }
    SentinelSettings now = options();
    if (!now.equals(reported)) {
      reported = now;
      on(new SentinelEvent.SettingsChanged(now));
    }
  }

  @Override
  public Answer ask(Function<Admin, Answer> question) {
    Node serving = node;
    if (serving != null) {
      userLines = serving.users().lines();
    }
    synchronized (lock) {
      Answer answer = machine.ask(question, clock.nowMs(), this::carryOut);
      scheduleTick();
      return answer;
    }
  }

  @Override
  public void lookUp(String host) {
    String ip = HostLookup.await(host);
    synchronized (lock) {
      machine.on(new SentinelEvent.Resolved(host, ip), clock.nowMs(), this::carryOut);
    }
  }

  /// Gives `event` to the machine, whichever thread this is.
  void on(SentinelEvent event) {
    try {
      synchronized (lock) {
        machine.on(event, clock.nowMs(), this::carryOut);
        scheduleTick();
      }
    } catch (Throwable broken) {
      onFailure.accept(broken);
    }
  }

  void received(long id, byte[] bytes) {
    synchronized (lock) {
      if (links.containsKey(id)) {
        on(new SentinelEvent.Received(id, bytes));
      }
    }
  }

  void opened(long id, String localIp) {
    synchronized (lock) {
      if (links.containsKey(id)) {
        on(new SentinelEvent.Opened(id, localIp));
      }
    }
  }

  void closed(long id, String reason) {
    synchronized (lock) {
      if (links.remove(id) != null) {
        on(new SentinelEvent.Closed(id, reason));
      }
    }
  }

  private void tick() {
    try {
      synchronized (lock) {
        scheduledForMs = Long.MAX_VALUE;
        machine.tick(clock.nowMs(), this::carryOut);
        scheduleTick();
      }
    } catch (Throwable broken) {
      onFailure.accept(broken);
    }
  }

  private void scheduleTick() {
    long deadline = machine.nextDeadlineMs();
    if (deadline < scheduledForMs) {
      scheduledForMs = deadline;
      long delayMs = Math.max(1, deadline - clock.nowMs());
      toLoop(() -> loop.schedule(this::tick, delayMs, TimeUnit.MILLISECONDS));
    }
  }

  /// Gives the loop something to do, unless it has ended.
  private void toLoop(Runnable handOver) {
    try {
      handOver.run();
    } catch (RejectedExecutionException ended) {
      if (!loop.isShuttingDown()) {
        throw ended;
      }
    }
  }

  private void carryOut(SentinelEffect effect) {
    switch (effect) {
      case SentinelEffect.Connect connect -> connect(connect);
      case SentinelEffect.Send(long id, byte[] bytes) -> {
        SentinelLink link = links.get(id);
        if (link != null) {
          link.send(bytes);
        }
      }
      case SentinelEffect.Close(long id) -> {
        SentinelLink link = links.remove(id);
        if (link != null) {
          link.close();
        }
      }
      case SentinelEffect.Resolve(String host) -> lookup.begin(host);
      case SentinelEffect.Publish(String channel, String message) -> publish(channel, message);
      case SentinelEffect.RunScript script -> scripts.run(script);
      case SentinelEffect.KillScript(long job) -> scripts.kill(job);
      case SentinelEffect.Log line -> log.log(line.level(), line.text());
      case SentinelEffect.Crash(int code) -> onCrash.accept(code);
    }
  }

  private void publish(String channel, String message) {
    Executor executor = commands;
    Node serving = node;
    if (executor != null && serving != null) {
      byte[] to = channel.getBytes(StandardCharsets.UTF_8);
      byte[] text = message.getBytes(StandardCharsets.UTF_8);
      executor.execute(() -> serving.carryOut(new ClusterEffect.Deliver(to, text, false)));
    }
  }

  private void connect(SentinelEffect.Connect wanted) {
    long id = wanted.id();
    Channel channel = transport.newChannel();
    boolean encrypted = settings.isOn(TlsSettings.TLS_REPLICATION);
    SentinelLink link = new SentinelLink(this, id, channel, encrypted);
    links.put(id, link);
    toLoop(() ->
        sockets
            .connect(
                loop,
                channel,
                encrypted ? List.of(tls.opened(channel.alloc())) : List.of(),
                link,
                wanted.ip(),
                wanted.port())
            .addListener(done -> {
              if (!done.isSuccess()) {
                closed(id, String.valueOf(done.cause().getMessage()));
              }
            }));
  }

  /// Has the Sentinel's thread run `wait`, which holds it, soon.
  public void freeze(Runnable wait) {
    loop.execute(wait);
  }

  /// Ends the Sentinel. Scripts that run go on.
  public void close() {
    loop.closeAndEnd();
  }
}
