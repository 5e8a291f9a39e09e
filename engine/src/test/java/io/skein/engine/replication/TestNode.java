package io.skein.engine.replication;

import io.skein.engine.config.DisklessLoad;
import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import io.skein.engine.replication.PrimaryEvent.Peer;
import io.skein.engine.replication.ReplicaEffect.LoadMode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A server with both machines and a toy data set (numbers of database and key to text), driven by
/// [TestNet].
///
/// Its snapshots are lines of text instead of RDB, which the machines do not look at.
final class TestNode {
  static final int PORT_BASE = 7000;

  final int id;
  final TestNet net;
  final CommandLog log;
  final PrimarySide primary;
  final ReplicaSide replica;
  final FailoverMachine failover;

  /// Whether writes are held back.
  boolean writesHeld;

  final TestStream stream;
  Map<String, String> data = new TreeMap<>();
  final List<String> lines = new ArrayList<>();
  final List<String> loads = new ArrayList<>();

  /// Set to make the next snapshots fail or wait.
  @Nullable String failSnapshots;

  boolean deferSnapshots;
  boolean holdSnapshots;
  boolean failLoads;
  boolean holdLoads;

  private final ByteArrayOutputStream loading = new ByteArrayOutputStream();
  private LoadMode loadMode = LoadMode.FILE;
  private final Map<Long, byte[]> files = new TreeMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private long heldPass = -1;

  TestNode(int id, TestNet net, PrimarySettings p, DisklessLoad load) {
    this.id = id;
    this.net = net;
    Supplier<String> ids = net::freshId;
    this.log = new CommandLog(ids.get(), 1 << 20);
    this.primary = new PrimarySide(log, p, ids);
    ReplicaSettings r = new ReplicaSettings(null, null, null, PORT_BASE + id, 60, load, false);
    this.replica = new ReplicaSide(log, r, ids, () -> data.isEmpty());
    this.failover = new FailoverMachine(log, primary, replica);
    this.stream = new TestStream(this);
  }

  int port() {
    return PORT_BASE + id;
  }

  // ---- what clients do

  void set(int db, String key, String value) {
    if (!replica.isPrimary()) {
      throw new IllegalStateException("a replica takes no writes");
    }
    if (writesHeld) {
      throw new IllegalStateException("writes are held back");
    }
    data.put(db + "/" + key, value);
    if (log.isFollowed()) {
      log.command(db, bytes("SET"), bytes(key), bytes(value));
    } else {
      log.skipped();
    }
    primary.checkLag(net.nowMs, this::onPrimary);
    runHeld();
  }

  void follow(TestNode other) {
    replica.on(new ReplicaEvent.Follow("10.0.0." + other.id, other.port()), net.nowMs, this::queue);
    carryOut();
  }

  void promote() {
    replica.on(new ReplicaEvent.Promote("test"), net.nowMs, this::queue);
    carryOut();
  }

  /// Begins a failover to `target`, or to anyone; returns why not, or null.
  @Nullable String failover(FailoverEvent.@Nullable Target target, long timeoutMs, boolean force) {
    FailoverEvent.Begin wish = new FailoverEvent.Begin(target, timeoutMs, force);
    String objection = failover.objection(wish, net.nowMs);
    if (objection == null) {
      failoverEvent(wish);
    }
    return objection;
  }

  /// How `other` is known here as a replica.
  FailoverEvent.Target known(TestNode other) {
    return primary.replicas(net.nowMs).stream()
        .filter(r -> r.port() == other.port())
        .map(r -> new FailoverEvent.Target(r.ip(), r.port()))
        .findFirst()
        .orElseThrow();
  }

  void failoverEvent(FailoverEvent event) {
    failover.on(event, net.nowMs, failoverEffects::add);
    carryOut();
  }

  private final List<FailoverEffect> failoverEffects = new ArrayList<>();

  // ---- events

  private final List<ReplicaEffect> queued = new ArrayList<>();

  void queue(ReplicaEffect effect) {
    queued.add(effect);
  }

  void replicaEvent(ReplicaEvent event) {
    replica.on(event, net.nowMs, this::queue);
    carryOut();
  }

  /// Carries out effects in order, before any other event; effects of what they cause come after
  /// them.
  void carryOut() {
    while (!queued.isEmpty()) {
      List<ReplicaEffect> now = List.copyOf(queued);
      queued.clear();
      now.forEach(this::onReplica);
    }
    while (!failoverEffects.isEmpty()) {
      onFailover(failoverEffects.removeFirst());
    }
    net.pump(this);
  }

  void primaryEvent(PrimaryEvent event) {
    primary.on(event, net.nowMs, this::onPrimary);
    runHeld();
  }

  void tick() {
    primary.tick(net.nowMs, this::onPrimary);
    runHeld();
    replica.tick(net.nowMs, this::queue);
    failover.tick(net.nowMs, failoverEffects::add);
    carryOut();
  }

  /// A command of a client that is not yet, or already, a replica.
  void clientCommand(long link, List<byte[]> words) {
    Peer peer = new Peer(link, "10.1.0." + link, 40_000);
    String name = text(words.getFirst()).toUpperCase(java.util.Locale.ROOT);
    switch (name) {
      case "PING" -> net.toReplica(this, link, bytes("+PONG\r\n"));
      case "AUTH" -> net.toReplica(this, link, bytes("+OK\r\n"));
      case "REPLCONF" ->
          primaryEvent(new PrimaryEvent.Replconf(peer, words.subList(1, words.size())));
      case "PSYNC" -> {
        if (words.size() > 3 && !takesOver(link, text(words.get(1)))) {
          return;
        }
        if (failover.isActive()) {
          net.toReplica(this, link, bytes("-NOMASTERLINK Can't SYNC while failing over\r\n"));
          return;
        }
        primaryEvent(
            new PrimaryEvent.Sync(
                peer,
                true,
                text(words.get(1)),
                Long.parseLong(text(words.get(2))),
                replica.isServable()));
      }
      case "SYNC" ->
          primaryEvent(new PrimaryEvent.Sync(peer, false, "?", -1, replica.isServable()));
      case "" -> primaryEvent(new PrimaryEvent.Newline(link));
      default -> net.toReplica(this, link, bytes("-ERR unknown command '" + name + "'\r\n"));
    }
  }

  private boolean takesOver(long link, String replid) {
    if (replica.isPrimary() || !replid.equals(log.replid())) {
      String what =
          replica.isPrimary() ? "can't be sent to a master" : "replid must match my replid";
      net.toReplica(this, link, bytes("-ERR PSYNC FAILOVER " + what + ".\r\n"));
      return false;
    }
    promote();
    return true;
  }

  // ---- effects

  private void onFailover(FailoverEffect effect) {
    switch (effect) {
      case FailoverEffect.HoldWrites e -> {
        writesHeld = e.on();
        primaryEvent(new PrimaryEvent.PausePings(e.on()));
      }
      case FailoverEffect.HandOver e ->
          replicaEvent(new ReplicaEvent.Follow(e.host(), e.port(), true));
      case FailoverEffect.TakeBack e -> promote();
      case FailoverEffect.Log e -> lines.add(e.text());
    }
  }

  private void onPrimary(PrimaryEffect effect) {
    switch (effect) {
      case PrimaryEffect.Send e -> net.toReplica(this, e.link(), e.bytes());
      case PrimaryEffect.Close e -> net.closeFromPrimary(this, e.link());
      case PrimaryEffect.CutOff e -> net.closeFromPrimary(this, e.link());
      case PrimaryEffect.Stream e -> net.streaming(this, e.link());
      case PrimaryEffect.StartSnapshot e -> held.add(() -> takeSnapshot(e));
      case PrimaryEffect.CancelSnapshot e -> lines.add("cancel " + e.pass());
      case PrimaryEffect.SendFile e -> {
        net.toReplica(this, e.link(), files.getOrDefault(e.pass(), new byte[0]));
        held.add(() -> primaryEvent(new PrimaryEvent.FileSent(e.link())));
      }
      case PrimaryEffect.AcksMoved e -> {
        lines.add("acks");
        failoverEvent(new FailoverEvent.AcksMoved());
      }
      case PrimaryEffect.Log e -> lines.add(e.text());
    }
  }

  /// As a shell does: after the machine has returned, before anything else.
  private void runHeld() {
    while (!held.isEmpty()) {
      held.removeFirst().run();
    }
    net.pump(this);
  }

  private void takeSnapshot(PrimaryEffect.StartSnapshot e) {
    if (failSnapshots != null) {
      primaryEvent(new PrimaryEvent.SnapshotFailed(e.pass(), failSnapshots));
      return;
    }
    if (deferSnapshots) {
      primaryEvent(new PrimaryEvent.SnapshotDeferred(e.pass()));
      return;
    }
    byte[] image = image(e.data());
    primaryEvent(new PrimaryEvent.SnapshotStarted(e.pass()));
    Runnable finish = () -> finishSnapshot(e, image);
    if (holdSnapshots) {
      heldPass = e.pass();
      pendingSnapshot = finish;
    } else {
      finish.run();
    }
  }

  private @Nullable Runnable pendingSnapshot;

  long heldPass() {
    return heldPass;
  }

  void releaseSnapshot() {
    Runnable finish = pendingSnapshot;
    pendingSnapshot = null;
    holdSnapshots = false;
    if (finish != null) {
      finish.run();
    }
  }

  private void finishSnapshot(PrimaryEffect.StartSnapshot e, byte[] image) {
    if (e.toFile()) {
      files.put(e.pass(), image);
    } else {
      for (int i = 0; i < image.length; i += 50) {
        int n = Math.min(50, image.length - i);
        byte[] part = new byte[n];
        System.arraycopy(image, i, part, 0, n);
        primaryEvent(new PrimaryEvent.SnapshotBytes(e.pass(), part));
      }
    }
    primaryEvent(new PrimaryEvent.SnapshotDone(e.pass(), image.length));
  }

  private byte[] image(boolean withData) {
    StringBuilder out = new StringBuilder("IMAGE " + Math.max(0, log.selectedDb()) + "\n");
    if (withData) {
      data.forEach((k, v) -> out.append(k).append('=').append(v).append('\n'));
    }
    return bytes(out.toString());
  }

  private void onReplica(ReplicaEffect effect) {
    switch (effect) {
      case ReplicaEffect.Connect e -> net.connect(this, e.link(), e.port());
      case ReplicaEffect.Send e -> net.toPrimary(this, e.link(), e.bytes());
      case ReplicaEffect.Close e -> net.closeFromReplica(this, e.link());
      case ReplicaEffect.BeginLoad e -> {
        loading.reset();
        loadMode = e.mode();
        loads.add("begin " + e.mode() + " " + e.totalBytes());
        if (e.mode() == LoadMode.DIRECT) {
          data.clear();
        }
      }
      case ReplicaEffect.LoadBytes e -> loading.write(e.data(), e.offset(), e.length());
      case ReplicaEffect.FinishLoad e -> {
        if (!holdLoads) {
          finishLoad();
        }
      }
      case ReplicaEffect.AbortLoad e -> loads.add("abort");
      case ReplicaEffect.BeginStream e -> stream.begin(e.db());
      case ReplicaEffect.Apply e -> stream.apply(e.data(), e.offset(), e.length());
      case ReplicaEffect.EndStream e -> stream.end();
      case ReplicaEffect.DropReplicas e -> primaryEvent(new PrimaryEvent.DropReplicas(e.reason()));
      case ReplicaEffect.RoleChanged e -> primary.role(e.primary(), net.nowMs);
      case ReplicaEffect.HandedOver e -> failoverEvent(new FailoverEvent.Answered(e.accepted()));
      case ReplicaEffect.Log e -> lines.add(e.text());
    }
  }

  void finishLoad() {
    holdLoads = false;
    String[] image = loading.toString(StandardCharsets.ISO_8859_1).split("\n");
    if (failLoads || !image[0].startsWith("IMAGE ")) {
      if (loadMode != LoadMode.SWAP) {
        data.clear();
      }
      loads.add("failed");
      replicaEvent(new ReplicaEvent.LoadFailed("it is no image"));
      return;
    }
    Map<String, String> fresh = new TreeMap<>();
    for (int i = 1; i < image.length; i++) {
      int at = image[i].indexOf('=');
      fresh.put(image[i].substring(0, at), image[i].substring(at + 1));
    }
    data = fresh;
    loads.add("loaded");
    int db = Integer.parseInt(image[0].substring("IMAGE ".length()));
    replicaEvent(new ReplicaEvent.Loaded(db));
  }

  @Nullable LogReader reader(long link) {
    return primary.reader(link);
  }

  boolean saw(String part) {
    return lines.stream().anyMatch(l -> l.contains(part));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] b) {
    return new String(b, StandardCharsets.ISO_8859_1);
  }
}
