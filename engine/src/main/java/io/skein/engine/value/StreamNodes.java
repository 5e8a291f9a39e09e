package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.Listpack;
import io.skein.engine.structure.RankedTree;
import io.skein.engine.structure.SlabArena;

/// The nodes of a stream in the order of their ids.
///
/// The id of a node is that of the first entry that was put into it. The last node, to which
/// entries are added, is known without a search.
final class StreamNodes {
  /// What a tree holds of a node: its id and the reference of its block.
  private static final int RECORD_BYTES = 24;

  private static final int REF_AT = 16;

  private final SlabArena arena;
  private final RankedTree tree;
  private final IdProbe probe = new IdProbe();
  private final ArenaBlock block;
  private long bytes;

  private long lastMs;
  private long lastSeq;
  private long lastRef;

  StreamNodes(SlabArena arena) {
    this.arena = arena;
    this.tree = new RankedTree(arena, RECORD_BYTES);
    this.block = new ArenaBlock(arena);
  }

  int count() {
    return tree.size();
  }

  long memoryBytes() {
    return bytes + tree.memoryBytes();
  }

  /// The address of the last node; there must be one.
  long last() {
    return arena.address(lastRef);
  }

  /// The time that the last node is named by.
  long lastMs() {
    return lastMs;
  }

  /// The sequence number that the last node is named by.
  long lastSeq() {
    return lastSeq;
  }

  /// The rank of the last node with an id of at most this one, or -1.
  int at(long ms, long seq) {
    int rank = tree.lowerBound(probe.at(ms, seq));
    long record = tree.at(rank);
    return record != 0 && probe.compare(record) == 0 ? rank : rank - 1;
  }

  /// The address of the node of this rank.
  long address(int rank) {
    return arena.address(Memory.getLong(tree.at(rank) + REF_AT));
  }

  long ms(int rank) {
    return Memory.getLong(tree.at(rank));
  }

  long seq(int rank) {
    return Memory.getLong(tree.at(rank) + Long.BYTES);
  }

  /// Adds an empty node behind all others and returns its block, for an edit; to be given back to
  /// [#changedLast].
  ArenaBlock append(long ms, long seq, int capacity) {
    if (tree.size() > 0) {
      shrinkLast();
    }
    block.allocate(Math.max(capacity, Listpack.EMPTY_BYTES));
    block.at(block.ref(), Listpack.EMPTY_BYTES);
    Listpack.clear(block.address());
    lastRef = block.ref();
    long record = tree.append();
    Memory.putLong(record, ms);
    Memory.putLong(record + Long.BYTES, seq);
    Memory.putLong(record + REF_AT, lastRef);
    lastMs = ms;
    lastSeq = seq;
    return block;
  }

  /// Gives back the room that the last node has for entries that go into another now.
  private void shrinkLast() {
    int length = Listpack.bytes(last());
    int usable = arena.usable(lastRef);
    if (usable >= 2 * SlabArena.roundUp(length) || usable - length > 512) {
      long cut = arena.allocate(length);
      Memory.copy(last(), arena.address(cut), length);
      bytes += arena.usable(cut) - usable;
      arena.free(lastRef);
      store(tree.size() - 1, cut);
    }
  }

  private void store(int rank, long ref) {
    Memory.putLong(tree.at(rank) + REF_AT, ref);
    if (rank == tree.size() - 1) {
      lastRef = ref;
    }
  }

  /// The block of the last node, for an edit; to be given back to [#changed].
  ArenaBlock editLast() {
    bytes -= arena.usable(lastRef);
    return block.at(lastRef, Listpack.bytes(last()));
  }

  /// The edit of the last node is over.
  void changedLast(ArenaBlock edited) {
    bytes += arena.usable(edited.ref());
    if (edited.ref() != lastRef) {
      store(tree.size() - 1, edited.ref());
    }
  }

  /// The block of a node, for an edit; to be given back to [#changed].
  ArenaBlock edit(int rank) {
    long ref = Memory.getLong(tree.at(rank) + REF_AT);
    bytes -= arena.usable(ref);
    return block.at(ref, Listpack.bytes(arena.address(ref)));
  }

  /// The edit of the node of this rank is over.
  void changed(int rank, ArenaBlock edited) {
    bytes += arena.usable(edited.ref());
    store(rank, edited.ref());
  }

  /// Frees the nodes of the ranks from `from` up to but without `to`.
  void remove(int from, int to) {
    tree.removeRange(from, to, record -> free(Memory.getLong(record + REF_AT)));
    int last = tree.size() - 1;
    if (last >= 0) {
      lastMs = ms(last);
      lastSeq = seq(last);
      lastRef = Memory.getLong(tree.at(last) + REF_AT);
    }
  }

  private void free(long ref) {
    bytes -= arena.usable(ref);
    arena.free(ref);
  }

  /// Adds a copy of a node, which is behind all others.
  void copy(long ms, long seq, long address) {
    int length = Listpack.bytes(address);
    ArenaBlock copy = append(ms, seq, length);
    Memory.copy(address, copy.address(), length);
    changedLast(copy);
  }

  /// Frees about `budget` nodes; true when nothing is left.
  boolean free(int budget) {
    int count = Math.min(budget, tree.size());
    tree.removeRange(tree.size() - count, tree.size(), r -> free(Memory.getLong(r + REF_AT)));
    return tree.size() == 0;
  }
}
