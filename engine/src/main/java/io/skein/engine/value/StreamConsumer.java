package io.skein.engine.value;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.structure.RankedTree;
import io.skein.engine.structure.SlabArena;

/// A consumer of a group: when it was there, and which pending entries are its.
public final class StreamConsumer {
  /// Stands for the time of a consumer that was never active.
  public static final long NEVER = -1;

  /// What its list holds of an entry: the id alone; the rest is in the group's list.
  static final int RECORD_BYTES = 16;

  private final Bytes name;
  private final int number;
  private final RankedTree pending;
  private long seenMs;
  private long activeMs = NEVER;

  StreamConsumer(Bytes name, int number, SlabArena arena) {
    this.name = name;
    this.number = number;
    this.pending = new RankedTree(arena, RECORD_BYTES);
  }

  public Bytes name() {
    return name;
  }

  /// What the group's list knows it by.
  int number() {
    return number;
  }

  /// The ids of its pending entries; records begin as those of [Pending] do.
  public RankedTree pending() {
    return pending;
  }

  /// When it last tried to read or claim, in Unix ms.
  public long seenMs() {
    return seenMs;
  }

  public void seen(long ms) {
    seenMs = ms;
  }

  /// When it last got something, in Unix ms, or [#NEVER].
  public long activeMs() {
    return activeMs;
  }

  public void active(long ms) {
    activeMs = ms;
  }
}
