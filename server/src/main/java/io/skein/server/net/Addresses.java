package io.skein.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// Addresses as Redis writes them.
public final class Addresses {
  private Addresses() {}

  /// `ip:port`, the ip in brackets if it is of IPv6; of a unix socket `path:0`.
  static String text(SocketAddress address, String unixPath) {
    return address instanceof InetSocketAddress inet ? text(inet) : unixPath + ":0";
  }

  static String text(InetSocketAddress address) {
    String ip = ip(address.getAddress());
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + address.getPort();
  }

  /// The ip alone, or an empty text if there is none.
  public static String ip(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? ip(inet.getAddress()) : "";
  }

  /// The ip as inet_ntop(3) writes it: of the longest run of zeros in IPv6, `::`.
  static String ip(InetAddress address) {
    return address instanceof Inet6Address six ? six(six.getAddress()) : address.getHostAddress();
  }

  private static String six(byte[] bytes) {
    int bestAt = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int length = 0;
      while (i + length < 8 && group(bytes, i + length) == 0) {
        length++;
      }
      if (length > bestLength) {
        bestAt = i;
        bestLength = length;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == bestAt) {
        text.append("::");
        i += bestLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(group(bytes, i)));
      }
    }
    return text.toString();
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 0xff) << 8 | bytes[2 * index + 1] & 0xff;
  }
}
