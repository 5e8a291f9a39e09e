package io.skein.server.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Finds the files that a shell pattern names (glob(3)): `*`, `?` and `[...]` match within one
/// name, and a leading dot is only matched by a dot.
final class PathGlob {
  private PathGlob() {}

  static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
  }

  /// The existing paths that `pattern`, seen from `directory`, matches, sorted.
  static List<Path> expand(Path directory, String pattern) {
    Path root = Path.of("/");
    List<Path> found = List.of(pattern.startsWith("/") ? root : directory);
    for (String name : pattern.split("/")) {
      if (name.isEmpty()) {
        continue;
      }
      List<Path> next = new ArrayList<>();
      for (Path parent : found) {
        if (isPattern(name)) {
          next.addAll(children(parent, name));
        } else if (Files.exists(parent.resolve(name))) {
          next.add(parent.resolve(name).normalize());
        }
      }
      found = next;
    }
    return found;
  }

  private static List<Path> children(Path parent, String pattern) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
      for (Path child : all) {
        String name = child.getFileName().toString();
        if (matches(pattern, 0, name, 0) && (pattern.startsWith(".") || !name.startsWith("."))) {
          found.add(child);
        }
      }
    } catch (IOException notReadable) {
      return List.of();
    }
    Collections.sort(found);
    return found;
  }

  static boolean matches(String pattern, int at, String name, int in) {
    for (; at < pattern.length(); at++, in++) {
      char p = pattern.charAt(at);
      if (p == '*') {
        for (int skip = in; skip <= name.length(); skip++) {
          if (matches(pattern, at + 1, name, skip)) {
            return true;
          }
        }
        return false;
      }
      if (in == name.length()) {
        return false;
      }
      int end = p == '[' ? pattern.indexOf(']', at + 2) : -1;
      if (end > 0) {
        if (!inSet(pattern.substring(at + 1, end), name.charAt(in))) {
          return false;
        }
        at = end;
      } else if (p == '\\' && at + 1 < pattern.length()) {
        if (pattern.charAt(++at) != name.charAt(in)) {
          return false;
        }
      } else if (p != '?' && p != name.charAt(in)) {
        return false;
      }
    }
    return in == name.length();
  }

  private static boolean inSet(String set, char c) {
    boolean negated = set.startsWith("!") || set.startsWith("^");
    boolean found = false;
    for (int i = negated ? 1 : 0; i < set.length(); i++) {
      if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
        found |= c >= set.charAt(i) && c <= set.charAt(i + 2);
        i += 2;
      } else {
        found |= set.charAt(i) == c;
      }
    }
    return found != negated;
  }
}
