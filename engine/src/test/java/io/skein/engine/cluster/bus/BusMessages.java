package io.skein.engine.cluster.bus;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/// Messages of every kind, drawn from a seed.
final class BusMessages {
  private final Random random;

  BusMessages(long seed) {
    random = new Random(seed);
  }

  BusMessage draw() {
    BusHeader header = header();
    return switch (random.nextInt(9)) {
      case 0, 1 -> heartbeat(header);
      case 2 -> new BusMessage.Fail(header, NodeId.draw(random));
      case 3 -> new BusMessage.Publish(header, random.nextBoolean(), bytes(40), bytes(400));
      case 4 -> new BusMessage.AuthRequest(header);
      case 5 -> new BusMessage.AuthAck(header);
      case 6 -> new BusMessage.Update(header, random.nextInt(99), NodeId.draw(random), slots());
      case 7 -> new BusMessage.ManualFailoverStart(header);
      default -> new BusMessage.Module(header, random.nextLong(), random.nextInt(256), bytes(50));
    };
  }

  BusMessage.Heartbeat heartbeat(BusHeader header) {
    BusType type = List.of(BusType.PING, BusType.PONG, BusType.MEET).get(random.nextInt(3));
    List<GossipEntry> gossip = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      gossip.add(
          new GossipEntry(
              NodeId.draw(random),
              random.nextInt(1 << 30),
              random.nextInt(1 << 30),
              "10.0.0." + i,
              random.nextInt(65536),
              random.nextInt(65536),
              random.nextInt(65536),
              random.nextInt(1024)));
    }
    List<PingExtension> extensions = new ArrayList<>();
    if (random.nextBoolean()) {
      extensions.add(new PingExtension.Hostname("host-" + "x".repeat(random.nextInt(20)) + ".net"));
      extensions.add(new PingExtension.HumanNodename("node_" + random.nextInt(100)));
      extensions.add(new PingExtension.ForgottenNode(NodeId.draw(random), random.nextInt(60)));
    }
    if (random.nextBoolean()) {
      extensions.add(new PingExtension.ShardId(NodeId.draw(random)));
    }
    if (random.nextBoolean()) {
      extensions.add(new PingExtension.OpenSlots(openSlots(), openSlots()));
    }
    if (random.nextBoolean()) {
      extensions.add(
          new PingExtension.VoteDenied(random.nextInt(99), "no: " + "y".repeat(random.nextInt(9))));
      extensions.add(
          new PingExtension.Facts(
              new NodeFacts(
                  random.nextLong(),
                  random.nextLong(),
                  random.nextLong(),
                  random.nextInt(),
                  random.nextInt())));
    }
    return new BusMessage.Heartbeat(type, header, gossip, extensions);
  }

  BusHeader header() {
    return new BusHeader(
        NodeId.draw(random),
        random.nextInt(1 << 20),
        random.nextInt(1 << 20),
        random.nextLong(),
        slots(),
        random.nextBoolean() ? null : NodeId.draw(random),
        random.nextBoolean() ? "" : "fe80::1",
        random.nextInt(65536),
        random.nextInt(65536),
        random.nextInt(65536),
        random.nextInt(1024),
        random.nextBoolean(),
        random.nextInt(4)
            | (random.nextBoolean() ? BusHeader.TAKES_OPEN_SLOTS : 0)
            | (random.nextBoolean() ? BusHeader.TAKES_EXTRAS : 0)
            | (random.nextBoolean() ? BusHeader.HAND_OVER : 0));
  }

  private TreeMap<Integer, String> openSlots() {
    TreeMap<Integer, String> open = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      open.put(random.nextInt(16384), NodeId.draw(random));
    }
    return open;
  }

  private SlotSet slots() {
    int first = random.nextInt(16384);
    return SlotSet.ofRange(first, Math.min(16383, first + random.nextInt(6000)));
  }

  private byte[] bytes(int atMost) {
    byte[] bytes = new byte[random.nextInt(atMost)];
    random.nextBytes(bytes);
    return bytes;
  }
}
