package io.skein.engine.value;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.SlabArena;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A place of no key, for a value that is put together before it goes to its key, or only lives for
/// one reply.
///
/// Whoever makes one closes it, unless the value was handed to a key.
public final class ScratchPlace implements Place, AutoCloseable {
  private final SlabArena arena;
  private final KeyHash hash;
  private final EncodingLimits limits;
  private final long nowMs;
  private final ArenaBlock block;
  private int kind = EntryKind.MEMBER;
  private @Nullable LargeValue large;

  /// A place for values like that at `other`.
  public ScratchPlace(Place other) {
    arena = other.arena();
    hash = other.hash();
    limits = other.limits();
    nowMs = other.nowMs();
    block = new ArenaBlock(arena).allocate(Long.BYTES);
  }

  /// Makes the empty value of a type here.
  public <V extends Value> V create(ValueType<V> type) {
    become(EntryKind.MEMBER, type.emptyBytes());
    V made = type.view().apply(this);
    made.initialize();
    return made;
  }

  /// Gives the value to another place, which holds an empty value, and leaves nothing here.
  public void moveTo(Place to) {
    LargeValue value = large;
    if (value != null) {
      large = null;
      to.become(kind, value);
    } else {
      Memory.copy(address(), to.become(kind, length()), length());
    }
  }

  @Override
  public int kind() {
    return kind;
  }

  @Override
  public long address() {
    return block.address();
  }

  @Override
  public int length() {
    return block.length();
  }

  @Override
  public long resize(int bytes) {
    return block.resize(bytes);
  }

  @Override
  public void changing() {}

  @Override
  public void changingAside() {}

  @Override
  public void kind(int newKind) {
    kind = newKind;
  }

  @Override
  public long become(int newKind, int length) {
    freeLarge();
    kind = newKind;
    return block.resize(length);
  }

  @Override
  public void become(int newKind, LargeValue value) {
    freeLarge();
    kind = newKind;
    large = value;
  }

  private void freeLarge() {
    LargeValue value = large;
    large = null;
    if (value != null) {
      value.freeAll();
    }
  }

  @Override
  public LargeValue large() {
    return Objects.requireNonNull(large);
  }

  @Override
  public void remove() {
    close();
  }

  @Override
  public SlabArena arena() {
    return arena;
  }

  @Override
  public KeyHash hash() {
    return hash;
  }

  @Override
  public EncodingLimits limits() {
    return limits;
  }

  @Override
  public long nowMs() {
    return nowMs;
  }

  /// Frees what is here.
  @Override
  public void close() {
    freeLarge();
    if (block.ref() != 0) {
      block.free();
    }
  }
}
