package io.skein.engine.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.aof.AofFile.Kind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManifestTest {
  private static final String NAME = "appendonly.aof";

  private static Manifest parse(String text) {
    return Manifest.parse(text.getBytes(ISO_8859_1));
  }

  private static String text(Manifest manifest) {
    return new String(manifest.encode(), ISO_8859_1);
  }

  @Test
  void namesFilesAsRedisDoesThroughTwoRewrites() {
    Manifest first = Manifest.EMPTY.withNewBase(NAME, true).withNewIncremental(NAME);
    assertEquals(
        """
        file appendonly.aof.1.base.rdb seq 1 type b
        file appendonly.aof.1.incr.aof seq 1 type i
        """,
        text(first));
    Manifest rewriting = first.withNewIncremental(NAME);
    Manifest rewritten = rewriting.withNewBase(NAME, false).withIncrementalsAsHistory(1);
    assertEquals(
        """
        file appendonly.aof.2.base.aof seq 2 type b
        file appendonly.aof.1.incr.aof seq 1 type h
        file appendonly.aof.1.base.rdb seq 1 type h
        file appendonly.aof.2.incr.aof seq 2 type i
        """,
        text(rewritten));
    assertEquals(2, rewritten.parts().size());
    assertEquals(
        """
        file appendonly.aof.2.base.aof seq 2 type b
        file appendonly.aof.2.incr.aof seq 2 type i
        """,
        text(rewritten.withHistory(List.of())));
    assertEquals(
        "appendonly.aof.3.incr.aof",
        parse(text(rewritten)).withNewIncremental(NAME).incrementals().getLast().name());
  }

  @Test
  void anOldFileBecomesTheBase() {
    Manifest old = Manifest.ofOldFile(NAME);
    assertEquals("file appendonly.aof seq 1 type b\n", text(old));
    assertNull(old.lastIncremental());
    assertEquals(
        "appendonly.aof.2.base.rdb", old.withNewBase(NAME, true).parts().getFirst().name());
  }

  @Test
  void readsWhatRedisReads() {
    Manifest m =
        parse(
            """
            # a comment
            FILE "a\\x20b" Type b seq 7 added value
            file c seq 3 type i
              file 'd e' seq 9 type i
            file old seq 2 type h
            """);
    assertEquals(new AofFile("a b", 7, Kind.BASE), m.base());
    assertEquals(
        List.of(new AofFile("c", 3, Kind.INCREMENTAL), new AofFile("d e", 9, Kind.INCREMENTAL)),
        m.incrementals());
    assertEquals(List.of(new AofFile("old", 2, Kind.HISTORY)), m.history());
    assertTrue(parse("# nothing\n").isEmpty());
  }

  @Test
  void quotesNamesSoThatTheyAreReadAgain() {
    StringBuilder name = new StringBuilder();
    for (char c = 1; c < 256; c++) {
      if (c != '/' && c != '\\') {
        name.append(c);
      }
    }
    Manifest m = Manifest.EMPTY.withNewBase(name.toString(), true);
    assertEquals(m.base(), parse(text(m)).base());
    assertTrue(text(m).startsWith("file \"\\x01\\x02"), text(m));
    assertTrue(text(m).contains("\\a\\b\\t\\n\\x0b\\x0c\\r"), text(m));
  }

  @Test
  void refusesWithTheWordsOfRedis() {
    refuses("Found an empty AOF manifest", "");
    refuses("Invalid AOF manifest file format", "\n");
    refuses("Invalid AOF manifest file format", "filx a seq 1 type b\n");
    refuses("Invalid AOF manifest file format", "file a seq 1\n");
    refuses("Invalid AOF manifest file format", "file a seq 1 type b more\n");
    refuses("Invalid AOF manifest file format", "file a seq 0 type b\n");
    refuses("Invalid AOF manifest file format", "file \"a seq 1 type b\n");
    refuses("Unknown AOF file type", "file a seq 1 type x\n");
    refuses("File can't be a path, just a filename", "file ../a seq 1 type b\n");
    refuses("Found duplicate base file information", "file a seq 1 type b\nfile a seq 2 type b\n");
    refuses("Found a non-monotonic sequence number", "file a seq 2 type i\nfile b seq 2 type i\n");
    refuses("The AOF manifest file contains too long line", "file a seq 1 type i");
    refuses(
        "The AOF manifest file contains too long line",
        "file a seq 1 type i" + " x".repeat(600) + "\n");
  }

  @Test
  void saysWhichLineIsWrong() {
    ManifestError e =
        assertThrows(
            ManifestError.class, () -> parse("file a seq 1 type b\nfile b seq 2 type ?\n"));
    assertEquals(
        List.of(
            "\n*** FATAL AOF MANIFEST FILE ERROR ***\n",
            "Reading the manifest file, at line 2\n",
            ">>> 'file b seq 2 type ?'\n",
            "Unknown AOF file type\n"),
        e.report());
  }

  private static void refuses(String reason, String text) {
    assertEquals(reason, assertThrows(ManifestError.class, () -> parse(text)).reason());
  }

  @Test
  void anyBytesAreAManifestOrAnError() {
    long seed = 20261122;
    Random random = new Random(seed);
    byte[] sound =
        text(Manifest.EMPTY
                .withNewBase("a b", true)
                .withNewIncremental("a b")
                .withNewIncremental("a b"))
            .getBytes(ISO_8859_1);
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = sound.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      try {
        Manifest read = Manifest.parse(bad);
        assertArrayEquals(
            read.encode(), Manifest.parse(read.encode()).encode(), "seed " + seed + " " + round);
      } catch (ManifestError e) {
        assertTrue(e.reason().length() > 5, "seed " + seed + " " + round);
      }
    }
  }
}
