package io.skein.server.rebalance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Reads the primaries out of what CLUSTER NODES answers.
final class NodesText {
  private static final int SLOT_COUNT = 16384;
  private static final int FIRST_SLOT_FIELD = 8;

  private NodesText() {}

  /// The primaries, in the order in which they stand there.
  ///
  /// @param asked the host of the node that was asked, which may not know its own address
  /// @throws IllegalArgumentException when that is not what a node of a cluster answers
  static List<Primary> primaries(String text, String asked) {
    List<Primary> found = new ArrayList<>();
    for (String line : text.split("\n")) {
      List<String> fields = Arrays.asList(line.trim().split(" "));
      if (line.isBlank()) {
        continue;
      }
      if (fields.size() < FIRST_SLOT_FIELD) {
        throw new IllegalArgumentException("not a line of CLUSTER NODES: " + line);
      }
      List<String> flags = Arrays.asList(fields.get(2).split(","));
      if (flags.contains("master") && !flags.contains("handshake")) {
        found.add(primary(fields, asked));
      }
    }
    return found;
  }

  private static Primary primary(List<String> fields, String asked) {
    String address = fields.get(1).split("[@,]")[0];
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("no address of a node: " + fields.get(1));
    }
    String host = colon == 0 ? asked : address.substring(0, colon);
    BitSet slots = new BitSet();
    boolean open = false;
    for (String range : fields.subList(FIRST_SLOT_FIELD, fields.size())) {
      if (range.startsWith("[")) {
        open = true;
        continue;
      }
      String[] ends = range.split("-");
      int first = slot(ends[0]);
      slots.set(first, slot(ends[ends.length - 1]) + 1);
    }
    return new Primary(fields.get(0), host, number(address.substring(colon + 1)), slots, open);
  }

  private static int slot(String text) {
    int slot = number(text);
    if (slot >= SLOT_COUNT) {
      throw new IllegalArgumentException("no slot: " + text);
    }
    return slot;
  }

  private static int number(String text) {
    try {
      int n = Integer.parseInt(text);
      if (n >= 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // As with a negative one.
    }
    throw new IllegalArgumentException("no number: " + text);
  }
}
