package io.skein.engine.cluster.bus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.skein.engine.bytes.Slot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads one frame of the bus and checks all of it before anything is believed.
///
/// Ids, addresses and names end up in `nodes.conf` and in replies, so their characters are checked
/// too, which Redis does not do.
public final class BusDecoder {
  private final ByteBuffer in;
  private final int length;

  private BusDecoder(byte[] frame) {
    this.in = ByteBuffer.wrap(frame);
    this.length = frame.length;
  }

  /// The message in `frame`, as [BusFrames] cuts it out.
  ///
  /// @throws BusFormatException when the bytes are not one whole, valid message of version 1
  public static BusMessage decode(byte[] frame) {
    return new BusDecoder(frame).message();
  }

  private BusMessage message() {
    check(length >= Wire.HEADER && in.getInt(0) == Wire.SIGNATURE, "bad signature or length");
    check(in.getInt(Wire.TOTAL_LENGTH) == length, "length differs from the frame's");
    check(unsigned(Wire.VERSION_AT) == Wire.VERSION, "version is not 1");
    int code = unsigned(Wire.TYPE);
    BusType type = BusType.ofCode(code);
    if (type == null) {
      throw new BusFormatException("unknown packet type: " + code);
    }
    BusHeader header = header();
    return switch (type) {
      case PING, PONG, MEET -> heartbeat(type, header);
      case FAIL -> {
        expectLength(Wire.FAIL_BODY);
        yield new BusMessage.Fail(header, id(Wire.HEADER));
      }
      case PUBLISH, PUBLISHSHARD -> publish(type, header);
      case AUTH_REQUEST -> {
        expectLength(0);
        yield new BusMessage.AuthRequest(header);
      }
      case AUTH_ACK -> {
        expectLength(0);
        yield new BusMessage.AuthAck(header);
      }
      case MFSTART -> {
        expectLength(0);
        yield new BusMessage.ManualFailoverStart(header);
      }
      case UPDATE -> {
        expectLength(Wire.UPDATE_BODY);
        yield new BusMessage.Update(
            header,
            epoch(Wire.HEADER),
            id(Wire.HEADER + 8),
            slots(Wire.HEADER + 8 + NodeId.LENGTH));
      }
      case MODULE -> module(header);
    };
  }

  private BusHeader header() {
    return new BusHeader(
        id(Wire.SENDER),
        epoch(Wire.CURRENT_EPOCH),
        epoch(Wire.CONFIG_EPOCH),
        in.getLong(Wire.OFFSET),
        slots(Wire.SLOTS),
        optionalId(Wire.PRIMARY),
        ip(Wire.IP),
        unsigned(Wire.PORT),
        unsigned(Wire.SECONDARY_PORT),
        unsigned(Wire.BUS_PORT),
        unsigned(Wire.FLAGS),
        in.get(Wire.STATE) == 0,
        in.get(Wire.MESSAGE_FLAGS) & (BusHeader.PAUSED | BusHeader.FORCE_ACK)
            | in.get(Wire.MESSAGE_FLAGS + 2) << 16 & BusHeader.OURS);
  }

  private BusMessage heartbeat(BusType type, BusHeader header) {
    int count = unsigned(Wire.COUNT);
    int extensionsAt = Wire.HEADER + count * Wire.GOSSIP_ENTRY;
    check(extensionsAt <= length, "gossip exceeds the length");
    List<GossipEntry> gossip = new ArrayList<>(count);
    for (int at = Wire.HEADER; at < extensionsAt; at += Wire.GOSSIP_ENTRY) {
      gossip.add(gossipEntry(at));
    }
    return new BusMessage.Heartbeat(type, header, gossip, extensions(extensionsAt));
  }

  private GossipEntry gossipEntry(int at) {
    int numbers = at + NodeId.LENGTH;
    int ports = numbers + 8 + Wire.IP_LENGTH;
    return new GossipEntry(
        id(at),
        Integer.toUnsignedLong(in.getInt(numbers)),
        Integer.toUnsignedLong(in.getInt(numbers + 4)),
        ip(numbers + 8),
        unsigned(ports),
        unsigned(ports + 6),
        unsigned(ports + 2),
        unsigned(ports + 4));
  }

  private List<PingExtension> extensions(int from) {
    List<PingExtension> extensions = new ArrayList<>();
    int at = from;
    if ((in.get(Wire.MESSAGE_FLAGS) & BusHeader.EXTENSIONS) != 0) {
      int count = unsigned(Wire.EXTENSION_COUNT);
      for (int i = 0; i < count; i++) {
        check(length - at >= Wire.EXTENSION_HEADER, "extensions exceed the length");
        int size = in.getInt(at);
        check(
            size >= Wire.EXTENSION_HEADER && size % 8 == 0 && size <= length - at,
            "extension of bad length " + size);
        extensions.add(extension(unsigned(at + 4), at + Wire.EXTENSION_HEADER, at + size));
        at += size;
      }
    }
    check(at == length, "length is not that of the parts");
    return extensions;
  }

  private PingExtension extension(int type, int from, int to) {
    int room = to - from;
    switch (type) {
      case Wire.EXT_HOSTNAME -> {
        String name = text(from, room);
        return name.length() < room && Names.isHostname(name)
            ? new PingExtension.Hostname(name)
            : new PingExtension.Unusable(type);
      }
      case Wire.EXT_HUMAN_NODENAME -> {
        String name = text(from, room);
        return name.length() < room && Names.isHumanNodename(name)
            ? new PingExtension.HumanNodename(name)
            : new PingExtension.Unusable(type);
      }
      case Wire.EXT_FORGOTTEN_NODE -> {
        check(room == NodeId.LENGTH + 8, "forgotten node of bad length");
        return new PingExtension.ForgottenNode(id(from), in.getLong(from + NodeId.LENGTH));
      }
      case Wire.EXT_SHARD_ID -> {
        check(room == NodeId.LENGTH, "shard id of bad length");
        return new PingExtension.ShardId(id(from));
      }
      case Wire.EXT_VOTE_DENIED -> {
        check(room >= 16, "denied vote of bad length");
        String reason = text(from + 8, room - 8);
        return reason.length() < room - 8 && Names.isPlainText(reason)
            ? new PingExtension.VoteDenied(epoch(from), reason)
            : new PingExtension.Unusable(type);
      }
      case Wire.EXT_FACTS -> {
        return room == Wire.FACTS ? facts(from) : new PingExtension.Unusable(type);
      }
      case Wire.EXT_OPEN_SLOTS -> {
        return openSlots(from, to);
      }
      default -> {
        return new PingExtension.Unusable(type);
      }
    }
  }

  private PingExtension facts(int at) {
    return new PingExtension.Facts(
        new NodeFacts(
            in.getLong(at),
            in.getLong(at + 8),
            in.getLong(at + 16),
            in.getInt(at + 24),
            in.getInt(at + 28)));
  }

  private PingExtension openSlots(int from, int to) {
    check((to - from) % Wire.OPEN_SLOT == 0, "open slots of bad length");
    TreeMap<Integer, String> migrating = new TreeMap<>();
    TreeMap<Integer, String> importing = new TreeMap<>();
    for (int at = from; at < to; at += Wire.OPEN_SLOT) {
      int slot = unsigned(at);
      int way = unsigned(at + 2);
      check(slot < Slot.SLOT_COUNT && way <= 1, "bad open slot");
      (way == 0 ? migrating : importing).put(slot, id(at + 8));
    }
    return new PingExtension.OpenSlots(migrating, importing);
  }

  private BusMessage publish(BusType type, BusHeader header) {
    check(length >= Wire.HEADER + Wire.PUBLISH_LENGTHS, "publish is cut off");
    long channelLength = Integer.toUnsignedLong(in.getInt(Wire.HEADER));
    long messageLength = Integer.toUnsignedLong(in.getInt(Wire.HEADER + 4));
    expectLength(Wire.PUBLISH_LENGTHS + channelLength + messageLength);
    int channelAt = Wire.HEADER + Wire.PUBLISH_LENGTHS;
    int messageAt = channelAt + (int) channelLength;
    return new BusMessage.Publish(
        header,
        type == BusType.PUBLISHSHARD,
        Arrays.copyOfRange(in.array(), channelAt, messageAt),
        Arrays.copyOfRange(in.array(), messageAt, length));
  }

  private BusMessage module(BusHeader header) {
    check(length >= Wire.HEADER + Wire.MODULE_HEADER, "module message is cut off");
    expectLength(Wire.MODULE_HEADER + Integer.toUnsignedLong(in.getInt(Wire.HEADER + 8)));
    long moduleId = in.order(ByteOrder.nativeOrder()).getLong(Wire.HEADER);
    return new BusMessage.Module(
        header,
        moduleId,
        in.get(Wire.HEADER + 12) & 0xff,
        Arrays.copyOfRange(in.array(), Wire.HEADER + Wire.MODULE_HEADER, length));
  }

  private int unsigned(int at) {
    return in.getShort(at) & 0xffff;
  }

  /// An epoch; those of 2^62 and more cannot come about, and counting on from them would overflow.
  private long epoch(int at) {
    long epoch = in.getLong(at);
    check(epoch >>> 62 == 0, "epoch out of range");
    return epoch;
  }

  private String id(int at) {
    String id = new String(in.array(), at, NodeId.LENGTH, ISO_8859_1);
    check(NodeId.isValid(id), "malformed node id");
    return id;
  }

  private @Nullable String optionalId(int at) {
    return in.get(at) == 0 ? null : id(at);
  }

  private String ip(int at) {
    String ip = text(at, Wire.IP_LENGTH);
    check(ip.length() < Wire.IP_LENGTH && Names.isAddress(ip), "malformed address");
    return ip;
  }

  /// The text at `at` up to its first zero byte, at most `room` long.
  private String text(int at, int room) {
    int end = at;
    while (end < at + room && in.get(end) != 0) {
      end++;
    }
    return new String(in.array(), at, end - at, ISO_8859_1);
  }

  private SlotSet slots(int at) {
    long[] words = new long[SlotSet.WORDS];
    in.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < SlotSet.WORDS; i++) {
      words[i] = in.getLong(at + 8 * i);
    }
    in.order(ByteOrder.BIG_ENDIAN);
    return SlotSet.ofWords(words);
  }

  private void expectLength(long body) {
    check(length == Wire.HEADER + body, "length " + length + " is not that of the parts");
  }

  private static void check(boolean holds, String what) {
    if (!holds) {
      throw new BusFormatException(what);
    }
  }
}
