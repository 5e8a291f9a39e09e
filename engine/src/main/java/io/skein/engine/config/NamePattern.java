package io.skein.engine.config;

/// Glob matching of setting names: `*`, `?`, `[a-z]`, `[^a]` and `\` before a character taken as it
/// is.
final class NamePattern {
  private NamePattern() {}

  static boolean matches(String pattern, String name) {
    int at = 0;
    int in = 0;
    int starAt = -1;
    int starIn = 0;
    while (in < name.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        starAt = at++;
        starIn = in;
        continue;
      }
      int next = at < pattern.length() ? one(pattern, at, name.charAt(in)) : -1;
      if (next >= 0) {
        at = next;
        in++;
      } else if (starAt >= 0) {
        at = starAt + 1;
        in = ++starIn;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }

  /// Where the pattern goes on after the element at `at` has matched `c`; -1 if it does not.
  private static int one(String pattern, int at, char c) {
    char p = pattern.charAt(at);
    if (p == '?') {
      return at + 1;
    }
    if (p == '[') {
      return set(pattern, at + 1, c);
    }
    if (p == '\\' && at + 1 < pattern.length()) {
      p = pattern.charAt(++at);
    }
    return p == c ? at + 1 : -1;
  }

  private static int set(String pattern, int from, char c) {
    int at = from;
    boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
    if (negated) {
      at++;
    }
    boolean found = false;
    for (; at < pattern.length() && pattern.charAt(at) != ']'; at++) {
      char low = pattern.charAt(at);
      if (low == '\\' && at + 1 < pattern.length()) {
        low = pattern.charAt(++at);
        found |= low == c;
      } else if (at + 2 < pattern.length() && pattern.charAt(at + 1) == '-') {
        char high = pattern.charAt(at + 2);
        at += 2;
        found |= c >= Math.min(low, high) && c <= Math.max(low, high);
      } else {
        found |= low == c;
      }
    }
    return found == negated ? -1 : Math.min(at + 1, pattern.length());
  }
}
