package io.skein.engine.cluster.state;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.Names;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.NodeId;
import io.skein.engine.cluster.bus.SlotSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads `nodes.conf`, trusting nothing: every field is checked, and every reference followed,
/// before anything is used.
///
/// Stricter than Redis in what only a damaged file shows: a slot with two owners, a node that is
/// named but not described, and a file without its last line, the epochs.
final class NodesConfParser {
  private static final int BUS_PORT_OFFSET = 10_000;
  private static final int MIN_FIELDS = 8;

  private final boolean tlsCluster;
  private final LinkedHashMap<String, NodeLine> nodes = new LinkedHashMap<>();
  private final LinkedHashMap<String, Integer> lineOf = new LinkedHashMap<>();
  private final int[] slotLine = new int[SLOT_COUNT];
  private @Nullable String myselfId;
  private long currentEpoch;
  private long lastVoteEpoch;
  private int line;

  NodesConfParser(boolean tlsCluster) {
    this.tlsCluster = tlsCluster;
  }

  NodesConf parse(String text) {
    boolean varsSeen = false;
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      line++;
      check(end >= 0, "is cut off");
      String content = text.substring(from, end).strip();
      from = end + 1;
      if (content.isEmpty()) {
        continue;
      }
      String[] fields = content.split("[ \t]+", -1);
      if (fields[0].equalsIgnoreCase("vars")) {
        vars(fields);
        varsSeen = true;
      } else {
        node(fields);
      }
    }
    check(varsSeen, "the epochs are missing: the file is cut off");
    String myself = myselfId;
    if (myself == null) {
      throw new NodesConfException(line, "no node is flagged as myself");
    }
    checkReferences();
    return new NodesConf(new ArrayList<>(nodes.values()), myself, currentEpoch, lastVoteEpoch);
  }

  private void vars(String[] fields) {
    check(fields.length % 2 == 1, "vars are not pairs of name and value");
    for (int i = 1; i < fields.length; i += 2) {
      switch (fields[i].toLowerCase(Locale.ROOT)) {
        case "currentepoch" -> currentEpoch = number(fields[i + 1], "currentEpoch");
        case "lastvoteepoch" -> lastVoteEpoch = number(fields[i + 1], "lastVoteEpoch");
        default -> {} // a later version's
      }
    }
  }

  private void node(String[] fields) {
    check(fields.length >= MIN_FIELDS, "has fewer than " + MIN_FIELDS + " fields");
    String id = id(fields[0]);
    check(!nodes.containsKey(id), "describes node " + id + " again");
    int flags = flags(fields[2]);
    if ((flags & NodeFlags.MYSELF) != 0) {
      check(myselfId == null, "is the second node flagged as myself");
      check(
          (flags & (NodeFlags.PRIMARY | NodeFlags.REPLICA)) != 0,
          "does not say whether this node is a master or a slave");
      myselfId = id;
    }
    SortedMap<Integer, String> migrating = new TreeMap<>();
    SortedMap<Integer, String> importing = new TreeMap<>();
    SlotSet slots = slots(fields, migrating, importing);
    check(slots.isEmpty() || (flags & NodeFlags.REPLICA) == 0, "gives slots to a replica");
    Place place = place(fields[1]);
    nodes.put(
        id,
        new NodeLine(
            id,
            place.address(),
            place.hostname(),
            place.humanNodename(),
            place.shardId(),
            flags,
            fields[3].startsWith("-") ? null : id(fields[3]),
            number(fields[4], "ping time"),
            number(fields[5], "pong time"),
            number(fields[6], "config epoch"),
            fields[7].equals("connected"),
            slots,
            migrating,
            importing));
    lineOf.put(id, line);
  }

  private record Place(
      ClusterNode.Address address, String hostname, String humanNodename, String shardId) {}

  /// Reads `ip:port[@bus][,hostname[,field=value]...]`.
  private Place place(String text) {
    String[] parts = text.split(",", -1);
    String hostname = parts.length > 1 ? parts[1] : "";
    check(Names.isHostname(hostname), "bad hostname");
    String humanNodename = "";
    String shardId = "";
    int tcpPort = -1;
    int tlsPort = -1;
    for (int i = 2; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      check(equals > 0, "bad field " + parts[i]);
      String value = parts[i].substring(equals + 1);
      switch (parts[i].substring(0, equals)) {
        case "shard-id" -> shardId = id(value);
        case "nodename" -> {
          check(Names.isHumanNodename(value), "bad nodename");
          humanNodename = value;
        }
        case "tcp-port" -> tcpPort = port(value);
        case "tls-port" -> tlsPort = port(value);
        default -> throw new NodesConfException(line, "unknown field " + parts[i]);
      }
    }
    int colon = parts[0].lastIndexOf(':');
    check(colon >= 0, "address without port");
    String ip = parts[0].substring(0, colon);
    check(Names.isAddress(ip), "bad address");
    int at = parts[0].indexOf('@', colon);
    int mainPort = port(parts[0].substring(colon + 1, at < 0 ? parts[0].length() : at));
    boolean mainIsTls = tcpPort >= 0 || tlsPort < 0 && tlsCluster;
    int tcp = mainIsTls ? Math.max(tcpPort, 0) : mainPort;
    int tls = mainIsTls && tlsPort < 0 ? mainPort : Math.max(tlsPort, 0);
    int bus =
        at >= 0 ? port(parts[0].substring(at + 1)) : (tlsCluster ? tls : tcp) + BUS_PORT_OFFSET;
    return new Place(new ClusterNode.Address(ip, tcp, tls, bus), hostname, humanNodename, shardId);
  }

  private int flags(String text) {
    int flags = 0;
    for (String word : text.split(",", -1)) {
      int flag = NodeFlags.parse(word);
      check(flag >= 0, "unknown flag " + word);
      flags |= flag;
    }
    return flags;
  }

  private SlotSet slots(
      String[] fields, SortedMap<Integer, String> migrating, SortedMap<Integer, String> importing) {
    long[] words = new long[SLOT_COUNT / 64];
    for (int i = MIN_FIELDS; i < fields.length; i++) {
      if (fields[i].startsWith("[")) {
        moving(fields[i], migrating, importing);
        continue;
      }
      int dash = fields[i].indexOf('-');
      int first = slot(dash < 0 ? fields[i] : fields[i].substring(0, dash));
      int last = dash < 0 ? first : slot(fields[i].substring(dash + 1));
      for (int slot = first; slot <= last; slot++) {
        check(slotLine[slot] == 0, "claims slot " + slot + ", as line " + slotLine[slot] + " does");
        slotLine[slot] = line;
        words[slot >> 6] |= 1L << slot;
      }
    }
    return SlotSet.ofWords(words);
  }

  private void moving(
      String text, SortedMap<Integer, String> migrating, SortedMap<Integer, String> importing) {
    int dash = text.indexOf('-');
    check(
        dash > 0 && text.length() == dash + 3 + NodeId.LENGTH + 1 && text.endsWith("]"),
        "bad open slot " + text);
    String arrow = text.substring(dash, dash + 3);
    int slot = slot(text.substring(1, dash));
    String other = id(text.substring(dash + 3, text.length() - 1));
    switch (arrow) {
      case "->-" -> migrating.put(slot, other);
      case "-<-" -> importing.put(slot, other);
      default -> throw new NodesConfException(line, "bad open slot " + text);
    }
  }

  private void checkReferences() {
    for (NodeLine node : nodes.values()) {
      line = lineOf.getOrDefault(node.id(), 0);
      List<String> named = new ArrayList<>(node.migrating().values());
      named.addAll(node.importing().values());
      String primaryId = node.primaryId();
      if (primaryId != null) {
        named.add(primaryId);
        check(!primaryId.equals(node.id()), "makes a node its own primary");
        check(
            (node.flags() & NodeFlags.REPLICA) != 0,
            "gives a primary to a node that is no replica");
      }
      for (String id : named) {
        check(nodes.containsKey(id), "names node " + id + ", which no line describes");
      }
    }
  }

  private String id(String text) {
    check(NodeId.isValid(text), "malformed node id");
    return text;
  }

  private int slot(String text) {
    long slot = number(text, "slot");
    check(slot < SLOT_COUNT, "slot out of range");
    return (int) slot;
  }

  private int port(String text) {
    long port = number(text, "port");
    check(port < 65_536, "port out of range");
    return (int) port;
  }

  private long number(String text, String what) {
    check(!text.isEmpty() && text.length() <= 18, "bad " + what);
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      check(digit >= 0 && digit <= 9, "bad " + what);
      value = 10 * value + digit;
    }
    return value;
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw new NodesConfException(line, what);
    }
  }
}
