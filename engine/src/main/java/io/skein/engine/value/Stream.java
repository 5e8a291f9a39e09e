package io.skein.engine.value;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.Listpack;
import io.skein.engine.structure.SlabArena;
import io.skein.engine.value.EncodingLimits.StreamLimits;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The entries of a stream in the order of their ids, and its groups of consumers.
///
/// Entries lie packed in nodes ([StreamNode]); a deleted one stays there, marked, until its whole
/// node goes.
///
/// *Invariants*: ids ascend; the length is the number of entries that are not deleted; the first id
/// is that of the first of these, zero when there is none.
public final class Stream implements LargeValue {
  /// A node does not grow beyond this.
  private static final long NODE_MAX_BYTES = 1L << 30;

  /// What a new node is given at once.
  private static final int NODE_ROOM = 4096;

  private static final int MIN_ROOM = 128;

  private final SlabArena arena;
  private final StreamNodes nodes;
  private final TreeMap<Bytes, StreamGroup> groups = new TreeMap<>();
  private long length;
  private long entriesAdded;
  private long lastMs;
  private long lastSeq;
  private StreamId firstId = StreamId.ZERO;
  private StreamId maxDeletedId = StreamId.ZERO;

  Stream(SlabArena arena) {
    this.arena = arena;
    this.nodes = new StreamNodes(arena);
  }

  // --- what is known of it ---

  /// The number of entries.
  public long length() {
    return length;
  }

  /// The number of nodes.
  public int nodeCount() {
    return nodes.count();
  }

  /// How many nodes Redis's radix tree would have for the ids of the nodes.
  public long radixNodes() {
    return new RadixShape(nodes).count();
  }

  /// The id of the last entry there ever was, or one set in its place.
  public StreamId lastId() {
    return new StreamId(lastMs, lastSeq);
  }

  public void lastId(StreamId id) {
    lastMs = id.ms();
    lastSeq = id.seq();
  }

  /// The time of [#lastId].
  public long lastMs() {
    return lastMs;
  }

  /// The sequence number of [#lastId].
  public long lastSeq() {
    return lastSeq;
  }

  /// The id of the first entry, or zero.
  public StreamId firstId() {
    return firstId;
  }

  public void firstId(StreamId id) {
    firstId = id;
  }

  /// The greatest id that was deleted by name, or zero.
  public StreamId maxDeletedId() {
    return maxDeletedId;
  }

  public void maxDeletedId(StreamId id) {
    maxDeletedId = id;
  }

  /// The number of entries that were ever added.
  public long entriesAdded() {
    return entriesAdded;
  }

  public void entriesAdded(long count) {
    entriesAdded = count;
  }

  // --- reading ---

  /// Walks over the entries from one id to another, both included.
  public StreamCursor cursor(StreamId from, StreamId to, boolean backwards) {
    return new StreamCursor(nodes, from, to, backwards, false);
  }

  /// Whether there is an entry with this id.
  public boolean has(StreamId id) {
    return cursor(id, id, false).next();
  }

  /// The id of the first entry, deleted or not; the greatest id when there is none.
  public StreamId firstEvenIfDeleted() {
    StreamCursor cursor = new StreamCursor(nodes, StreamId.ZERO, StreamId.LAST, false, true);
    return cursor.next() ? cursor.id() : StreamId.LAST;
  }

  /// The id of the last entry; zero when there is none.
  public StreamId lastEntry() {
    StreamCursor cursor = cursor(StreamId.ZERO, StreamId.LAST, true);
    return cursor.next() ? cursor.id() : StreamId.ZERO;
  }

  // --- adding ---

  /// Adds an entry behind all others.
  public void append(long ms, long seq, NewEntry entry, StreamLimits limits) {
    Invariant.check(
        StreamId.compare(ms, seq, lastMs, lastSeq) > 0, "an entry is behind all others");
    ArenaBlock block;
    boolean same;
    if (nodes.count() == 0 || isFull(entry.bytes(), limits)) {
      block = nodes.append(ms, seq, room(entry, limits));
      Listpack.append(block, 1);
      Listpack.append(block, 0);
      Listpack.append(block, entry.count());
      for (int i = 0; i < entry.count(); i++) {
        entry.appendField(block, i);
      }
      Listpack.append(block, 0);
      same = true;
    } else {
      block = nodes.editLast();
      same = hasHeadOf(block.address(), entry);
      StreamNode.count(block, 1, 0);
    }
    Listpack.append(block, same ? StreamNode.SAME_FIELDS : 0);
    Listpack.append(block, ms - nodes.lastMs());
    Listpack.append(block, seq - nodes.lastSeq());
    if (!same) {
      Listpack.append(block, entry.count());
    }
    for (int i = 0; i < entry.count(); i++) {
      if (!same) {
        entry.appendField(block, i);
      }
      entry.appendValue(block, i);
    }
    int fields = entry.count();
    Listpack.append(block, StreamNode.FIXED_PIECES + fields + (same ? 0 : fields + 1));
    nodes.changedLast(block);
    length++;
    entriesAdded++;
    lastMs = ms;
    lastSeq = seq;
    if (length == 1) {
      firstId = new StreamId(ms, seq);
    }
  }

  private boolean isFull(long more, StreamLimits limits) {
    long lp = nodes.last();
    long most = limits.nodeBytes();
    if (most == 0 || most > NODE_MAX_BYTES) {
      most = NODE_MAX_BYTES;
    }
    return Listpack.bytes(lp) + more >= most
        || limits.nodeEntries() > 0
            && StreamNode.entries(lp) + StreamNode.deleted(lp) >= limits.nodeEntries();
  }

  /// The first node of a stream begins small; the later ones are expected to become full.
  private int room(NewEntry entry, StreamLimits limits) {
    long most = limits.nodeBytes() > 0 ? Math.min(limits.nodeBytes(), NODE_ROOM) : NODE_ROOM;
    long least = Math.min(most, MIN_ROOM + 2 * entry.bytes());
    return (int) (nodes.count() == 0 ? least : most);
  }

  private static boolean hasHeadOf(long lp, NewEntry entry) {
    int count = entry.count();
    if (StreamNode.fieldCount(lp) != count) {
      return false;
    }
    int at = StreamNode.fieldsAt(lp);
    for (int i = 0; i < count; i++) {
      if (!entry.fieldEquals(i, lp, at)) {
        return false;
      }
      at = Listpack.after(lp, at);
    }
    return true;
  }

  /// Fields and values of an entry that is to be added.
  public interface NewEntry {
    /// The number of fields.
    int count();

    /// The bytes of all fields and values together.
    long bytes();

    /// Adds field `i` to the end of a listpack.
    void appendField(ArenaBlock block, int i);

    /// Adds the value of field `i` to the end of a listpack.
    void appendValue(ArenaBlock block, int i);

    /// Whether field `i` is the element at `at`.
    boolean fieldEquals(int i, long listpack, int at);
  }

  // --- deleting ---

  /// Deletes an entry; false when there is none with this id.
  public boolean delete(StreamId id) {
    StreamCursor cursor = cursor(id, id, false);
    if (!cursor.next()) {
      return false;
    }
    int rank = cursor.nodeRank();
    if (StreamNode.entries(cursor.node()) == 1) {
      nodes.remove(rank, rank + 1);
    } else {
      ArenaBlock block = nodes.edit(rank);
      StreamNode.delete(block, cursor.entryAt());
      StreamNode.count(block, -1, 1);
      nodes.changed(rank, block);
    }
    length--;
    if (maxDeletedId.isBefore(id)) {
      maxDeletedId = id;
    }
    if (length == 0) {
      firstId = StreamId.ZERO;
    } else if (id.equals(firstId)) {
      findFirst();
    }
    return true;
  }

  /// Looks the id of the first entry up.
  public void findFirst() {
    StreamCursor cursor = cursor(StreamId.ZERO, StreamId.LAST, false);
    firstId = cursor.next() ? cursor.id() : StreamId.ZERO;
  }

  /// Whether [#trim] would delete anything.
  public boolean isTrimmedBy(StreamTrim rule) {
    if (nodes.count() == 0 || rule.isMet(length)) {
      return false;
    }
    long entries = StreamNode.entries(nodes.address(0));
    boolean tooMany = rule.limit() > 0 && entries > rule.limit();
    return !tooMany && (takesWhole(rule, 0, entries) || !rule.approximate());
  }

  private boolean takesWhole(StreamTrim rule, int rank, long entries) {
    StreamId last = rule.minId() == null ? StreamId.ZERO : lastIdOf(rank);
    return rule.takesWhole(length, entries, last);
  }

  /// Deletes entries from the beginning until a rule holds, and returns how many.
  public long trim(StreamTrim rule) {
    long before = length;
    int rank = 0;
    long gone = 0;
    while (rank < nodes.count() && !rule.isMet(length)) {
      long lp = nodes.address(rank);
      long entries = StreamNode.entries(lp);
      if (rule.limit() > 0 && gone + entries > rule.limit()) {
        break;
      }
      if (takesWhole(rule, rank, entries)) {
        length -= entries;
        gone += entries;
        rank++;
      } else {
        if (!rule.approximate()) {
          trimNode(rank, rule);
        }
        break;
      }
    }
    nodes.remove(0, rank);
    if (length == 0) {
      firstId = StreamId.ZERO;
    } else if (length < before) {
      findFirst();
    }
    return before - length;
  }

  /// The id of the last entry of a node, deleted or not; zero when it is empty.
  private StreamId lastIdOf(int rank) {
    long lp = nodes.address(rank);
    int at = Listpack.last(lp);
    long pieces = Listpack.integer(lp, at);
    if (pieces == 0) {
      return StreamId.ZERO;
    }
    for (long i = 1; i < pieces; i++) {
      at = Listpack.previous(lp, at);
    }
    long ms = nodes.ms(rank) + Listpack.integer(lp, at);
    return new StreamId(ms, nodes.seq(rank) + Listpack.integer(lp, Listpack.after(lp, at)));
  }

  /// Marks entries at the beginning of a node as deleted.
  private void trimNode(int rank, StreamTrim rule) {
    StreamId first = new StreamId(nodes.ms(rank), nodes.seq(rank));
    StreamCursor cursor = cursor(first, StreamId.LAST, false);
    ArenaBlock block = nodes.edit(rank);
    long gone = 0;
    while (cursor.next() && cursor.nodeRank() == rank && !rule.keeps(length - gone, cursor)) {
      StreamNode.delete(block, cursor.entryAt());
      gone++;
    }
    StreamNode.count(block, -gone, gone);
    nodes.changed(rank, block);
    length -= gone;
  }

  // --- groups ---

  /// All groups, in the order of their names.
  public Collection<StreamGroup> groups() {
    return groups.values();
  }

  /// The names of the groups, in order.
  public Collection<Bytes> groupNames() {
    return groups.keySet();
  }

  public @Nullable StreamGroup group(Bytes name) {
    return groups.get(name);
  }

  /// Adds a group; null, nothing changed, when there is one of this name.
  public @Nullable StreamGroup addGroup(Bytes name, StreamId lastId, long entriesRead) {
    if (groups.containsKey(name)) {
      return null;
    }
    StreamGroup group = new StreamGroup(arena, lastId, entriesRead);
    groups.put(name, group);
    return group;
  }

  /// Takes a group out and frees it; false when there is none of this name.
  public boolean removeGroup(Bytes name) {
    StreamGroup group = groups.remove(name);
    if (group == null) {
      return false;
    }
    Invariant.check(group.free(Integer.MAX_VALUE), "a group is freed at once");
    return true;
  }

  // --- nodes from outside and to it ---

  /// Takes what is needed to write the stream as it is.
  public interface NodeVisitor {
    /// One node: its id, and the address of its [Listpack].
    void node(long ms, long seq, long listpack);
  }

  /// Shows the node of this rank.
  public void visitNode(int rank, NodeVisitor visitor) {
    visitor.node(nodes.ms(rank), nodes.seq(rank), nodes.address(rank));
  }

  /// Shows all nodes in order.
  public void visitNodes(NodeVisitor visitor) {
    for (int rank = 0; rank < nodes.count(); rank++) {
      visitNode(rank, visitor);
    }
  }

  /// Adds a node from outside; false when it is not sound or not behind all others: the stream is
  /// of no use then. The length is counted, but the first and the last id are not touched.
  public boolean loadNode(long ms, long seq, byte[] b, int offset, int bytes) {
    boolean behind =
        nodes.count() == 0 || StreamId.compare(ms, seq, nodes.lastMs(), nodes.lastSeq()) > 0;
    if (!behind || bytes < Listpack.EMPTY_BYTES) {
      return false;
    }
    ArenaBlock block = nodes.append(ms, seq, bytes);
    long lp = block.resize(bytes);
    Memory.copy(b, offset, lp, bytes);
    nodes.changedLast(block);
    if (!StreamNode.isSound(nodes.last(), bytes, ms, seq)) {
      return false;
    }
    length += StreamNode.entries(nodes.last());
    return true;
  }

  // --- the whole ---

  @Override
  public long elements() {
    long elements = nodes.count();
    for (StreamGroup group : groups.values()) {
      elements += 1 + group.pending().size();
    }
    return elements;
  }

  @Override
  public long memoryBytes() {
    long bytes = nodes.memoryBytes();
    for (StreamGroup group : groups.values()) {
      bytes += group.memoryBytes();
    }
    return bytes;
  }

  @Override
  public boolean free(int budget) {
    if (!nodes.free(budget)) {
      return false;
    }
    while (!groups.isEmpty()) {
      if (!groups.firstEntry().getValue().free(budget)) {
        return false;
      }
      groups.pollFirstEntry();
    }
    return true;
  }

  @Override
  public Stream copy() {
    Stream copy = new Stream(arena);
    visitNodes(copy.nodes::copy);
    copy.length = length;
    copy.entriesAdded = entriesAdded;
    copy.lastMs = lastMs;
    copy.lastSeq = lastSeq;
    copy.firstId = firstId;
    copy.maxDeletedId = maxDeletedId;
    groups.forEach((name, group) -> copy.groups.put(name, group.copy()));
    return copy;
  }
}
