package io.skein.engine.cluster.bus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Writes messages as Redis 7.2 does, byte for byte.
public final class BusEncoder {
  private BusEncoder() {}

  /// The bytes of `message`.
  public static byte[] encode(BusMessage message) {
    int length = Wire.HEADER + bodyLength(message);
    ByteBuffer out = ByteBuffer.allocate(length);
    putHeader(out, message, length);
    out.position(Wire.HEADER);
    switch (message) {
      case BusMessage.Heartbeat heartbeat -> putHeartbeat(out, heartbeat);
      case BusMessage.Fail fail -> putText(out, fail.failingId(), NodeId.LENGTH);
      case BusMessage.Publish publish ->
          out.putInt(publish.channel().length)
              .putInt(publish.message().length)
              .put(publish.channel())
              .put(publish.message());
      case BusMessage.Update update -> {
        out.putLong(update.configEpoch());
        putText(out, update.nodeId(), NodeId.LENGTH);
        putSlots(out, update.slots());
      }
      case BusMessage.Module module ->
          out.order(ByteOrder.nativeOrder())
              .putLong(module.moduleId())
              .order(ByteOrder.BIG_ENDIAN)
              .putInt(module.payload().length)
              .put((byte) module.moduleType())
              .put(module.payload());
      case BusMessage.AuthRequest _, BusMessage.AuthAck _, BusMessage.ManualFailoverStart _ -> {}
    }
    return out.array();
  }

  private static int bodyLength(BusMessage message) {
    return switch (message) {
      case BusMessage.Heartbeat heartbeat -> {
        int length = heartbeat.gossip().size() * Wire.GOSSIP_ENTRY;
        for (PingExtension extension : heartbeat.extensions()) {
          length += extensionLength(extension);
        }
        yield length;
      }
      case BusMessage.Fail _ -> Wire.FAIL_BODY;
      case BusMessage.Publish publish ->
          Math.addExact(
              Wire.PUBLISH_LENGTHS,
              Math.addExact(publish.channel().length, publish.message().length));
      case BusMessage.Update _ -> Wire.UPDATE_BODY;
      case BusMessage.Module module -> Math.addExact(Wire.MODULE_HEADER, module.payload().length);
      case BusMessage.AuthRequest _, BusMessage.AuthAck _, BusMessage.ManualFailoverStart _ -> 0;
    };
  }

  private static void putHeader(ByteBuffer out, BusMessage message, int length) {
    BusHeader header = message.header();
    int count = 0;
    int extensions = 0;
    if (message instanceof BusMessage.Heartbeat heartbeat) {
      count = heartbeat.gossip().size();
      extensions = heartbeat.extensions().size();
    }
    out.putInt(Wire.SIGNATURE)
        .putInt(length)
        .putShort((short) Wire.VERSION)
        .putShort((short) header.port())
        .putShort((short) message.type().code())
        .putShort((short) count)
        .putLong(header.currentEpoch())
        .putLong(header.configEpoch())
        .putLong(header.replicationOffset());
    putText(out, header.sender(), NodeId.LENGTH);
    putSlots(out, header.slots());
    putText(out, header.primaryId() == null ? "" : header.primaryId(), NodeId.LENGTH);
    putText(out, header.ip(), Wire.IP_LENGTH);
    out.putShort(Wire.EXTENSION_COUNT, (short) extensions)
        .putShort(Wire.SECONDARY_PORT, (short) header.secondaryPort())
        .putShort(Wire.BUS_PORT, (short) header.busPort())
        .putShort(Wire.FLAGS, (short) header.flags())
        .put(Wire.STATE, (byte) (header.clusterOk() ? 0 : 1))
        .put(
            Wire.MESSAGE_FLAGS,
            (byte) (header.messageFlags() | (extensions > 0 ? BusHeader.EXTENSIONS : 0)))
        .put(Wire.MESSAGE_FLAGS + 2, (byte) (header.messageFlags() >>> 16));
  }

  private static void putHeartbeat(ByteBuffer out, BusMessage.Heartbeat heartbeat) {
    for (GossipEntry entry : heartbeat.gossip()) {
      putText(out, entry.nodeId(), NodeId.LENGTH);
      out.putInt((int) entry.pingSentS()).putInt((int) entry.pongReceivedS());
      putText(out, entry.ip(), Wire.IP_LENGTH);
      out.putShort((short) entry.port())
          .putShort((short) entry.busPort())
          .putShort((short) entry.flags())
          .putShort((short) entry.secondaryPort())
          .putShort((short) 0);
    }
    putExtensions(out, heartbeat.extensions());
  }

  private static void putExtensions(ByteBuffer out, List<PingExtension> extensions) {
    for (PingExtension extension : extensions) {
      int end = out.position() + extensionLength(extension);
      out.putInt(extensionLength(extension)).putShort((short) code(extension)).putShort((short) 0);
      switch (extension) {
        case PingExtension.Hostname(String name) -> out.put(name.getBytes(ISO_8859_1));
        case PingExtension.HumanNodename(String name) -> out.put(name.getBytes(ISO_8859_1));
        case PingExtension.ForgottenNode(String id, long ttl) -> {
          putText(out, id, NodeId.LENGTH);
          out.putLong(ttl);
        }
        case PingExtension.ShardId(String id) -> putText(out, id, NodeId.LENGTH);
        case PingExtension.OpenSlots(var migrating, var importing) -> {
          migrating.forEach((slot, id) -> putOpenSlot(out, slot, 0, id));
          importing.forEach((slot, id) -> putOpenSlot(out, slot, 1, id));
        }
        case PingExtension.VoteDenied(long epoch, String reason) ->
            out.putLong(epoch).put(reason.getBytes(ISO_8859_1));
        case PingExtension.Facts(NodeFacts facts) ->
            out.putLong(facts.nodeTimeoutMs())
                .putLong(facts.maxmemoryBytes())
                .putLong(facts.clockMs())
                .putInt(facts.validityFactor())
                .putInt(facts.flags());
        case PingExtension.Unusable _ -> {}
      }
      out.position(end);
    }
  }

  private static void putOpenSlot(ByteBuffer out, int slot, int way, String id) {
    out.putShort((short) slot).putShort((short) way).putInt(0);
    putText(out, id, NodeId.LENGTH);
  }

  private static int code(PingExtension extension) {
    return switch (extension) {
      case PingExtension.Hostname _ -> Wire.EXT_HOSTNAME;
      case PingExtension.HumanNodename _ -> Wire.EXT_HUMAN_NODENAME;
      case PingExtension.ForgottenNode _ -> Wire.EXT_FORGOTTEN_NODE;
      case PingExtension.ShardId _ -> Wire.EXT_SHARD_ID;
      case PingExtension.OpenSlots _ -> Wire.EXT_OPEN_SLOTS;
      case PingExtension.VoteDenied _ -> Wire.EXT_VOTE_DENIED;
      case PingExtension.Facts _ -> Wire.EXT_FACTS;
      case PingExtension.Unusable(int type) -> type;
    };
  }

  private static int extensionLength(PingExtension extension) {
    return Wire.EXTENSION_HEADER
        + switch (extension) {
          case PingExtension.Hostname(String name) -> Wire.align8(name.length() + 1);
          case PingExtension.HumanNodename(String name) -> Wire.align8(name.length() + 1);
          case PingExtension.ForgottenNode _ -> NodeId.LENGTH + 8;
          case PingExtension.ShardId _ -> NodeId.LENGTH;
          case PingExtension.OpenSlots(var migrating, var importing) ->
              (migrating.size() + importing.size()) * Wire.OPEN_SLOT;
          case PingExtension.VoteDenied(long epoch, String reason) ->
              8 + Wire.align8(reason.length() + 1);
          case PingExtension.Facts _ -> Wire.FACTS;
          case PingExtension.Unusable _ -> 0;
        };
  }

  /// Puts `text` and zero bytes up to `length`; what does not fit is cut, as `strlcpy` does for the
  /// address.
  private static void putText(ByteBuffer out, String text, int length) {
    int end = out.position() + length;
    byte[] bytes = text.getBytes(ISO_8859_1);
    out.put(bytes, 0, Math.min(bytes.length, length)).position(end);
  }

  private static void putSlots(ByteBuffer out, SlotSet slots) {
    out.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < SlotSet.WORDS; i++) {
      out.putLong(slots.word(i));
    }
    out.order(ByteOrder.BIG_ENDIAN);
  }
}
