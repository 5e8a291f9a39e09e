package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import io.skein.engine.machine.Invariant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// When nodes died, and which losses that excuses where files are flushed every second.
final class Losses {
  /// A flush is begun at the first tick that comes a second after the last one was.
  private static final long EXCUSED_US = 1_500_000;

  private record Death(int node, long atUs) {}

  private final World world;
  private final List<Death> deaths = new ArrayList<>();

  Losses(World world) {
    this.world = world;
  }

  void died(SimNode node) {
    deaths.add(new Death(node.number, world.schedule.nowUs()));
  }

  /// How often a process died.
  int crashes() {
    return deaths.size();
  }

  /// An acknowledged write is nowhere.
  void check(SimClient.Write write) {
    if (world.options.profile() != Profile.EVERYSEC) {
      return;
    }
    int owner = owner(Slot.of(write.key().getBytes(StandardCharsets.ISO_8859_1)));
    boolean excused = false;
    for (Death death : deaths) {
      long ageUs = death.atUs - write.atUs();
      // Its reply may have been on its way still.
      excused |= death.node == owner && ageUs <= EXCUSED_US && ageUs >= -EXCUSED_US;
    }
    Invariant.check(excused, "a write is lost that was older than a second: " + write);
  }

  /// Who has the slot: nobody else ever does, where there are no replicas.
  private int owner(int slot) {
    int node = 0;
    while (slot >= Slot.SLOT_COUNT * (node + 1) / world.options.primaries()) {
      node++;
    }
    return node;
  }
}
