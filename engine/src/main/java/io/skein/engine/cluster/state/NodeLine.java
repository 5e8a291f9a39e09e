package io.skein.engine.cluster.state;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.bus.SlotSet;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// One node as a line of text: in `CLUSTER NODES`, and with more in it in `nodes.conf`.
///
/// ```
/// id ip:port@bus[,hostname[,field=value...]] flags primary ping pong epoch link [slots...] [[slot->-id]...]
/// ```
///
/// @param shardId empty when a file of Redis 7.0 does not have it
/// @param primaryId null for `-`
/// @param configEpoch of a replica, its primary's
/// @param migrating ids by slot, of the node itself only
/// @param importing ids by slot, of the node itself only
public record NodeLine(
    String id,
    ClusterNode.Address address,
    String hostname,
    String humanNodename,
    String shardId,
    int flags,
    @Nullable String primaryId,
    long pingSentMs,
    long pongReceivedMs,
    long configEpoch,
    boolean linkUp,
    SlotSet slots,
    SortedMap<Integer, String> migrating,
    SortedMap<Integer, String> importing) {

  /// Appends the line as `CLUSTER NODES` has it, without its end.
  ///
  /// @param tls whether the port shown is the TLS one
  public void appendTo(StringBuilder out, boolean tls) {
    appendAddress(out, tls);
    if (!hostname.isEmpty()) {
      out.append(',').append(hostname);
    }
    appendRest(out);
  }

  /// Appends the line as `nodes.conf` has it, without its end.
  void appendToFile(StringBuilder out) {
    appendAddress(out, false);
    out.append(',').append(hostname).append(",tls-port=").append(address.tlsPort());
    if (!humanNodename.isEmpty()) {
      out.append(",nodename=").append(humanNodename);
    }
    out.append(",shard-id=").append(shardId);
    appendRest(out);
  }

  private void appendAddress(StringBuilder out, boolean tls) {
    out.append(id)
        .append(' ')
        .append(address.ip())
        .append(':')
        .append(address.clientPort(tls))
        .append('@')
        .append(address.busPort());
  }

  private void appendRest(StringBuilder out) {
    out.append(' ')
        .append(NodeFlags.text(flags))
        .append(' ')
        .append(primaryId == null ? "-" : primaryId)
        .append(' ')
        .append(pingSentMs)
        .append(' ')
        .append(pongReceivedMs)
        .append(' ')
        .append(configEpoch)
        .append(linkUp ? " connected" : " disconnected");
    for (SlotRange range : slots.ranges()) {
      out.append(' ').append(range);
    }
    migrating.forEach((slot, to) -> appendMoving(out, slot, "->-", to));
    importing.forEach((slot, from) -> appendMoving(out, slot, "-<-", from));
  }

  private static void appendMoving(StringBuilder out, int slot, String arrow, String nodeId) {
    out.append(" [").append(slot).append(arrow).append(nodeId).append(']');
  }
}
