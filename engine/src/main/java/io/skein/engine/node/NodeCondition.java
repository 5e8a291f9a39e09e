package io.skein.engine.node;

import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.Condition;
import io.skein.engine.cluster.bus.NodeFacts;
import io.skein.engine.config.AppendFsync;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;

/// What this node alone knows of itself, for `CLUSTER DOCTOR`: settings, and how fast its log
/// grows.
final class NodeCondition {
  private static final long SAMPLE_MS = 1000;
  private static final int SAMPLES = 60;

  private final Settings settings;
  private final Keyspace keyspace;
  private final CommandLog log;
  private final NodeState state;
  private final NodeHost host;
  private final long[] offsets = new long[SAMPLES];
  private final long[] times = new long[SAMPLES];
  private int samples;

  NodeCondition(
      Settings settings, Keyspace keyspace, CommandLog log, NodeState state, NodeHost host) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.log = log;
    this.state = state;
    this.host = host;
  }

  private long monotonicMs() {
    return host.nanos() / 1_000_000;
  }

  /// Remembers once in a second how long the log is.
  void tick() {
    long now = monotonicMs();
    int last = Math.floorMod(samples - 1, SAMPLES);
    if (samples == 0 || now - times[last] >= SAMPLE_MS) {
      int at = samples++ % SAMPLES;
      offsets[at] = log.offset();
      times[at] = now;
    }
  }

  /// The bytes by which the log grew in a second, on the average of the last minute.
  private long bytesPerSecond() {
    if (samples == 0) {
      return 0;
    }
    int oldest = samples < SAMPLES ? 0 : samples % SAMPLES;
    long ms = monotonicMs() - times[oldest];
    long bytes = log.offset() - offsets[oldest];
    return ms < SAMPLE_MS || bytes < 0 ? 0 : bytes * 1000 / ms;
  }

  Condition now() {
    return new Condition(
        settings.number(MemorySettings.MAXMEMORY),
        settings.isOn(PersistenceSettings.APPENDONLY),
        settings.get(PersistenceSettings.APPENDFSYNC) == AppendFsync.NO,
        !settings.get(PersistenceSettings.SAVE).isEmpty(),
        settings.number(ReplicationSettings.MIN_REPLICAS_TO_WRITE),
        settings.number(ReplicationSettings.REPL_BACKLOG_SIZE)
            + settings.number(ReplicationSettings.REPL_BACKLOG_DISK_SIZE),
        bytesPerSecond(),
        state.isReplica() && !state.isPrimaryLinkUp());
  }

  ClusterEvent.Surroundings surroundings() {
    int flags = settings.isOn(PersistenceSettings.APPENDONLY) ? NodeFacts.APPENDONLY : 0;
    flags |= settings.get(PersistenceSettings.SAVE).isEmpty() ? 0 : NodeFacts.SNAPSHOTS;
    flags |= state.isReplica() && !state.isPrimaryLinkUp() ? NodeFacts.OUT_OF_SYNC : 0;
    return new ClusterEvent.Surroundings(
        keyspace.nowMs(), settings.number(MemorySettings.MAXMEMORY), flags);
  }
}
