package io.skein.engine.cluster.bus;

/// Where the fields of a message lie.
///
/// ```
///    0 "RCmb"  4 totlen   8 ver   10 port  12 type  14 count
///   16 currentEpoch      24 configEpoch    32 offset
///   40 sender (40)       80 slots (2048)   2128 primary (40)
/// 2168 ip (46)         2214 extensions     2216 unused (30)
/// 2246 pport  2248 cport  2250 flags  2252 state  2253 mflags (3)
/// 2256 body
/// ```
///
/// All numbers are big endian; texts are padded with zero bytes. The offsets are those that
/// `cluster.h` of Redis 7 asserts.
final class Wire {
  static final int SIGNATURE = 'R' << 24 | 'C' << 16 | 'm' << 8 | 'b';
  static final int VERSION = 1;

  static final int TOTAL_LENGTH = 4;
  static final int VERSION_AT = 8;
  static final int PORT = 10;
  static final int TYPE = 12;
  static final int COUNT = 14;
  static final int CURRENT_EPOCH = 16;
  static final int CONFIG_EPOCH = 24;
  static final int OFFSET = 32;
  static final int SENDER = 40;
  static final int SLOTS = 80;
  static final int PRIMARY = 2128;
  static final int IP = 2168;
  static final int EXTENSION_COUNT = 2214;
  static final int SECONDARY_PORT = 2246;
  static final int BUS_PORT = 2248;
  static final int FLAGS = 2250;
  static final int STATE = 2252;
  static final int MESSAGE_FLAGS = 2253;
  static final int HEADER = 2256;

  static final int IP_LENGTH = 46;

  /// id 40, ping_sent 4, pong_received 4, ip 46, port 2, cport 2, flags 2, pport 2, unused 2.
  static final int GOSSIP_ENTRY = 104;

  /// length 4, type 2, unused 2; the length counts itself and is a multiple of 8.
  static final int EXTENSION_HEADER = 8;

  static final int EXT_HOSTNAME = 0;
  static final int EXT_HUMAN_NODENAME = 1;
  static final int EXT_FORGOTTEN_NODE = 2;
  static final int EXT_SHARD_ID = 3;

  /// Ours alone: slot 2, 0 for migrating or 1 for importing 2, unused 4, node id 40; any number of
  /// them.
  static final int EXT_OPEN_SLOTS = 'S' << 8 | 'k';

  /// Ours alone: the epoch 8 that the vote was asked for in, and why it was denied, ended by zeros.
  static final int EXT_VOTE_DENIED = 'S' << 8 | 'v';

  /// Ours alone: node timeout 8, maxmemory 8, wall clock 8, validity factor 4, flags 4.
  static final int EXT_FACTS = 'S' << 8 | 'f';

  static final int FACTS = 32;

  static final int OPEN_SLOT = 8 + NodeId.LENGTH;

  static final int FAIL_BODY = NodeId.LENGTH;

  /// configEpoch 8, id 40, slots 2048.
  static final int UPDATE_BODY = 8 + NodeId.LENGTH + SlotSet.BYTES;

  /// channel length 4, message length 4.
  static final int PUBLISH_LENGTHS = 8;

  /// module id 8, length 4, type 1.
  static final int MODULE_HEADER = 13;

  private Wire() {}

  static int align8(int length) {
    return length + 7 & ~7;
  }
}
