package io.skein.simulator;

import io.skein.engine.cluster.state.ClusterSettings;
import java.util.Arrays;
import java.util.SplittableRandom;

/// What one run is, drawn from its seed; what was given overrides what was drawn.
///
/// @param seed what everything random follows from
/// @param nodes how many nodes: half of them primaries, at least three
/// @param faultMinutes how long things go wrong, in minutes of virtual time
/// @param clients how many clients write
/// @param nodeTimeoutMs `cluster-node-timeout`
/// @param delayUs the usual time that a message takes
/// @param haste which of our rules beyond Redis's are on
/// @param data what stands for the data
record Options(
    long seed,
    Profile profile,
    int nodes,
    double faultMinutes,
    int clients,
    long nodeTimeoutMs,
    int delayUs,
    Haste haste,
    Data data) {
  private static final long[] TIMEOUTS_MS = {1000, 2000, 2000, 5000, 15_000};
  private static final int[] DELAYS_US = {200, 200, 1000, 10_000};

  /// Nobody is taken to have failed who only starts again.
  private static final long PATIENT_MS = 15_000;

  private static final int NODE_ONE_IN = 4;

  /// Those that a seed may stand for; the others have to be asked for.
  private static final Profile[] DRAWN =
      Arrays.stream(Profile.values())
          .filter(p -> !p.hasFiles() && !p.movesSlots())
          .toArray(Profile[]::new);

  /// Who goes faster than Redis.
  enum Haste {
    ALL,
    NOBODY,
    /// Every second node, as in a cluster that has nodes of Redis too.
    SOME
  }

  /// What a node's data plane is.
  enum Data {
    /// A whole node: the engine as servers run it.
    NODE,
    /// A model, ten times as fast.
    MODEL
  }

  /// The run that follows from `seed` alone.
  static Options of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Profile[] profiles = DRAWN;
    // Every other run has a bit of everything.
    Profile profile =
        random.nextBoolean() ? Profile.MIXED : profiles[random.nextInt(profiles.length)];
    long timeoutMs = TIMEOUTS_MS[random.nextInt(TIMEOUTS_MS.length)];
    int delayUs = DELAYS_US[random.nextInt(DELAYS_US.length)];
    Haste haste = Haste.values()[random.nextInt(Haste.values().length)];
    Data data = random.nextInt(NODE_ONE_IN) == 0 ? Data.NODE : Data.MODEL;
    return new Options(seed, profile, 6, 2, 3, timeoutMs, delayUs, haste, data);
  }

  Options withProfile(Profile value) {
    return new Options(
        seed,
        value,
        nodes,
        faultMinutes,
        clients,
        value.hasReplicas() ? nodeTimeoutMs : PATIENT_MS,
        delayUs,
        haste,
        value.hasFiles() || value.movesSlots() ? Data.NODE : data);
  }

  Options withNodes(int value) {
    return new Options(
        seed, profile, value, faultMinutes, clients, nodeTimeoutMs, delayUs, haste, data);
  }

  Options withFaultMinutes(double value) {
    return new Options(seed, profile, nodes, value, clients, nodeTimeoutMs, delayUs, haste, data);
  }

  Options withData(Data value) {
    return new Options(
        seed, profile, nodes, faultMinutes, clients, nodeTimeoutMs, delayUs, haste, value);
  }

  int primaries() {
    return profile.hasReplicas() ? nodes / 2 : nodes;
  }

  ClusterSettings settings(int node) {
    boolean fast = haste == Haste.ALL || haste == Haste.SOME && node % 2 == 0;
    return ClusterSettings.defaults(SimNode.CLIENT_PORT)
        .withNodeTimeoutMs(nodeTimeoutMs)
        .withHaste(fast ? ClusterSettings.Haste.FULL : ClusterSettings.Haste.NONE);
  }

  /// What replays the run.
  String command() {
    Options drawn = of(seed);
    StringBuilder command = new StringBuilder("./skein simulate --seed " + seed);
    if (profile != drawn.profile) {
      command.append(" --profile ").append(profile);
    }
    if (nodes != drawn.nodes) {
      command.append(" --nodes ").append(nodes);
    }
    if (faultMinutes != drawn.faultMinutes) {
      command.append(" --minutes ").append(faultMinutes);
    }
    if (data != drawn.data) {
      command.append(" --data ").append(data);
    }
    return command.append(" --trace").toString();
  }
}
