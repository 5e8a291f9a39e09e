package io.skein.server.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// One address of the setting `bind`.
///
/// @param host a name or address; `*` and `::*` mean all of a family
/// @param optional whether the machine need not have it
/// @param both whether it stands for all of both families
record Bind(String host, boolean optional, boolean both) {
  /// The sockets that `words` ask for. All of IPv4 and all of IPv6 together are one socket: two
  /// would get into each other's way on most transports.
  static List<Bind> all(List<String> words) {
    boolean all4 = false;
    boolean all6 = false;
    for (String word : words) {
      all4 |= is(word, "*", "0.0.0.0");
      all6 |= is(word, "::*", "::");
    }
    List<Bind> binds = new ArrayList<>();
    boolean together = all4 && all6;
    for (String word : words) {
      boolean optional = word.startsWith("-");
      String host = optional ? word.substring(1) : word;
      if (!together || !is(word, "*", "0.0.0.0")) {
        boolean both = together && is(word, "::*", "::");
        binds.add(new Bind(both ? "*" : host, optional && !both, both));
      }
    }
    return binds;
  }

  private static boolean is(String word, String name, String other) {
    String host = word.startsWith("-") ? word.substring(1) : word;
    return host.equals(name) || host.equals(other);
  }

  InetAddress address() throws UnknownHostException {
    if (both || host.equals("::*")) {
      return InetAddress.getByAddress(new byte[16]);
    }
    return host.equals("*") ? InetAddress.getByAddress(new byte[4]) : InetAddress.getByName(host);
  }

  Transport.Family family(InetAddress address) {
    if (both) {
      return Transport.Family.BOTH;
    }
    return address instanceof Inet6Address ? Transport.Family.V6 : Transport.Family.V4;
  }
}
