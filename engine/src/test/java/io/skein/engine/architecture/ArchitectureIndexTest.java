package io.skein.engine.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The index at the end of `ARCHITECTURE.md` names classes and methods that exist.
class ArchitectureIndexTest {
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*(?:\\.\\w+)*)`");

  @Test
  void whereIsNamesWhatExists() throws IOException {
    List<String> index = indexLines();
    assertTrue(index.size() > 5, "the index is there");
    Set<String> known = knownNames();
    List<String> findings = new ArrayList<>();
    for (String line : index) {
      Matcher name = NAME.matcher(line);
      while (name.find()) {
        if (!known.contains(name.group(1))) {
          findings.add(name.group(1) + " in " + line);
        }
      }
    }
    assertEquals("", String.join("\n", findings));
  }

  private static List<String> indexLines() throws IOException {
    List<String> lines =
        Files.readAllLines(SourceFile.repositoryRoot().resolve("ARCHITECTURE.md")).stream()
            .dropWhile(line -> !line.equals("## Where is ...?"))
            .skip(1)
            .takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("|"))
            .toList();
    return lines;
  }

  /// `Type`, `Type.method`, and the same with the types around it.
  private static Set<String> knownNames() {
    Set<String> known = new HashSet<>();
    for (SourceFile file : SourceFile.all()) {
      known.addAll(file.types());
      for (SourceFile.Method method : file.methods()) {
        String name = method.name();
        known.add(name);
        String owner = name.substring(0, name.lastIndexOf('.'));
        known.add(name.substring(owner.lastIndexOf('.') + 1));
      }
    }
    return known;
  }
}
