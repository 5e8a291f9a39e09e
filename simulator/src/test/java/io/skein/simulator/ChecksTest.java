package io.skein.simulator;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.machine.Invariant;
import org.junit.jupiter.api.Test;

/// The simulator notices when something is broken on purpose.
class ChecksTest {
  private static World world(Profile profile) {
    Options drawn = Options.of(11);
    return new World(
        new Options(
            11,
            profile,
            drawn.nodes(),
            1,
            drawn.clients(),
            2000,
            200,
            Options.Haste.ALL,
            Options.Data.MODEL),
        null);
  }

  private static void assertNotices(World world, String what) {
    Invariant.Broken broken = assertThrows(Invariant.Broken.class, world::run);
    assertTrue(broken.getMessage().contains(what), broken.getMessage());
  }

  @Test
  void noticesAVoteThatIsNotOnDisk() {
    World world = world(Profile.FAILOVERS);
    world.nodes.forEach(node -> node.disk.lies = true);
    assertNotices(world, "sends a vote in epoch");
  }

  @Test
  void noticesAVoteThatIsSentBeforeItIsOnDisk() {
    World world = world(Profile.FAILOVERS);
    world.mutation = Mutation.VOTE_BEFORE_DISK;
    assertNotices(world, "sends a vote in epoch");
  }

  @Test
  void noticesAPrimaryThatKeepsItsSlotsThoughItWasReplaced() {
    World world = world(Profile.FAILOVERS);
    world.mutation = Mutation.STALE_PRIMARY;
    Invariant.Broken broken = assertThrows(Invariant.Broken.class, world::run);
    String message = broken.getMessage();
    assertTrue(
        message.contains("not whole again") || message.contains("acknowledged write lost"),
        message);
  }

  @Test
  void noticesAFailoverToAReplicaThatMissesWrites() {
    World world = world(Profile.FAILOVERS);
    world.mutation = Mutation.MISSED_WRITES;
    breakLinks(world);
    assertNotices(world, "acknowledged write lost");
  }

  @Test
  void findsNothingWrongWhereReplicasTellTheTruth() {
    World world = world(Profile.FAILOVERS);
    breakLinks(world);
    world.run();
  }

  /// Connections lose what is sent on them, so that replicas fall behind and do not know it.
  private static void breakLinks(World world) {
    for (int at = 10_000_000; at < 80_000_000; at += 1_000_000) {
      world.schedule.after(
          at,
          () -> {
            for (int i = 0; i < 8; i++) {
              world.network.breakOne(true);
            }
          });
    }
  }

  @Test
  void noticesAPrimaryThatServesWithoutAMajority() {
    World world = world(Profile.CALM);
    world.schedule.after(
        20_000_000,
        () -> {
          SimNode cut = world.nodes.getFirst();
          for (SimNode node : world.nodes) {
            if (node != cut) {
              world.network.wall(node, cut);
              world.network.wall(cut, node);
            }
          }
          // What the node believed in the moment before is all it goes by from now on.
          cut.blind();
        });
    assertNotices(world, "after it last heard of a majority");
  }

  @Test
  void noticesAWriteThatIsLost() {
    World world = world(Profile.CALM);
    world.schedule.after(
        20_000_000,
        () -> {
          for (SimNode node : world.nodes) {
            DataPlane plane = node.plane();
            if (plane != null) {
              plane.carryOut(new ClusterEffect.DropAllData());
            }
          }
        });
    assertNotices(world, "acknowledged write lost");
  }

  @Test
  void noticesHistoriesThatDiffer() {
    World world = world(Profile.CALM);
    SimNode node = world.nodes.getFirst();
    world.checks.onAppend(node, "history", 1, 17);
    world.checks.onAppend(node, "history", 1, 17);
    Invariant.Broken broken =
        assertThrows(Invariant.Broken.class, () -> world.checks.onAppend(node, "history", 1, 18));
    assertTrue(broken.getMessage().contains("other writes"), broken.getMessage());
  }

  @Test
  void noticesDataThatDiffer() {
    World world = world(Profile.CALM);
    SimNode node = world.nodes.getFirst();
    world.checks.onData(node, "history:1", 17);
    Invariant.Broken broken =
        assertThrows(Invariant.Broken.class, () -> world.checks.onData(node, "history:1", 18));
    assertTrue(broken.getMessage().contains("other data"), broken.getMessage());
  }

  @Test
  void noticesAClusterThatDoesNotHeal() {
    World world = world(Profile.CALM);
    world.schedule.after(
        30_000_000, () -> world.network.wall(world.nodes.get(0), world.nodes.get(1)));
    assertNotices(world, "not whole again");
  }
}
