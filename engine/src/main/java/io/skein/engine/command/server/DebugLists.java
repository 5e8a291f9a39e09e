package io.skein.engine.command.server;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Call;
import io.skein.engine.command.Debugging;
import io.skein.engine.config.NumberText;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.Listpack;
import io.skein.engine.value.EncodingLimits;
import io.skein.engine.value.ListValue;
import io.skein.engine.value.Quicklist;
import java.util.Locale;

/// The subcommands of DEBUG about listpacks and the nodes of lists.
final class DebugLists {
  private static final long LARGEST = (1L << 32) - (1 << 20);
  private static final CommandError THRESHOLD =
      new CommandError("ERR argument must be a memory value bigger than 1 and smaller than 4gb");

  private final Debugging node;

  DebugLists(Debugging node) {
    this.node = node;
  }

  /// From which length on an element is a node of its list by itself; 0 for as ever.
  static void packedThreshold(Call call) {
    Long bytes = NumberText.memory(call.string(2));
    if (bytes == null || bytes < 0 || bytes > LARGEST) {
      throw THRESHOLD;
    }
    int most = EncodingLimits.DEFAULT.list().largeBytes();
    int large = bytes == 0 ? most : (int) Math.min(bytes, most);
    call.keyspace().limits(call.keyspace().limits().withLargeBytes(large));
    call.reply().ok();
  }

  private static long entry(Call call) {
    long entry = call.database().peek(call.keyspace().key(call.bytes(2)));
    if (entry == 0) {
      throw Errors.NO_SUCH_KEY;
    }
    return entry;
  }

  /// Writes the elements of a listpack to the log.
  void listpack(Call call) {
    long entry = entry(call);
    if (!KindNames.encoding(Entry.kind(entry)).equals("listpack")) {
      throw new CommandError("ERR Not a listpack encoded object.");
    }
    elements(Entry.valueAddress(entry));
    call.reply().simple("Listpack structure written to the log");
  }

  private void elements(long lp) {
    node.log(
        String.format(
            Locale.ROOT,
            "listpack of %d bytes and %d elements",
            Listpack.bytes(lp),
            Listpack.count(lp)));
    int index = 0;
    for (int at = Listpack.first(lp); at != Listpack.NONE; at = Listpack.next(lp, at)) {
      String form = Listpack.isInteger(lp, at) ? "integer" : "string";
      String text = Bytes.of(Listpack.text(lp, at)).asString();
      node.log("  " + index++ + " at " + at + ": " + form + " " + text);
    }
  }

  /// Writes the nodes of a list to the log, and their elements too if a number other than 0 asks
  /// for it.
  void quicklist(Call call) {
    long entry = entry(call);
    if (Entry.kind(entry) != EntryKind.LIST_QUICKLIST) {
      throw new CommandError("ERR Not a quicklist encoded object.");
    }
    boolean full = call.count() == 4 && call.isInteger(3) && call.integer(3) != 0;
    Quicklist quicklist = call.database().view(entry, ListValue.TYPE).quicklist();
    for (int i = 0; i < quicklist.nodeCount(); i++) {
      node.log(
          String.format(
              Locale.ROOT,
              "node %d: %s%s, %d elements, %d bytes, %d stored",
              i,
              quicklist.isPlain(i) ? "plain" : "packed",
              quicklist.isCompressed(i) ? ", compressed" : "",
              quicklist.count(i),
              quicklist.bytes(i),
              quicklist.storedBytes(i)));
      if (full && !quicklist.isPlain(i)) {
        elements(quicklist.content(i));
      }
    }
    quicklist.doneReading();
    call.reply().simple("Quicklist structure written to the log");
  }

  /// What DEBUG OBJECT says of the nodes of a list.
  static String describe(Quicklist quicklist) {
    long bytes = 0;
    for (int i = 0; i < quicklist.nodeCount(); i++) {
      bytes += quicklist.bytes(i);
    }
    return String.format(
        Locale.ROOT,
        " ql_nodes:%d ql_avg_node:%.2f ql_listpack_max:%d ql_compressed:%d ql_uncompressed_size:%d",
        quicklist.nodeCount(),
        (double) quicklist.elements() / quicklist.nodeCount(),
        quicklist.fill(),
        quicklist.depth() == 0 ? 0 : 1,
        bytes);
  }
}
