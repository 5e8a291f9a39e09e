package io.skein.engine.cluster.bus;

/// Which texts may stand for addresses and names in messages, in `nodes.conf` and in replies.
public final class Names {
  private static final String ADDRESS_SIGNS = ".:-_%[]";
  private static final String HOSTNAME_SIGNS = ".-_";

  /// What Redis refuses in values of `nodes.conf`, and what would break a line of it.
  private static final String NODENAME_REFUSED = "!#$%&()*+:;<>?@[]^{|}~ ,='\"\\";

  private Names() {}

  /// An IP address or what was announced in its place; empty when there is none.
  public static boolean isAddress(String text) {
    return consistsOf(text, ADDRESS_SIGNS);
  }

  /// A hostname, or empty.
  public static boolean isHostname(String text) {
    return consistsOf(text, HOSTNAME_SIGNS);
  }

  /// A human readable node name, or empty.
  public static boolean isHumanNodename(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~' || NODENAME_REFUSED.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /// Printable ASCII, blanks included.
  static boolean isPlainText(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static boolean consistsOf(String text, String signs) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!plain && signs.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
