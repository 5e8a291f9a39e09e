package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a node believes about its cluster at one moment: immutable, so that the data plane reads it
/// without a lock.
///
/// The table of slot owners is shared between successive views as long as it does not change; a
/// view costs what its nodes cost.
public final class ClusterView {
  private static final short NONE = -1;

  private final NodeView[] nodes;
  private final @Nullable NodeView[] byOrdinal;
  private final int myself;
  private final SlotTable slots;
  private final Summary summary;
  private final long[] sent;
  private final long[] received;
  private final List<LinkView> links;

  /// What a view says about the cluster as a whole.
  ///
  /// @param ok whether the cluster serves clients
  /// @param reason why it does not, or empty
  /// @param size the number of primaries that own slots
  /// @param linksOverLimit how often a link was closed for its send buffer
  public record Summary(
      boolean ok,
      String reason,
      int size,
      long currentEpoch,
      long lastVoteEpoch,
      long linksOverLimit) {}

  /// Who owns each slot, as ordinals of nodes, and which slots are moving. Never written to once it
  /// is in a view.
  ///
  /// @param owners 16384 ordinals, -1 for a slot without owner
  /// @param migrating null when no slot is, else 16384 ordinals
  /// @param importing null when no slot is, else 16384 ordinals
  record SlotTable(short[] owners, short @Nullable [] migrating, short @Nullable [] importing) {}

  ClusterView(
      NodeView[] nodes,
      int myself,
      SlotTable slots,
      Summary summary,
      long[] sent,
      long[] received,
      List<LinkView> links) {
    int last = 0;
    for (NodeView node : nodes) {
      last = Math.max(last, node.ordinal());
    }
    this.nodes = nodes;
    this.byOrdinal = new NodeView[last + 1];
    for (NodeView node : nodes) {
      byOrdinal[node.ordinal()] = node;
    }
    this.myself = myself;
    this.slots = slots;
    this.summary = summary;
    this.sent = sent;
    this.received = received;
    this.links = links;
    Invariant.check(myself().isMyself(), "a view's own node is flagged myself");
  }

  /// This node.
  public NodeView myself() {
    return Objects.requireNonNull(byOrdinal[myself]);
  }

  /// All known nodes, those in handshake and ourselves included, in the order in which they became
  /// known.
  public List<NodeView> nodes() {
    return Collections.unmodifiableList(Arrays.asList(nodes));
  }

  /// The node with this id, or null.
  public @Nullable NodeView node(String id) {
    for (NodeView node : nodes) {
      if (node.id().equals(id)) {
        return node;
      }
    }
    return null;
  }

  /// The primary that serves `slot`, or null when nobody does.
  public @Nullable NodeView owner(int slot) {
    short ordinal = slots.owners()[slot];
    return ordinal == NONE ? null : byOrdinal[ordinal];
  }

  /// Whether two slots have the same owner, or both have none.
  public boolean haveOneOwner(int slot, int other) {
    return slots.owners()[slot] == slots.owners()[other];
  }

  /// Whether this node itself serves `slot`.
  public boolean isMine(int slot) {
    return slots.owners()[slot] == myself;
  }

  /// Whether this node or its primary serves `slot`.
  public boolean isMineOrMyPrimarys(int slot) {
    NodeView owner = owner(slot);
    return owner != null && (owner.ordinal() == myself || owner.id().equals(myself().primaryId()));
  }

  /// The node to which we are moving `slot`, or null.
  public @Nullable NodeView migratingTo(int slot) {
    return moving(slots.migrating(), slot);
  }

  /// The node from which we are taking `slot`, or null.
  public @Nullable NodeView importingFrom(int slot) {
    return moving(slots.importing(), slot);
  }

  private @Nullable NodeView moving(short @Nullable [] table, int slot) {
    return table == null || table[slot] == NONE ? null : byOrdinal[table[slot]];
  }

  /// Whether we are moving any slot by SETSLOT.
  public boolean isAnyMigrating() {
    return slots.migrating() != null;
  }

  /// Whether we are taking any slot by SETSLOT.
  public boolean isAnyImporting() {
    return slots.importing() != null;
  }

  /// Ids of the nodes to which slots are moving, by slot.
  SortedMap<Integer, String> migrating() {
    return moves(slots.migrating());
  }

  /// Ids of the nodes from which slots are coming, by slot.
  SortedMap<Integer, String> importing() {
    return moves(slots.importing());
  }

  private SortedMap<Integer, String> moves(short @Nullable [] table) {
    SortedMap<Integer, String> moves = new TreeMap<>();
    if (table != null) {
      for (int slot = 0; slot < table.length; slot++) {
        NodeView node = moving(table, slot);
        if (node != null) {
          moves.put(slot, node.id());
        }
      }
    }
    return moves;
  }

  /// Whether the cluster serves clients, from this node's point of view.
  public boolean ok() {
    return summary.ok();
  }

  /// State, size and epochs.
  public Summary summary() {
    return summary;
  }

  /// The primary of `node` when it is a replica whose primary is known, else `node`.
  public NodeView primaryOf(NodeView node) {
    String id = node.primaryId();
    NodeView primary = id == null ? null : node(id);
    return primary == null ? node : primary;
  }

  /// The replicas of `primary`.
  public List<NodeView> replicasOf(NodeView primary) {
    List<NodeView> replicas = new ArrayList<>();
    for (NodeView node : nodes) {
      if (primary.id().equals(node.primaryId())) {
        replicas.add(node);
      }
    }
    return replicas;
  }

  /// The nodes of each shard, in the order in which shards became known; nodes in handshake are in
  /// none.
  public List<List<NodeView>> shards() {
    List<List<NodeView>> shards = new ArrayList<>();
    for (NodeView node : nodes) {
      if (node.inHandshake()) {
        continue;
      }
      List<NodeView> shard = null;
      for (List<NodeView> known : shards) {
        if (known.getFirst().shardId().equals(node.shardId())) {
          shard = known;
        }
      }
      if (shard == null) {
        shard = new ArrayList<>();
        shards.add(shard);
      }
      shard.add(node);
    }
    return shards;
  }

  /// How many messages of this kind were sent.
  public long sent(BusType type) {
    return sent[type.code()];
  }

  /// How many messages of this kind were received.
  public long received(BusType type) {
    return received[type.code()];
  }

  /// The links to and from known nodes.
  public List<LinkView> links() {
    return links;
  }
}
