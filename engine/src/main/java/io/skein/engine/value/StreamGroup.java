package io.skein.engine.value;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.RankedTree;
import io.skein.engine.structure.SlabArena;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A group of consumers of a stream: how far it has read, and what was delivered and not yet
/// acknowledged.
///
/// *Invariants*: each pending entry is in the group's list and in that of one consumer, the one
/// that the group's record names.
public final class StreamGroup {
  /// Stands for a number of entries read that is not known.
  public static final long UNKNOWN = -1;

  private final SlabArena arena;
  private final RankedTree pending;
  private final TreeMap<Bytes, StreamConsumer> consumers = new TreeMap<>();
  private final IdProbe probe = new IdProbe();
  private @Nullable StreamConsumer[] numbered = new StreamConsumer[4];

  /// Below this all numbers are taken.
  private int vacant;

  private StreamId lastId;
  private long entriesRead;

  StreamGroup(SlabArena arena, StreamId lastId, long entriesRead) {
    this.arena = arena;
    this.pending = new RankedTree(arena, Pending.BYTES);
    this.lastId = lastId;
    this.entriesRead = entriesRead;
  }

  /// The last entry that was delivered.
  public StreamId lastId() {
    return lastId;
  }

  public void lastId(StreamId id) {
    lastId = id;
  }

  /// How many entries the group has read, deleted ones included, or [#UNKNOWN].
  public long entriesRead() {
    return entriesRead;
  }

  public void entriesRead(long count) {
    entriesRead = count;
  }

  // --- consumers ---

  /// All consumers, in the order of their names.
  public Collection<StreamConsumer> consumers() {
    return consumers.values();
  }

  public @Nullable StreamConsumer consumer(Bytes name) {
    return consumers.get(name);
  }

  /// Adds a consumer with a name that nobody has.
  public StreamConsumer addConsumer(Bytes name, long nowMs) {
    int number = vacant;
    while (number < numbered.length && numbered[number] != null) {
      number++;
    }
    if (number == numbered.length) {
      numbered = Arrays.copyOf(numbered, 2 * number);
    }
    vacant = number + 1;
    StreamConsumer consumer = new StreamConsumer(name, number, arena);
    consumer.seen(nowMs);
    numbered[number] = consumer;
    consumers.put(name, consumer);
    return consumer;
  }

  /// Takes a consumer out, with all that is pending for it.
  public void removeConsumer(StreamConsumer consumer) {
    RankedTree own = consumer.pending();
    own.removeRange(
        0, own.size(), record -> pending.remove(probe.at(Pending.ms(record), Pending.seq(record))));
    consumers.remove(consumer.name());
    numbered[consumer.number()] = null;
    vacant = Math.min(vacant, consumer.number());
  }

  // --- what is pending ---

  /// What is pending for all consumers: records as [Pending] describes them.
  public RankedTree pending() {
    return pending;
  }

  /// The record of a pending entry, or 0. Good until the next change of what is pending.
  public long find(long ms, long seq) {
    return pending.find(probe.at(ms, seq));
  }

  /// The rank of the first pending entry of `list`, a consumer's or the group's, from this id on.
  public int rankFrom(RankedTree list, StreamId id) {
    return list.lowerBound(probe.at(id));
  }

  /// Whose a pending entry is.
  public StreamConsumer ownerOf(long record) {
    return Objects.requireNonNull(numbered[Pending.consumer(record)]);
  }

  /// Makes an entry that is not pending so.
  public void add(long ms, long seq, long deliveredMs, long deliveries, StreamConsumer consumer) {
    boolean atEnd = isBehind(pending, ms, seq);
    long record = atEnd ? pending.append() : pending.insert(probe.at(ms, seq));
    Pending.write(record, ms, seq, deliveredMs, deliveries, consumer.number());
    addTo(consumer, ms, seq);
  }

  /// Gives the pending entry of `record` to another consumer.
  public void give(long record, StreamConsumer consumer) {
    StreamConsumer owner = ownerOf(record);
    if (owner.number() != consumer.number()) {
      long ms = Pending.ms(record);
      long seq = Pending.seq(record);
      owner.pending().remove(probe.at(ms, seq));
      Pending.consumer(record, consumer.number());
      addTo(consumer, ms, seq);
    }
  }

  private void addTo(StreamConsumer consumer, long ms, long seq) {
    RankedTree own = consumer.pending();
    long record = isBehind(own, ms, seq) ? own.append() : own.insert(probe.at(ms, seq));
    Memory.putLong(record, ms);
    Memory.putLong(record + Long.BYTES, seq);
  }

  private static boolean isBehind(RankedTree list, long ms, long seq) {
    if (list.size() == 0) {
      return true;
    }
    long last = list.at(list.size() - 1);
    return StreamId.compare(ms, seq, Pending.ms(last), Pending.seq(last)) > 0;
  }

  /// Says that an entry is not pending any more; false when it was not.
  public boolean acknowledge(long ms, long seq) {
    long record = find(ms, seq);
    if (record == 0) {
      return false;
    }
    StreamConsumer owner = ownerOf(record);
    owner.pending().remove(probe.at(ms, seq));
    return pending.remove(probe.at(ms, seq));
  }

  // --- loading ---

  /// Adds to the group's list alone an entry whose consumer follows; false when it is not behind
  /// all others.
  public boolean loadPending(long ms, long seq, long deliveredMs, long deliveries) {
    if (!isBehind(pending, ms, seq)) {
      return false;
    }
    Pending.write(pending.append(), ms, seq, deliveredMs, deliveries, -1);
    return true;
  }

  /// Makes an entry of the group's list one of `consumer`; false when it is not there, or
  /// another's, or not behind all others of that consumer.
  public boolean loadOwner(long ms, long seq, StreamConsumer consumer) {
    long record = find(ms, seq);
    if (record == 0 || Pending.consumer(record) >= 0 || !isBehind(consumer.pending(), ms, seq)) {
      return false;
    }
    Pending.consumer(record, consumer.number());
    addTo(consumer, ms, seq);
    return true;
  }

  /// Whether every pending entry is some consumer's, once all are loaded.
  public boolean isComplete() {
    int owned = 0;
    for (StreamConsumer consumer : consumers.values()) {
      owned += consumer.pending().size();
    }
    return owned == pending.size();
  }

  // --- the whole ---

  long memoryBytes() {
    long bytes = pending.memoryBytes();
    for (StreamConsumer consumer : consumers.values()) {
      bytes += consumer.pending().memoryBytes();
    }
    return bytes;
  }

  /// Frees about `budget` pending entries; true when nothing is left.
  boolean free(int budget) {
    int leaves = Math.max(1, budget / 64);
    if (!pending.free(leaves)) {
      return false;
    }
    while (!consumers.isEmpty()) {
      StreamConsumer consumer = consumers.firstEntry().getValue();
      if (!consumer.pending().free(leaves)) {
        return false;
      }
      consumers.pollFirstEntry();
    }
    return true;
  }

  StreamGroup copy() {
    StreamGroup copy = new StreamGroup(arena, lastId, entriesRead);
    for (StreamConsumer consumer : consumers.values()) {
      StreamConsumer twin = copy.addConsumer(consumer.name(), consumer.seenMs());
      twin.active(consumer.activeMs());
    }
    for (int i = 0; i < pending.size(); i++) {
      long p = pending.at(i);
      StreamConsumer twin = Objects.requireNonNull(copy.consumers.get(ownerOf(p).name()));
      copy.add(Pending.ms(p), Pending.seq(p), Pending.deliveredMs(p), Pending.deliveries(p), twin);
    }
    return copy;
  }
}
