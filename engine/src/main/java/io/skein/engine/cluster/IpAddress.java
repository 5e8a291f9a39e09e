package io.skein.engine.cluster;

import java.util.Locale;

/// The texts of IP addresses, as `inet_pton` takes them: no names, nothing to resolve.
public final class IpAddress {
  private static final int V4_PARTS = 4;
  private static final int V6_PARTS = 8;

  private IpAddress() {}

  /// Whether `text` is an address of IPv4 or IPv6.
  public static boolean isLiteral(String text) {
    return isV4(text) || isV6(text);
  }

  /// The address in the form in which two texts for it are most likely the same.
  static String normal(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static boolean isV4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != V4_PARTS) {
      return false;
    }
    for (String part : parts) {
      if (!consistsOf(part, "0123456789", 3) || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }

  private static boolean isV6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return countGroups(text) == V6_PARTS;
    }
    if (text.indexOf("::", gap + 1) >= 0) {
      return false;
    }
    int before = gap == 0 ? 0 : countGroups(text.substring(0, gap));
    int after = gap + 2 == text.length() ? 0 : countGroups(text.substring(gap + 2));
    return before >= 0 && after >= 0 && before + after < V6_PARTS;
  }

  /// How many groups of 16 bits `text` has, of which the last two may be written as an IPv4
  /// address; -1 when it is malformed.
  private static int countGroups(String text) {
    String[] parts = text.split(":", -1);
    int groups = 0;
    for (int i = 0; i < parts.length; i++) {
      if (i == parts.length - 1 && isV4(parts[i])) {
        groups += 2;
      } else if (consistsOf(parts[i], "0123456789abcdefABCDEF", 4)) {
        groups++;
      } else {
        return -1;
      }
    }
    return groups;
  }

  private static boolean consistsOf(String text, String digits, int maxLength) {
    if (text.isEmpty() || text.length() > maxLength) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (digits.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
