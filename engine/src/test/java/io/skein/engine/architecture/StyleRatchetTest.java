package io.skein.engine.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Files and methods stay small enough to be read at one go, in every module.
///
/// What is longer than the limit is listed in `known-offenders.txt` with its length. It may only
/// shrink: growing fails, and so does a number in the list that is no longer true.
class StyleRatchetTest {
  private static final int MAX_FILE_LINES = 500;
  private static final int MAX_METHOD_LINES = 70;

  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Manager|Utils?|Helper|Impl|Info)");

  @Test
  void longFilesAndMethodsOnlyShrink() throws IOException {
    Map<String, Integer> actual = new TreeMap<>();
    for (SourceFile file : SourceFile.all()) {
      if (file.lines() > MAX_FILE_LINES) {
        actual.put(file.path(), file.lines());
      }
      for (SourceFile.Method method : file.methods()) {
        if (method.lines() > MAX_METHOD_LINES) {
          actual.merge(file.path() + "#" + method.name(), method.lines(), Math::max);
        }
      }
    }
    Map<String, Integer> known = knownOffenders();
    List<String> findings = new ArrayList<>();
    for (String name : union(actual, known)) {
      int now = actual.getOrDefault(name, 0);
      int listed = known.getOrDefault(name, 0);
      if (listed == 0) {
        findings.add(name + " has " + now + " lines: split it");
      } else if (now > listed) {
        findings.add(name + " grew from " + listed + " to " + now + " lines: split it");
      } else if (now == 0) {
        findings.add(name + " is within the limit or gone: take it off the list");
      } else if (now < listed) {
        findings.add(name + " shrank to " + now + " lines: say so in the list");
      }
    }
    assertEquals("", String.join("\n", findings));
  }

  @Test
  void namesOfTypesSaySomething() {
    List<String> findings = new ArrayList<>();
    for (SourceFile file : SourceFile.all()) {
      for (String type : file.types()) {
        if (EMPTY_NAME.matcher(type).matches()) {
          findings.add(file.path() + ": " + type);
        }
      }
    }
    assertEquals("", String.join("\n", findings));
  }

  /// Without it the null checker would pass the package over in silence.
  @Test
  void everyPackageIsNullMarked() {
    TreeSet<String> packages = new TreeSet<>();
    TreeSet<String> described = new TreeSet<>();
    for (SourceFile file : SourceFile.all()) {
      int slash = file.path().lastIndexOf('/');
      packages.add(file.path().substring(0, slash));
      if (file.path().endsWith("/package-info.java")) {
        described.add(file.path().substring(0, slash));
      }
    }
    packages.removeAll(described);
    assertEquals(new TreeSet<>(), packages, "packages without package-info.java");
  }

  private static Map<String, Integer> knownOffenders() throws IOException {
    Map<String, Integer> known = new TreeMap<>();
    try (InputStream in = StyleRatchetTest.class.getResourceAsStream("known-offenders.txt")) {
      byte[] text = Objects.requireNonNull(in, "known-offenders.txt").readAllBytes();
      for (String line : new String(text, StandardCharsets.UTF_8).lines().toList()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          int space = line.lastIndexOf(' ');
          known.put(line.substring(0, space), Integer.parseInt(line.substring(space + 1)));
        }
      }
    }
    return known;
  }

  private static TreeSet<String> union(Map<String, Integer> a, Map<String, Integer> b) {
    TreeSet<String> names = new TreeSet<>(a.keySet());
    names.addAll(b.keySet());
    return names;
  }
}
