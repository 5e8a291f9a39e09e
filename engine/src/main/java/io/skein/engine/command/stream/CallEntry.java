package io.skein.engine.command.stream;

import io.skein.engine.command.Arguments;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.Listpack;
import io.skein.engine.value.Stream;

/// The fields and values of a new entry among the arguments of a call.
final class CallEntry implements Stream.NewEntry {
  private Arguments call = new Arguments();
  private int first;
  private int count;
  private long bytes;

  /// Points at `fields` pairs from argument `from` on.
  void of(Arguments arguments, int from, int fields) {
    call = arguments;
    first = from;
    count = fields;
    bytes = 0;
    for (int i = from; i < from + 2 * fields; i++) {
      bytes += arguments.length(i);
    }
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void appendField(ArenaBlock block, int i) {
    append(block, first + 2 * i);
  }

  @Override
  public void appendValue(ArenaBlock block, int i) {
    append(block, first + 2 * i + 1);
  }

  private void append(ArenaBlock block, int argument) {
    Listpack.append(block, call.buffer(), call.offset(argument), call.length(argument));
  }

  @Override
  public boolean fieldEquals(int i, long listpack, int at) {
    int argument = first + 2 * i;
    return Listpack.equals(
        listpack, at, call.buffer(), call.offset(argument), call.length(argument));
  }
}
