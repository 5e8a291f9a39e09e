package io.skein.engine.cluster.state;

import io.skein.engine.cluster.bus.NodeFacts;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What this node believes about one node of the cluster, itself included.
///
/// *Invariants*: a node is in the list of replicas of exactly its [#primary()]; only [Membership]
/// changes slots, the primary and the id, so that its tables agree.
///
/// *Threads*: owned by the machine.
public final class ClusterNode {
  private static final long NO_LINK = 0;
  private static final long[] NO_SLOTS = {};

  private final Changes changes;
  private final int ordinal;
  private long version;

  private String id;
  private String shardId;
  private int flags;
  private @Nullable ClusterNode primary;
  private final List<ClusterNode> replicas = new ArrayList<>();

  /// The words of the bitmap of slots from number [#firstWord] on, as far as the node has had any
  /// slots.
  private long[] slotWords = NO_SLOTS;

  private int firstWord;

  private int slotCount;
  private @Nullable SlotSet slotSet = SlotSet.EMPTY;

  /// Where the node is; empty and 0 when unknown.
  private Address address = Address.UNKNOWN;

  private String hostname = "";
  private String humanNodename = "";
  private long configEpoch;
  private long linkId = NO_LINK;
  private boolean linkOpen;
  private long linkCreatedMs;

  // What follows is observation rather than configuration: open to the rules of the package's
  // users.

  public final long createdMs;

  /// When the ping that is waited for was sent, or 0.
  public long pingSentMs;

  public long pongReceivedMs;
  public long dataReceivedMs;
  public long failedMs;

  /// When we last voted for a replica of this primary.
  public long votedMs;

  public long replicationOffset;

  /// Since when this primary is without working replicas, or 0.
  public long orphanedMs;

  /// The link that the node opened to us, or 0.
  public long inboundLinkId = NO_LINK;

  /// When the next attempt to connect is due.
  public long nextConnectMs;

  /// Since when every attempt to connect was refused, or 0; and how many were.
  public long refusedSinceMs;

  public int refusals;

  /// Whether the present failure was recognised by refused connections, on this node.
  public boolean failedByRefusal;

  /// Whether the node's heartbeats lack the shard id: it is older than 7.2 and complains of ours.
  public boolean withoutShardId;

  /// Whether it understands which slots of its primary are open.
  public boolean takesOpenSlots;

  /// Whether it understands what nodes of Redis do not: see `BusHeader.TAKES_EXTRAS`.
  public boolean takesExtras;

  /// What it told of itself last, and when; null if it never did.
  public @Nullable NodeFacts facts;

  public long factsMs;

  /// When a replica of this node last told that it cannot reach it, or 0.
  public long hintedMs;

  /// For which replica of this primary we last voted.
  public @Nullable ClusterNode votedFor;

  /// The number of the heartbeat that last told of this node.
  public long lastGossip;

  /// Primaries that say this node is failing, and when they last said so.
  public final LinkedHashMap<ClusterNode, Long> failureReports = new LinkedHashMap<>();

  ClusterNode(Changes changes, int ordinal, String id, String shardId, int flags, long nowMs) {
    this.changes = changes;
    this.ordinal = ordinal;
    this.id = id;
    this.shardId = shardId;
    this.flags = flags;
    this.createdMs = nowMs;
  }

  /// Where a node can be reached.
  ///
  /// @param ip empty when it is unknown
  public record Address(String ip, int tcpPort, int tlsPort, int busPort) {
    static final Address UNKNOWN = new Address("", 0, 0, 0);

    /// The client port for connections over TLS, or plain.
    public int clientPort(boolean tls) {
      return tls ? tlsPort : tcpPort;
    }
  }

  private boolean noteIf(boolean changed) {
    version += changed ? 1 : 0;
    return changes.noteIf(changed);
  }

  /// Differs whenever anything differs that a view shows of this node, but for times and its
  /// offset.
  public long version() {
    return version;
  }

  /// A small number that no other node has as long as this one is known.
  public int ordinal() {
    return ordinal;
  }

  public String id() {
    return id;
  }

  void rename(String newId) {
    id = newId;
    replicas.forEach(replica -> replica.noteIf(true));
    noteIf(true);
  }

  public String shardId() {
    return shardId;
  }

  /// Puts the node into a shard; whether that is a change.
  public boolean shardId(String newShardId) {
    boolean changed = !shardId.equals(newShardId);
    shardId = newShardId;
    return noteIf(changed);
  }

  public int flags() {
    return flags;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public void set(int flag) {
    noteIf((flags & flag) != flag);
    flags |= flag;
  }

  public void clear(int flag) {
    noteIf((flags & flag) != 0);
    flags &= ~flag;
  }

  public boolean isPrimary() {
    return has(NodeFlags.PRIMARY);
  }

  public boolean isReplica() {
    return has(NodeFlags.REPLICA);
  }

  public boolean isSuspected() {
    return has(NodeFlags.PFAIL);
  }

  public boolean isFailed() {
    return has(NodeFlags.FAIL);
  }

  public boolean inHandshake() {
    return has(NodeFlags.HANDSHAKE);
  }

  /// The primary of a replica, or null when it is unknown or the node is a primary.
  public @Nullable ClusterNode primary() {
    return primary;
  }

  /// The known replicas of this node.
  public List<ClusterNode> replicas() {
    return Collections.unmodifiableList(replicas);
  }

  /// How many replicas have not failed.
  public int workingReplicas() {
    int count = 0;
    for (ClusterNode replica : replicas) {
      if (!replica.isFailed()) {
        count++;
      }
    }
    return count;
  }

  void follow(@Nullable ClusterNode newPrimary) {
    noteIf(true);
    if (primary != null) {
      primary.replicas.remove(this);
      if (primary.replicas.isEmpty()) {
        primary.clear(NodeFlags.MIGRATE_TO);
      }
    }
    primary = newPrimary;
    if (newPrimary != null) {
      newPrimary.replicas.add(this);
      newPrimary.set(NodeFlags.MIGRATE_TO);
    }
  }

  public Address address() {
    return address;
  }

  public String ip() {
    return address.ip();
  }

  /// Notes where the node is; whether that is a change.
  public boolean address(Address newAddress) {
    boolean changed = !address.equals(newAddress);
    address = newAddress;
    return noteIf(changed);
  }

  public String hostname() {
    return hostname;
  }

  public boolean hostname(String newHostname) {
    boolean changed = !hostname.equals(newHostname);
    hostname = newHostname;
    return noteIf(changed);
  }

  public String humanNodename() {
    return humanNodename;
  }

  public boolean humanNodename(String newName) {
    boolean changed = !humanNodename.equals(newName);
    humanNodename = newName;
    return noteIf(changed);
  }

  /// The epoch under which this node claims its slots.
  public long configEpoch() {
    return configEpoch;
  }

  public void configEpoch(long epoch) {
    noteIf(configEpoch != epoch);
    configEpoch = epoch;
  }

  public boolean hasSlot(int slot) {
    int at = (slot >> 6) - firstWord;
    return at >= 0 && at < slotWords.length && (slotWords[at] & 1L << slot) != 0;
  }

  public int slotCount() {
    return slotCount;
  }

  void addSlot(int slot) {
    int word = slot >> 6;
    reach(word);
    slotWords[word - firstWord] |= 1L << slot;
    slotCount++;
    slotSet = null;
    version++;
  }

  private void reach(int word) {
    int length = slotWords.length;
    if (length == 0) {
      firstWord = word;
      slotWords = new long[1];
    } else if (word < firstWord) {
      long[] longer = new long[firstWord - word + length];
      System.arraycopy(slotWords, 0, longer, firstWord - word, length);
      slotWords = longer;
      firstWord = word;
    } else if (word >= firstWord + length) {
      slotWords = Arrays.copyOf(slotWords, word - firstWord + 1);
    }
  }

  void removeSlot(int slot) {
    slotWords[(slot >> 6) - firstWord] &= ~(1L << slot);
    slotCount--;
    slotSet = null;
    version++;
  }

  /// The slots this node owns.
  public SlotSet slots() {
    SlotSet set = slotSet;
    if (set == null) {
      set = slotCount == 0 ? SlotSet.EMPTY : SlotSet.ofWords(firstWord, slotWords);
      slotSet = set;
    }
    return set;
  }

  /// Our link to the node, open or being opened, or 0.
  public long linkId() {
    return linkId;
  }

  /// Whether our link to the node is open.
  public boolean hasLink() {
    return linkOpen;
  }

  public long linkCreatedMs() {
    return linkCreatedMs;
  }

  /// Notes that a link is being opened.
  public void connecting(long newLinkId, long nowMs) {
    linkId = newLinkId;
    linkCreatedMs = nowMs;
    linkOpen = false;
  }

  /// Notes that the link is open.
  public void connected() {
    linkOpen = true;
    noteIf(true);
  }

  /// Notes that there is no link.
  public void disconnected() {
    noteIf(linkOpen);
    linkOpen = false;
    linkId = NO_LINK;
  }

  /// A few digits of the id and the address: enough for people to tell nodes apart.
  public String label() {
    String name = humanNodename.isEmpty() ? hostname : humanNodename;
    int port = address.tcpPort() != 0 ? address.tcpPort() : address.tlsPort();
    return id.substring(0, Math.min(8, id.length()))
        + " ("
        + (name.isEmpty() ? "" : name + ", ")
        + address.ip()
        + ":"
        + port
        + ")";
  }

  /// The id and the name, as log lines show a node.
  @Override
  public String toString() {
    return id + " (" + humanNodename + ")";
  }
}
