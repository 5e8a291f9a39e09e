package io.skein.server.tls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The language in which OpenSSL selects ciphers up to TLS 1.2: names and groups, joined by `:`,
/// commas or spaces, `+` between groups for what is in all of them, `!` and `-` for what is taken
/// away, a leading `+` for what goes to the end.
///
/// *See* ciphers(1) of OpenSSL, "Cipher list format". What it calls weak is not there at all, so
/// that `DEFAULT`, `HIGH` and `ALL` are the same, and groups of weak ciphers are empty.
final class CipherList {
  private CipherList() {}

  /// The suites of `available` that `expression` selects, in its order; all names are those of the
  /// JDK.
  static List<String> select(String expression, List<String> available) throws TlsException {
    Set<String> chosen = new LinkedHashSet<>();
    Set<String> banned = new LinkedHashSet<>();
    for (String word : expression.split("[:, ]+", -1)) {
      if (word.isEmpty() || word.startsWith("@")) {
        continue;
      }
      char sign = word.charAt(0);
      boolean signed = sign == '!' || sign == '-' || sign == '+';
      List<String> meant = meant(signed ? word.substring(1) : word, available);
      switch (sign) {
        case '!' -> {
          chosen.removeAll(meant);
          banned.addAll(meant);
        }
        case '-' -> chosen.removeAll(meant);
        case '+' -> {
          List<String> last = meant.stream().filter(chosen::contains).toList();
          chosen.removeAll(last);
          chosen.addAll(last);
        }
        default -> meant.stream().filter(suite -> !banned.contains(suite)).forEach(chosen::add);
      }
    }
    if (chosen.isEmpty()) {
      throw new TlsException("Failed to configure ciphers: " + expression);
    }
    return List.copyOf(new ArrayList<>(chosen));
  }

  private static List<String> meant(String name, List<String> available) {
    return available.stream()
        .filter(suite -> !isTls13(suite))
        .filter(suite ->
            opensslName(suite).equals(name)
                || Arrays.stream(name.split("\\+", -1)).allMatch(g -> isIn(suite, g)))
        .toList();
  }

  /// The suites of TLS 1.3 that a list names, joined by `:`.
  static List<String> suites(String list, List<String> available) throws TlsException {
    List<String> chosen = new ArrayList<>();
    for (String name : list.split("[:, ]+", -1)) {
      if (!isTls13(name) || !available.contains(name)) {
        throw new TlsException("Failed to configure ciphersuites: " + list);
      }
      chosen.add(name);
    }
    return chosen;
  }

  static boolean isTls13(String suite) {
    return suite.startsWith("TLS_") && !suite.contains("_WITH_");
  }

  /// OpenSSL's name of a suite: `ECDHE-RSA-AES128-GCM-SHA256` for
  /// `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
  static String opensslName(String suite) {
    int with = suite.indexOf("_WITH_");
    if (with < 0) {
      return suite;
    }
    String exchange = suite.substring(4, with);
    String rest = suite.substring(with + 6);
    String cipher =
        Arrays.stream(rest.split("_", -1))
            .collect(Collectors.joining("-"))
            .replace("AES-128", "AES128")
            .replace("AES-256", "AES256")
            .replace("AES128-CBC-", "AES128-")
            .replace("AES256-CBC-", "AES256-")
            .replace("CHACHA20-POLY1305-SHA256", "CHACHA20-POLY1305");
    return exchange.equals("RSA") ? cipher : exchange.replace('_', '-') + "-" + cipher;
  }

  private static boolean isIn(String suite, String group) {
    String exchange = suite.substring(4, suite.indexOf("_WITH_"));
    String cipher = suite.substring(suite.indexOf("_WITH_") + 6);
    boolean aead = cipher.contains("GCM") || cipher.contains("POLY1305");
    boolean ecdsa = exchange.endsWith("ECDSA");
    return switch (group.toUpperCase(Locale.ROOT)) {
      case "ALL", "DEFAULT", "HIGH" -> true;
      case "ECDHE", "EECDH", "KECDHE", "KEECDH" -> exchange.startsWith("ECDHE");
      case "DHE", "EDH", "KDHE", "KEDH" -> exchange.startsWith("DHE");
      case "RSA" -> !ecdsa && !exchange.startsWith("PSK");
      case "KRSA" -> exchange.equals("RSA");
      case "ARSA" -> exchange.endsWith("RSA");
      case "ECDSA", "AECDSA" -> ecdsa;
      case "AES" -> cipher.startsWith("AES");
      case "AES128" -> cipher.startsWith("AES_128");
      case "AES256" -> cipher.startsWith("AES_256");
      case "AESGCM" -> cipher.contains("GCM");
      case "CHACHA20" -> cipher.startsWith("CHACHA20");
      case "SHA", "SHA1" -> cipher.endsWith("_SHA");
      case "SHA256" -> cipher.endsWith("CBC_SHA256");
      case "SHA384" -> cipher.endsWith("CBC_SHA384");
      case "TLSV1.2" -> aead || !cipher.endsWith("_SHA");
      case "TLSV1", "TLSV1.0", "SSLV3" -> !aead && cipher.endsWith("_SHA");
      default -> false;
    };
  }
}
