package io.skein.engine.keyspace;

import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.LargeValue;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a [Snapshot] has met and not handed out yet: large values, which take many steps, and
/// whatever had to be saved while one of them was on its way, since the sink takes one entry after
/// the other.
///
/// Each has a copy of its entry, so that the key may come to an end. A large value itself is not
/// copied: whoever is about to change it calls [#finish] first, and whoever is about to free it
/// asks [#keeps].
///
/// *Invariants*: only the first has begun to be handed out; a value is here at most once.
final class SnapshotBacklog {
  /// Up to so many elements a value is handed out at once.
  private static final int SMALL = 1024;

  /// For so long others wait at most until a value was handed out.
  private static final long MOST_PATIENCE_MS = 1000;

  /// One entry that waits.
  private static final class Due {
    final Database database;
    final long ref;
    final @Nullable LargeValue value;
    final long sinceMs;
    SnapshotSink.@Nullable Steps steps;

    /// Whether its key is gone, and the value is ours to free.
    boolean orphaned;

    Due(Database database, long ref, @Nullable LargeValue value, long sinceMs) {
      this.sinceMs = sinceMs;
      this.database = database;
      this.ref = ref;
      this.value = value;
    }
  }

  private final Keyspace keyspace;
  private final SnapshotSink sink;
  private final ArrayDeque<Due> due = new ArrayDeque<>();
  private long completed;

  SnapshotBacklog(Keyspace keyspace, SnapshotSink sink) {
    this.keyspace = keyspace;
    this.sink = sink;
  }

  /// Whether the value of `entry` is worth being handed out in steps.
  static boolean isLarge(Keyspace keyspace, long entry) {
    return EntryKind.isHandle(Entry.kind(entry)) && keyspace.largeOf(entry).elements() > SMALL;
  }

  boolean isEmpty() {
    return due.isEmpty();
  }

  /// Whether an entry is half handed out, so that no other may come in between.
  boolean hasBegun() {
    Due first = due.peek();
    return first != null && first.steps != null;
  }

  /// Puts an entry aside.
  void add(Database database, long entry) {
    int size = Entry.size(entry);
    long ref = keyspace.arena().allocate(size);
    Memory.copy(entry, keyspace.arena().address(ref), size);
    due.add(new Due(database, ref, valueOf(entry), keyspace.nowMs()));
  }

  private @Nullable LargeValue valueOf(long entry) {
    return EntryKind.isHandle(Entry.kind(entry)) ? keyspace.largeOf(entry) : null;
  }

  /// Whether the value of `entry` waits here, and has not done so for long: where the sink does not
  /// get on, it is better to hand it out at once.
  boolean hasLately(long entry) {
    Due found = find(valueOf(entry));
    return found != null && keyspace.nowMs() - found.sinceMs < MOST_PATIENCE_MS;
  }

  /// How many were handed out, or given up, so far.
  long completed() {
    return completed;
  }

  @SuppressWarnings("ReferenceEquality") // It is the very value that is meant.
  private @Nullable Due find(@Nullable LargeValue value) {
    if (value != null) {
      for (Due each : due) {
        if (each.value == value) {
          return each;
        }
      }
    }
    return null;
  }

  /// Takes over `value`, of which the key is gone, if it waits here.
  boolean keeps(LargeValue value) {
    Due found = find(value);
    if (found != null) {
      found.orphaned = true;
    }
    return found != null;
  }

  /// Hands out about `elements` elements of the first.
  void step(int elements) {
    Due first = Objects.requireNonNull(due.peek());
    if (handOut(first, elements)) {
      due.remove();
      release(first);
    }
  }

  /// Hands out all of the value of `entry`, if it waits here, and what has begun before it.
  void finish(long entry) {
    Due wanted = find(valueOf(entry));
    if (wanted == null) {
      return;
    }
    for (Iterator<Due> each = due.iterator(); each.hasNext(); ) {
      Due next = each.next();
      if (next == wanted || next.steps != null) {
        while (!handOut(next, Integer.MAX_VALUE)) {
          // Each call takes it further.
        }
        each.remove();
        release(next);
      }
    }
  }

  private boolean handOut(Due next, int elements) {
    long entry = keyspace.arena().address(next.ref);
    if (next.value == null) {
      sink.entry(next.database, entry);
      return true;
    }
    SnapshotSink.Steps steps = next.steps;
    if (steps == null) {
      steps = sink.large(next.database, entry);
      next.steps = steps;
    }
    return steps.step(elements);
  }

  /// Forgets everything.
  void clear() {
    while (!due.isEmpty()) {
      release(due.remove());
    }
  }

  private void release(Due over) {
    completed++;
    if (over.orphaned) {
      keyspace.freeEntry(over.ref);
    } else {
      keyspace.arena().free(over.ref);
    }
  }
}
