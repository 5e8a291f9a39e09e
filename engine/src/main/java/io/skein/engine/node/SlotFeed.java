package io.skein.engine.node;

import io.skein.engine.bytes.Slot;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import io.skein.engine.resp.Reply;
import io.skein.engine.resp.RequestBatch;
import io.skein.engine.resp.RequestParser;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The part of the log that concerns some slots: the commands that write to their keys, and those
/// that empty the database.
///
/// Transactions are not kept together: whoever takes this in shows nothing of it before it has all.
final class SlotFeed implements AutoCloseable {
  private static final int BATCH = 256;
  private static final int READ_BYTES = 64 * 1024;
  private static final int MOST_KEPT_BYTES = 1024 * 1024;

  private final CommandTable table;
  private final BitSet slots;
  private final LogReader reader;
  private final Consumer<byte[]> out;
  private final RequestParser parser = new RequestParser();
  private final RequestBatch batch = new RequestBatch();
  private final Arguments arguments = new Arguments();
  private final KeyPositions positions = new KeyPositions();
  private final Reply gathered = new Reply(4096);
  private byte[] buffer = new byte[READ_BYTES];
  private int size;

  private SlotFeed(CommandTable table, BitSet slots, LogReader reader, Consumer<byte[]> out) {
    this.table = table;
    this.slots = slots;
    this.reader = reader;
    this.out = out;
  }

  /// Begins where the log ends now; null when that cannot be.
  static @Nullable SlotFeed open(
      CommandLog log, CommandTable table, BitSet slots, Consumer<byte[]> out) {
    LogReader reader = log.openReader(log.offset());
    return reader == null ? null : new SlotFeed(table, slots, reader, out);
  }

  /// Whether what was to be read next is gone.
  boolean isLost() {
    return reader.isLost() || parser.error() != null;
  }

  /// Gives what was logged since the last time, as pieces of whole commands.
  void pump() {
    while (reader.remaining() > 0) {
      int wanted = (int) Math.max(READ_BYTES, Math.min(parser.missingBytes(size), MOST_KEPT_BYTES));
      if (buffer.length - size < wanted) {
        buffer = Arrays.copyOf(buffer, Math.max(size + wanted, size + size / 2));
      }
      int read = reader.read(buffer, size, buffer.length - size);
      if (read == 0) {
        break;
      }
      size += read;
      take();
    }
    if (gathered.size() > 0) {
      out.accept(Arrays.copyOf(gathered.bytes(), gathered.size()));
      gathered.reset(READ_BYTES);
    }
    if (size == 0 && buffer.length > MOST_KEPT_BYTES) {
      buffer = new byte[READ_BYTES];
    }
  }

  private void take() {
    int done = 0;
    while (done < size) {
      int end = parser.parse(buffer, done, size, batch, BATCH, true, Integer.MAX_VALUE);
      for (int i = 0; i < batch.size(); i++) {
        int next = i + 1 < batch.size() ? batch.start(i + 1) : end;
        look(i, batch.start(i), next);
      }
      boolean none = batch.size() == 0;
      batch.clear();
      done = end;
      if (none) {
        break;
      }
    }
    System.arraycopy(buffer, done, buffer, 0, size - done);
    size -= done;
  }

  private void look(int i, int from, int to) {
    arguments.point(
        batch.buffer(i),
        batch.offsets(),
        batch.lengths(),
        batch.firstArgument(i),
        batch.argumentCount(i));
    Command command = table.find(arguments);
    if (command != null && command.isContainer() && arguments.count() > 1) {
      command = command.subcommand(arguments.string(1).toLowerCase(Locale.ROOT));
    }
    if (command == null || !command.has(CommandFlag.WRITE) || !concerns(command)) {
      return;
    }
    if (command.name().equals("copy") && arguments.count() > 3) {
      withoutDatabase();
    } else {
      gathered.raw(batch.buffer(i), from, to - from);
    }
    if (gathered.size() >= READ_BYTES) {
      out.accept(Arrays.copyOf(gathered.bytes(), gathered.size()));
      gathered.reset(READ_BYTES);
    }
  }

  private boolean concerns(Command command) {
    if (!positions.find(command, arguments) || positions.size() == 0) {
      return command.name().equals("flushall") || command.name().equals("flushdb");
    }
    int key = positions.index(0);
    return slots.get(Slot.of(arguments.buffer(), arguments.offset(key), arguments.length(key)));
  }

  /// A COPY that names its database means the only one that there is in a cluster, where it is
  /// carried out the staged one is meant.
  private void withoutDatabase() {
    boolean replace = false;
    for (int i = 3; i < arguments.count(); i++) {
      replace |= arguments.is(i, "replace");
    }
    gathered.array(replace ? 4 : 3);
    for (int i = 0; i < 3; i++) {
      gathered.bulk(arguments.bytes(i));
    }
    if (replace) {
      gathered.bulk("REPLACE");
    }
  }

  @Override
  public void close() {
    reader.close();
  }
}
