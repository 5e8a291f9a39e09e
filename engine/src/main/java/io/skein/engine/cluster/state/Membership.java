package io.skein.engine.cluster.state;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.NodeId;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The nodes and slots of the cluster as this node knows them, and its epochs.
///
/// *Invariants*: a slot has at most one owner, and the table of owners agrees with the sets of the
/// nodes; `currentEpoch` is at least every `configEpoch`; neither epoch of ours decreases but by a
/// hard reset.
///
/// *Threads*: owned by the machine.
public final class Membership {
  private final RandomGenerator entropy;
  private final Changes changes = new Changes();
  private final LinkedHashMap<String, ClusterNode> byId = new LinkedHashMap<>();
  private final List<ClusterNode> nodes = new ArrayList<>();
  private final BitSet ordinals = new BitSet();
  private final ClusterNode myself;

  private final @Nullable ClusterNode[] owners = new ClusterNode[SLOT_COUNT];
  private int assigned;
  private final TreeMap<Integer, ClusterNode> migrating = new TreeMap<>();
  private final TreeMap<Integer, ClusterNode> importing = new TreeMap<>();

  /// Slots whose owner ceased to claim them, though nobody else has yet.
  private final long[] unclaimed = new long[SLOT_COUNT / 64];

  private long currentEpoch;
  private long lastVoteEpoch;

  /// Changes with the table of slots and the list of nodes, so that views can share what did not
  /// change.
  private long revision;

  private final long[] reassigned = new long[SLOT_COUNT / 64];
  private boolean anyReassigned;

  /// A cluster of one fresh primary with a drawn id.
  public Membership(RandomGenerator entropy, long nowMs) {
    this.entropy = entropy;
    this.myself = create(null, NodeFlags.MYSELF | NodeFlags.PRIMARY, nowMs);
    add(myself);
  }

  /// The state a file holds.
  public Membership(RandomGenerator entropy, NodesConf conf, long nowMs) {
    this.entropy = entropy;
    for (NodeLine line : conf.nodes()) {
      String shardId = line.shardId().isEmpty() ? NodeId.draw(entropy) : line.shardId();
      ClusterNode node =
          new ClusterNode(
              changes,
              nextOrdinal(),
              line.id(),
              shardId,
              line.flags() & ~NodeFlags.HANDSHAKE,
              nowMs);
      node.address(line.address());
      node.hostname(line.hostname());
      node.humanNodename(line.humanNodename());
      node.pingSentMs = line.pingSentMs() != 0 ? nowMs : 0;
      node.pongReceivedMs = line.pongReceivedMs() != 0 ? nowMs : 0;
      node.configEpoch(line.primaryId() == null ? line.configEpoch() : 0);
      node.failedMs = node.isFailed() ? nowMs : 0;
      add(node);
    }
    for (NodeLine line : conf.nodes()) {
      ClusterNode node = known(line.id());
      if (line.primaryId() != null) {
        ClusterNode primary = known(line.primaryId());
        node.follow(primary);
        node.shardId(primary.shardId());
      }
      for (int slot = line.slots().nextSlot(0); slot >= 0; slot = line.slots().nextSlot(slot + 1)) {
        assign(slot, node);
      }
      line.migrating().forEach((slot, to) -> migrating.put(slot, known(to)));
      line.importing().forEach((slot, from) -> importing.put(slot, known(from)));
    }
    this.myself = known(conf.myselfId());
    this.currentEpoch = conf.currentEpoch();
    this.lastVoteEpoch = conf.lastVoteEpoch();
    for (ClusterNode node : nodes) {
      currentEpoch = Math.max(currentEpoch, node.configEpoch());
    }
    takeReassigned();
  }

  // Nodes

  public ClusterNode myself() {
    return myself;
  }

  /// All known nodes in the order in which they became known.
  public List<ClusterNode> nodes() {
    return Collections.unmodifiableList(nodes);
  }

  /// The same, safe against nodes that are removed meanwhile.
  public List<ClusterNode> nodesNow() {
    return new ArrayList<>(nodes);
  }

  public @Nullable ClusterNode node(String id) {
    return byId.get(id);
  }

  /// Whether `node` is still known, and not one that was removed.
  public boolean isKnown(ClusterNode node) {
    return byId.get(node.id()) == node;
  }

  /// A node drawn evenly from all of them.
  public ClusterNode draw() {
    return nodes.get(entropy.nextInt(nodes.size()));
  }

  /// A new node, known from now on.
  ///
  /// @param id its id, or null for a temporary one until it has answered
  public ClusterNode learn(@Nullable String id, int flags, long nowMs) {
    ClusterNode node = create(id, flags, nowMs);
    add(node);
    return node;
  }

  private ClusterNode create(@Nullable String id, int flags, long nowMs) {
    return new ClusterNode(
        changes,
        nextOrdinal(),
        id == null ? NodeId.draw(entropy) : id,
        NodeId.draw(entropy),
        flags,
        nowMs);
  }

  private int nextOrdinal() {
    return ordinals.nextClearBit(0);
  }

  private void add(ClusterNode node) {
    Invariant.check(byId.putIfAbsent(node.id(), node) == null, "a node is known once");
    nodes.add(node);
    ordinals.set(node.ordinal());
    changes.note();
  }

  /// Gives a node its true id in place of the temporary one.
  public void rename(ClusterNode node, String id) {
    byId.remove(node.id());
    node.rename(id);
    Invariant.check(byId.putIfAbsent(id, node) == null, "a node is known once");
  }

  /// Removes a node and all that mentions it. Its links are the caller's to close.
  public void forget(ClusterNode node) {
    Invariant.check(node != myself, "a node does not forget itself");
    boolean moving = migrating.values().removeIf(other -> other == node);
    moving |= importing.values().removeIf(other -> other == node);
    revision += moving ? 1 : 0;
    releaseSlots(node);
    for (ClusterNode other : nodes) {
      other.failureReports.remove(node);
    }
    for (ClusterNode replica : List.copyOf(node.replicas())) {
      replica.follow(null);
    }
    node.follow(null);
    byId.remove(node.id());
    nodes.remove(node);
    ordinals.clear(node.ordinal());
    changes.note();
  }

  /// Takes a new id and shard, as a hard reset does.
  public void becomeSomebodyElse() {
    rename(myself, NodeId.draw(entropy));
    myself.shardId(NodeId.draw(entropy));
    revision++;
  }

  /// Makes a replica, or a node of unknown role, a primary; whether that is a change.
  public boolean makePrimary(ClusterNode node) {
    if (node.isPrimary()) {
      return false;
    }
    boolean followed = node.primary() != null;
    revision += node == myself ? 1 : 0;
    node.follow(null);
    node.clear(NodeFlags.REPLICA);
    node.set(NodeFlags.PRIMARY);
    if (followed && node != myself) {
      node.set(NodeFlags.MIGRATE_TO);
    }
    return true;
  }

  /// Makes a node a replica, of a primary that may be unknown. It loses its slots.
  public void makeReplica(ClusterNode node, @Nullable ClusterNode primary) {
    revision += node == myself ? 1 : 0;
    releaseSlots(node);
    node.clear(NodeFlags.PRIMARY | NodeFlags.MIGRATE_TO);
    node.set(NodeFlags.REPLICA);
    if (node.primary() != primary) {
      node.follow(primary);
    }
  }

  /// How many primaries own slots: the electorate.
  public int size() {
    int size = 0;
    for (ClusterNode node : nodes) {
      if (node.isPrimary() && node.slotCount() > 0) {
        size++;
      }
    }
    return size;
  }

  /// How many primaries with slots are a majority.
  public int quorum() {
    return size() / 2 + 1;
  }

  // Slots

  public @Nullable ClusterNode owner(int slot) {
    return owners[slot];
  }

  /// Whether nobody owns `slot`, or its owner no longer says so.
  public boolean isUnclaimed(int slot) {
    return owners[slot] == null || (unclaimed[slot >> 6] & 1L << slot) != 0;
  }

  /// Notes that the owner of `slot` no longer claims it, or does again.
  public void claimed(int slot, boolean isClaimed) {
    if (isClaimed) {
      unclaimed[slot >> 6] &= ~(1L << slot);
    } else {
      unclaimed[slot >> 6] |= 1L << slot;
    }
  }

  /// The slots of `node` that it still claims.
  public SlotSet claimedSlots(ClusterNode node) {
    return node.slots().minus(SlotSet.ofWords(unclaimed));
  }

  /// Gives `slot` to `node`, taking it from whoever had it.
  public void assign(int slot, ClusterNode node) {
    ClusterNode old = owners[slot];
    if (old == node) {
      return;
    }
    release(slot);
    boolean first = node.slotCount() == 0;
    owners[slot] = node;
    assigned++;
    node.addSlot(slot);
    markReassigned(slot);
    if (first && primariesHaveReplicas()) {
      node.set(NodeFlags.MIGRATE_TO);
    }
  }

  /// Leaves `slot` without an owner.
  public void release(int slot) {
    ClusterNode old = owners[slot];
    if (old != null) {
      old.removeSlot(slot);
      owners[slot] = null;
      assigned--;
      claimed(slot, true);
      markReassigned(slot);
    }
  }

  /// Leaves all slots of `node` without an owner.
  public void releaseSlots(ClusterNode node) {
    SlotSet slots = node.slots();
    for (int slot = slots.nextSlot(0); slot >= 0; slot = slots.nextSlot(slot + 1)) {
      release(slot);
    }
  }

  private void markReassigned(int slot) {
    reassigned[slot >> 6] |= 1L << slot;
    anyReassigned = true;
    revision++;
  }

  /// The slots whose owner changed since this was last asked.
  public SlotSet takeReassigned() {
    if (!anyReassigned) {
      return SlotSet.EMPTY;
    }
    SlotSet slots = SlotSet.ofWords(reassigned);
    Arrays.fill(reassigned, 0);
    anyReassigned = false;
    return slots;
  }

  private boolean primariesHaveReplicas() {
    for (ClusterNode node : nodes) {
      if (!node.isReplica() && !node.replicas().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  public @Nullable ClusterNode migratingTo(int slot) {
    return migrating.get(slot);
  }

  public @Nullable ClusterNode importingFrom(int slot) {
    return importing.get(slot);
  }

  /// Marks `slot` as moving to `node`, or with null as staying.
  public void migrating(int slot, @Nullable ClusterNode node) {
    move(migrating, slot, node);
  }

  private void move(TreeMap<Integer, ClusterNode> moves, int slot, @Nullable ClusterNode node) {
    ClusterNode old = node == null ? moves.remove(slot) : moves.put(slot, node);
    if (old != node) {
      revision++;
    }
  }

  /// Marks `slot` as coming from `node`, or with null as not coming.
  public void importing(int slot, @Nullable ClusterNode node) {
    move(importing, slot, node);
  }

  /// Marks every slot as staying.
  public void closeSlots() {
    revision++;
    migrating.clear();
    importing.clear();
  }

  /// Takes over which slots are on their way, but for those whose other end is unknown; whether
  /// that is a change.
  public boolean adoptOpenSlots(
      SortedMap<Integer, String> newMigrating, SortedMap<Integer, String> newImporting) {
    long before = revision;
    adopt(migrating, newMigrating);
    adopt(importing, newImporting);
    return revision != before;
  }

  private void adopt(TreeMap<Integer, ClusterNode> moves, SortedMap<Integer, String> told) {
    TreeMap<Integer, ClusterNode> wanted = new TreeMap<>();
    told.forEach((slot, id) -> {
      ClusterNode node = byId.get(id);
      if (node != null && node != myself) {
        wanted.put(slot, node);
      }
    });
    if (!wanted.equals(moves)) {
      moves.clear();
      moves.putAll(wanted);
      revision++;
    }
  }

  /// `successor` has taken the place of `old` in its shard: slots on their way to or from that one
  /// go to or come from this one.
  public void succeed(ClusterNode old, ClusterNode successor) {
    for (TreeMap<Integer, ClusterNode> moves : List.of(migrating, importing)) {
      if (moves.containsValue(old)) {
        moves.replaceAll((slot, node) -> node == old ? successor : node);
        revision++;
      }
    }
  }

  /// Visits the slots on their way from us, and where they go.
  public void eachMigrating(BiConsumer<Integer, ClusterNode> visitor) {
    migrating.forEach(visitor);
  }

  /// Visits the slots on their way to us, and where they come from.
  public void eachImporting(BiConsumer<Integer, ClusterNode> visitor) {
    importing.forEach(visitor);
  }

  /// Differs whenever the table of slots differs.
  public long slotRevision() {
    return revision;
  }

  /// Differs whenever anything differs that a view shows, but for times and counters.
  public long revision() {
    return revision + changes.count();
  }

  // Epochs

  public long currentEpoch() {
    return currentEpoch;
  }

  public long lastVoteEpoch() {
    return lastVoteEpoch;
  }

  /// Learns of an epoch; whether it is the newest.
  public boolean seeEpoch(long epoch) {
    boolean newer = changes.noteIf(epoch > currentEpoch);
    currentEpoch = Math.max(currentEpoch, epoch);
    return newer;
  }

  /// Begins the next epoch of an origin and returns it.
  public long nextEpoch(EpochOrigin origin) {
    changes.note();
    currentEpoch = origin.after(currentEpoch);
    return currentEpoch;
  }

  /// Remembers that our vote in `epoch` is given.
  public void votedIn(long epoch) {
    Invariant.check(epoch > lastVoteEpoch, "one vote in an epoch, and never in an older one");
    lastVoteEpoch = epoch;
    changes.note();
  }

  /// Takes an epoch of our own that is newer than all others, without anybody's agreement; false
  /// when ours is already.
  ///
  /// Used where an administrator has decided: when a slot was imported, and for a takeover.
  public boolean bumpConfigEpoch() {
    if (myself.configEpoch() != 0 && myself.configEpoch() == currentEpoch && !isEpochShared()) {
      return false;
    }
    myself.configEpoch(nextEpoch(EpochOrigin.ORDER));
    return true;
  }

  /// Whether another primary has our configuration epoch, so that a claim of ours against it would
  /// not hold. (Of a replica we may have heard its primary's.)
  private boolean isEpochShared() {
    for (ClusterNode node : nodes) {
      if (node != myself && node.isPrimary() && node.configEpoch() == myself.configEpoch()) {
        return true;
      }
    }
    return false;
  }

  /// Starts counting anew, as a hard reset does.
  public void resetEpochs() {
    currentEpoch = 0;
    lastVoteEpoch = 0;
    myself.configEpoch(0);
  }

  private ClusterNode known(String id) {
    ClusterNode node = byId.get(id);
    Invariant.check(node != null, "nodes.conf was checked to name only nodes that it describes");
    return Objects.requireNonNull(node);
  }

  /// Checks what must hold after every event.
  public void checkInvariants() {
    int owned = 0;
    for (ClusterNode node : nodes) {
      owned += node.slotCount();
      Invariant.check(
          node.configEpoch() <= currentEpoch, "currentEpoch is at least every configEpoch");
      Invariant.check(node.slotCount() == 0 || !node.isReplica(), "only primaries own slots");
    }
    Invariant.check(owned == assigned, "every slot has at most one owner");
  }
}
