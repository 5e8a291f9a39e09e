package io.skein.engine.cluster.bus;

/// The flags of a node, as bits on the bus and as words in `CLUSTER NODES`.
public final class NodeFlags {
  public static final int PRIMARY = 1;
  public static final int REPLICA = 2;

  /// Suspected of failure by the node that says so.
  public static final int PFAIL = 4;

  /// Agreed to have failed by a majority of the primaries.
  public static final int FAIL = 8;

  public static final int MYSELF = 16;

  /// Not yet answered under its own id.
  public static final int HANDSHAKE = 32;

  public static final int NOADDR = 64;

  /// To be greeted with MEET rather than PING.
  public static final int MEET = 128;

  /// A primary that replicas of others may come to.
  public static final int MIGRATE_TO = 256;

  /// A replica configured never to stand in an election.
  public static final int NOFAILOVER = 512;

  private static final int[] WORD_FLAGS = {
    MYSELF, PRIMARY, REPLICA, PFAIL, FAIL, HANDSHAKE, NOADDR, NOFAILOVER
  };
  private static final String[] WORDS = {
    "myself", "master", "slave", "fail?", "fail", "handshake", "noaddr", "nofailover"
  };

  private NodeFlags() {}

  /// The words for `flags`, comma separated in the order of Redis, or `noflags`.
  public static String text(int flags) {
    StringBuilder out = new StringBuilder(32);
    for (int i = 0; i < WORDS.length; i++) {
      if ((flags & WORD_FLAGS[i]) != 0) {
        out.append(out.isEmpty() ? "" : ",").append(WORDS[i]);
      }
    }
    return out.isEmpty() ? "noflags" : out.toString();
  }

  /// The flag that `word` names in any case, 0 for `noflags`, or -1 when it names none.
  public static int parse(String word) {
    for (int i = 0; i < WORDS.length; i++) {
      if (WORDS[i].equalsIgnoreCase(word)) {
        return WORD_FLAGS[i];
      }
    }
    return "noflags".equalsIgnoreCase(word) ? 0 : -1;
  }
}
