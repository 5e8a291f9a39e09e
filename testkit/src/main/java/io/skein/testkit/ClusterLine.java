package io.skein.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/// What one node says of a node, in a line of CLUSTER NODES.
///
/// @param id of the node it is about
/// @param port where that one serves clients
/// @param flags as they stand there
/// @param primaryId of the primary it replicates, or `-`
/// @param slots ranges, such as `0-5460`; migrations left out
public record ClusterLine(
    String id, int port, List<String> flags, String primaryId, List<String> slots) {
  private static final int FIXED_FIELDS = 8;

  /// What `node` says of all nodes it knows, itself included.
  public static List<ClusterLine> all(ClusterNode node) {
    return parse(node.text("CLUSTER", "NODES"));
  }

  /// The lines of a reply to CLUSTER NODES.
  public static List<ClusterLine> parse(String reply) {
    List<ClusterLine> lines = new ArrayList<>();
    for (String line : reply.split("\n", -1)) {
      if (!line.isEmpty()) {
        lines.add(parseOne(line));
      }
    }
    return lines;
  }

  private static ClusterLine parseOne(String line) {
    String[] fields = line.split(" ", -1);
    String address = fields[1].substring(0, fields[1].indexOf('@'));
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    List<String> slots =
        Arrays.stream(fields).skip(FIXED_FIELDS).filter(field -> !field.startsWith("[")).toList();
    return new ClusterLine(fields[0], port, List.of(fields[2].split(",", -1)), fields[3], slots);
  }

  /// Whether the node that was asked speaks of itself.
  public boolean isMyself() {
    return flags.contains("myself");
  }

  /// Whether it is said to be a primary.
  public boolean isPrimary() {
    return flags.contains("master");
  }

  /// Whether the node that was asked cannot reach it, or all agree that it is down.
  public boolean isSuspected() {
    return flags.contains("fail?") || flags.contains("fail");
  }

  /// Whether all agree that it is down.
  public boolean isFailed() {
    return flags.contains("fail");
  }

  /// Whether it serves `slot`.
  public boolean serves(int slot) {
    for (String range : slots) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = Integer.parseInt(dash < 0 ? range : range.substring(dash + 1));
      if (first <= slot && slot <= last) {
        return true;
      }
    }
    return false;
  }

  /// What all nodes must agree on: everything but who speaks.
  String story() {
    TreeSet<String> said = new TreeSet<>(flags);
    said.remove("myself");
    return id + " " + port + " " + said + " " + primaryId + " " + slots;
  }
}
