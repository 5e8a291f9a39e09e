package io.skein.engine.value;

import io.skein.engine.machine.Invariant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The large values of a node by their handles: what native memory keeps in place of a reference.
public final class LargeValues {
  private @Nullable LargeValue[] values = new LargeValue[16];
  private int[] vacant = new int[16];
  private int vacantCount;
  private int limit;

  /// Keeps a value and returns its handle.
  public int add(LargeValue value) {
    int handle = vacantCount > 0 ? vacant[--vacantCount] : limit++;
    if (handle == values.length) {
      values = Arrays.copyOf(values, 2 * handle);
    }
    values[handle] = value;
    return handle;
  }

  /// The value with this handle.
  public LargeValue get(int handle) {
    LargeValue value = values[handle];
    Invariant.check(value != null, "a handle is of a value that is there");
    return java.util.Objects.requireNonNull(value);
  }

  /// Puts another value in place of the one with this handle.
  public void replace(int handle, LargeValue value) {
    get(handle);
    values[handle] = value;
  }

  /// Gives up a handle and returns the value, which is the caller's to free.
  public LargeValue remove(int handle) {
    LargeValue value = get(handle);
    values[handle] = null;
    if (vacantCount == vacant.length) {
      vacant = Arrays.copyOf(vacant, 2 * vacantCount);
    }
    vacant[vacantCount++] = handle;
    return value;
  }

  /// The number of values.
  public int size() {
    return limit - vacantCount;
  }
}
