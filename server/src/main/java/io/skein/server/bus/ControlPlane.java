package io.skein.server.bus;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterMachine;
import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.NodesConf;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Setting;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import io.skein.server.log.ServerLog;
import io.skein.server.net.ClosingLoop;
import io.skein.server.net.Sockets;
import io.skein.server.net.Transport;
import io.skein.server.tls.Tls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Drives the cluster's machine on a thread of its own, so that a slow command never delays a
/// heartbeat.
///
/// The machine is called and its effects are carried out under one lock, so that they keep their
/// order whichever thread calls: the control plane's own, or the data plane's with a request that
/// it waits for. What concerns data is handed to the data plane, which takes it up in the same
/// order, later.
///
/// *Invariants*: `Persist` has completed before any later effect begins; no event of a link follows
/// the `Close` of it.
///
/// *Threads*: any; whoever holds the lock never waits for the data plane.
public final class ControlPlane implements ClusterPort {
  private final Settings settings;
  private final Transport transport;
  private final Sockets sockets;
  private final Tls tls;
  private final Refusals refusals;
  private final ServerLog log;
  private final Consumer<Throwable> onFailure;
  private final NodesFile file;
  private final MonotonicWallClock clock = new MonotonicWallClock();
  private final ClosingLoop loop;
  private final Object lock = new Object();
  private final ClusterMachine machine;
  private final Map<Long, BusLink> links = new HashMap<>();
  private final List<ClusterEffect> early = new ArrayList<>();
  private List<Channel> listening = List.of();
  private @Nullable Executor dataPlane;
  private @Nullable DataSide data;
  private long nextAcceptedId = -1;
  private long scheduledForMs = Long.MAX_VALUE;
  private boolean loadedReported;
  private boolean closed;
  private volatile @Nullable ClusterView view;
  private volatile long lookedAtMs;
  private volatile int linkCount;
  private final AtomicLong publishedBytes = new AtomicLong();

  /// A control plane that remembers what `nodes.conf` says, and takes part in nothing yet.
  ///
  /// @param onFailure told of an error after which the node must stop
  /// @throws ConfigFileError when `nodes.conf` is in use or makes no sense
  public ControlPlane(
      Settings settings,
      Transport transport,
      Tls tls,
      ServerLog log,
      RandomGenerator entropy,
      Consumer<Throwable> onFailure)
      throws ConfigFileError {
    this.settings = settings;
    this.transport = transport;
    this.tls = tls;
    this.refusals = new Refusals(log, clock);
    this.sockets = new Sockets(transport, settings, log);
    this.log = log;
    this.onFailure = onFailure;
    Path directory = Path.of(settings.get(PersistenceSettings.DIR));
    file = new NodesFile(directory.resolve(settings.get(ClusterSettings.CLUSTER_CONFIG_FILE)));
    file.lock();
    NodesConf conf = file.read(settings.isOn(TlsSettings.TLS_CLUSTER));
    long now = clock.nowMs();
    machine =
        conf == null
            ? ClusterMachine.fresh(ClusterOptions.of(settings), entropy, now)
            : ClusterMachine.restored(ClusterOptions.of(settings), conf, entropy, now);
    log.notice(
        conf == null
            ? "No cluster configuration found, I'm " + machine.myId()
            : "Node configuration loaded, I'm " + machine.myId());
    loop = new ClosingLoop(new DefaultThreadFactory("bus", false), transport.ioHandlers());
    machine.tick(now, this::carryOut);
    lookedAtMs = now;
  }

  /// Listens on the bus port and takes part in the cluster.
  ///
  /// @param executor runs what it is given under the data plane, in order
  /// @throws IOException when the port cannot be listened on; the log says why
  public void start(Executor executor, DataSide side) throws IOException {
    int port = ClusterOptions.of(settings).listenBusPort();
    if (port > 65535) {
      log.warning(
          "Redis port number too high for cluster mode: the port of the bus, "
              + port
              + ", is above"
              + " 65535. Use a port of 55535 or less, or set cluster-port.");
      throw new IOException("no bus port");
    }
    try {
      listening = sockets.listenFromOutside(loop, port, only4 -> new BusAcceptor());
    } catch (IOException failed) {
      log.warning("Failed listening on port " + port + " (cluster), aborting.");
      throw failed;
    }
    for (Setting<?> setting : ClusterOptions.READ) {
      // At once, so that who has set it finds it in what it asks next.
      settings.onChange(
          setting, s -> handle(new ClusterEvent.SettingsChanged(ClusterOptions.of(s))));
    }
    synchronized (lock) {
      dataPlane = executor;
      data = side;
      early.forEach(this::toData);
      early.clear();
    }
    // Ports that the system has chosen are known only now.
    handle(new ClusterEvent.SettingsChanged(ClusterOptions.of(settings)));
    loop.execute(this::tick);
  }

  /// The id of this node.
  public String myId() {
    return machine.myId();
  }

  @Override
  public ClusterView view() {
    ClusterView latest = view;
    if (latest == null) {
      throw new IllegalStateException("the first tick publishes a view");
    }
    return latest;
  }

  @Override
  public long viewAgeMs() {
    return clock.nowMs() - lookedAtMs;
  }

  @Override
  public ClusterResult request(ClusterRequest request) {
    synchronized (lock) {
      ClusterResult result = machine.request(request, clock.nowMs(), this::carryOut);
      scheduleTick();
      return result;
    }
  }

  @Override
  public long waitingBytes() {
    long bytes = publishedBytes.get();
    synchronized (lock) {
      for (BusLink link : links.values()) {
        bytes += link.unsentBytes();
      }
    }
    return bytes;
  }

  @Override
  public void publish(byte[] channel, byte[] message, boolean sharded) {
    // Until the control plane has encoded it, it is no link's.
    long bytes = (long) (channel.length + message.length) * linkCount;
    publishedBytes.addAndGet(bytes);
    toLoop(() ->
        loop.execute(() -> {
          handle(new ClusterEvent.Publish(channel, message, sharded));
          publishedBytes.addAndGet(-bytes);
        }));
  }

  /// Tells the machine how the data plane stands; to be called ten times a second, under the data
  /// plane.
  public void report() {
    DataSide side = data;
    if (side == null) {
      return;
    }
    on(side.status());
    on(side.surroundings());
    if (!loadedReported) {
      SlotSet slots = side.slotsWithKeys();
      if (slots != null) {
        loadedReported = true;
        on(new ClusterEvent.DataLoaded(slots));
      }
    }
  }

  /// Gives `event` to the machine, on the thread of the control plane.
  void on(ClusterEvent event) {
    if (loop.inEventLoop()) {
      handle(event);
    } else {
      toLoop(() -> loop.execute(() -> handle(event)));
    }
  }

  void received(long link, byte[] bytes) {
    synchronized (lock) {
      if (links.containsKey(link)) {
        handle(new ClusterEvent.Received(link, bytes));
      }
    }
  }

  void closed(long link, String reason) {
    synchronized (lock) {
      if (links.remove(link) != null) {
        handle(new ClusterEvent.LinkClosed(link, reason));
      }
    }
  }

  private void handle(ClusterEvent event) {
    try {
      synchronized (lock) {
        machine.on(event, clock.nowMs(), this::carryOut);
        scheduleTick();
      }
    } catch (Throwable broken) {
      onFailure.accept(broken);
    }
  }

  private void tick() {
    try {
      synchronized (lock) {
        scheduledForMs = Long.MAX_VALUE;
        long now = clock.nowMs();
        machine.tick(now, this::carryOut);
        lookedAtMs = now;
        // One of the two links to each node carries what we publish.
        linkCount = (links.size() + 1) / 2;
        reportSendBuffers();
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

  /// Gives the loop something to do, unless it has ended: the data plane ends after it, and may
  /// still report.
  private void toLoop(Runnable handOver) {
    try {
      handOver.run();
    } catch (RejectedExecutionException ended) {
      if (!loop.isShuttingDown()) {
        throw ended;
      }
    }
  }

  private void reportSendBuffers() {
    for (Map.Entry<Long, BusLink> entry : links.entrySet()) {
      long bytes = entry.getValue().changedUnsentBytes();
      if (bytes >= 0) {
        long id = entry.getKey();
        loop.execute(() -> on(new ClusterEvent.SendBuffer(id, bytes)));
      }
    }
  }

  private void carryOut(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.Connect connect -> connect(connect);
      case ClusterEffect.Send send -> {
        BusLink link = links.get(send.linkId());
        if (link != null) {
          link.send(send.bytes());
        }
      }
      case ClusterEffect.Close close -> {
        BusLink link = links.remove(close.linkId());
        if (link != null) {
          link.close();
        }
      }
      case ClusterEffect.Persist persist -> persist(persist.text(), true);
      case ClusterEffect.Write write -> persist(write.text(), false);
      case ClusterEffect.PublishView publish -> view = publish.view();
      case ClusterEffect.Log line ->
          log.log(LogLevel.values()[line.level().ordinal()], line.text());
      case ClusterEffect.BecomePrimary e -> toData(e);
      case ClusterEffect.BecomeReplicaOf e -> toData(e);
      case ClusterEffect.DropSlots e -> toData(e);
      case ClusterEffect.DropAllData e -> toData(e);
      case ClusterEffect.SlotsReassigned e -> toData(e);
      case ClusterEffect.PauseWrites e -> toData(e);
      case ClusterEffect.ResumeWrites e -> toData(e);
      case ClusterEffect.ReportOffset e -> toData(e);
      case ClusterEffect.StateChanged e -> toData(e);
      case ClusterEffect.Deliver e -> toData(e);
    }
  }

  private void toData(ClusterEffect effect) {
    Executor executor = dataPlane;
    DataSide side = data;
    if (executor == null || side == null) {
      early.add(effect);
    } else {
      executor.execute(() -> {
        side.carryOut(effect);
        // A manual failover waits to hear that writes are paused.
        if (!(effect instanceof ClusterEffect.Deliver)) {
          on(side.status());
        }
      });
    }
  }

  private void persist(String text, boolean flush) {
    try {
      file.write(text, flush);
    } catch (IOException failed) {
      log.warning("Fatal: can't update cluster config file: " + failed);
      throw new UncheckedIOException(failed);
    }
  }

  private void connect(ClusterEffect.Connect wanted) {
    if (closed) {
      return;
    }
    long id = wanted.linkId();
    Channel channel = transport.newChannel();
    List<ChannelHandler> before = security(channel, false);
    BusLink link = new BusLink(this, id, channel, false, ready(before));
    links.put(id, link);
    ChannelFuture connected =
        sockets.connect(loop, channel, before, link, wanted.host(), wanted.port());
    connected.addListener(done -> {
      if (!done.isSuccess()) {
        failed(id, done.cause());
      }
    });
  }

  /// What stands between a link and its connection: encryption, then the proof of the secret.
  private List<ChannelHandler> security(Channel channel, boolean accepted) {
    List<ChannelHandler> handlers = new ArrayList<>(2);
    if (settings.isOn(TlsSettings.TLS_CLUSTER)) {
      handlers.add(accepted ? tls.accepted(channel.alloc(), true) : tls.opened(channel.alloc()));
    }
    String secret = settings.get(ClusterSettings.CLUSTER_BUS_SECRET);
    if (!secret.isEmpty()) {
      boolean encrypted = !handlers.isEmpty();
      handlers.add(new SecretHandler(BusSecret.of(secret), accepted, encrypted, refusals::refused));
    }
    return handlers;
  }

  private static BusLink.Ready ready(List<ChannelHandler> before) {
    return before.isEmpty()
        ? BusLink.Ready.CONNECTED
        : before.getLast() instanceof SecretHandler
            ? BusLink.Ready.PROVEN
            : BusLink.Ready.ENCRYPTED;
  }

  private void failed(long link, Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    synchronized (lock) {
      if (links.remove(link) != null) {
        handle(
            Sockets.isRefusal(cause)
                ? new ClusterEvent.LinkRefused(link)
                : new ClusterEvent.LinkClosed(link, reason));
      }
    }
  }

  /// Has the control plane's thread run `wait`, which holds it, soon.
  public void freeze(Runnable wait) {
    loop.execute(wait);
  }

  /// Ends the control plane; other nodes see their links close.
  public void close() {
    for (Channel channel : listening) {
      channel.close();
    }
    synchronized (lock) {
      // The data plane may go on asking for a while.
      closed = true;
      links.clear();
    }
    loop.closeAndEnd();
    file.unlock();
  }

  /// Takes in the nodes that connect to us.
  private final class BusAcceptor extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
      Channel channel = (Channel) message;
      synchronized (lock) {
        long id = nextAcceptedId--;
        List<ChannelHandler> before = security(channel, true);
        BusLink link = new BusLink(ControlPlane.this, id, channel, true, ready(before));
        links.put(id, link);
        sockets.accept(loop, channel, before, link);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
      log.verbose("Error accepting cluster node: " + cause.getMessage());
    }
  }
}
