package io.skein.server.check;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckAofTest {
  private static final String SET = "*3\r\n$3\r\nSET\r\n$3\r\nfoo\r\n$5\r\nhello\r\n";
  private static final String MULTI = "*1\r\n$5\r\nMULTI\r\n";
  private static final String EXEC = "*1\r\n$4\r\nEXEC\r\n";
  private static final String HISTORY = "#HISTORY:" + "a".repeat(40) + ":0:-1\r\n";

  @TempDir Path directory;

  private Path file(String name, String... latin1) throws IOException {
    return Files.write(directory.resolve(name), String.join("", latin1).getBytes(ISO_8859_1));
  }

  private Path manifest(String... lines) throws IOException {
    return file("appendonly.aof.manifest", String.join("\n", lines) + "\n");
  }

  private Path both(String base, String incremental) throws IOException {
    file("appendonly.aof.1.base.aof", base);
    file("appendonly.aof.1.incr.aof", incremental);
    return manifest(
        "file appendonly.aof.1.base.aof seq 1 type b",
        "file appendonly.aof.1.incr.aof seq 1 type i");
  }

  @Test
  void saysThatASoundFileIsValid() throws IOException {
    Path file = file("old.aof", HISTORY, SET, MULTI, SET, EXEC, "#TS:1\r\n", SET);
    Tool tool = Tool.checkAof("", file.toString());
    assertEquals(0, tool.status(), tool.said());
    assertTrue(tool.said().startsWith("Start checking Old-Style AOF\nAOF analyzed: filename="));
    assertTrue(tool.says("AOF " + file + " is valid\n"), tool.said());
    Tool empty = Tool.checkAof("", file("empty").toString());
    assertEquals(0, empty.status());
    assertTrue(empty.says("is empty"));
  }

  @Test
  void saysWhereATornFileIsWhole() throws IOException {
    Path file = file("old.aof", SET, SET.substring(0, SET.length() - 4));
    Tool tool = Tool.checkAof("", file.toString());
    assertEquals(1, tool.status());
    assertTrue(tool.says("Expected to read 7 bytes, got 3 bytes\n"), tool.said());
    assertTrue(tool.says("ok_up_to=" + SET.length() + ","), tool.said());
    assertTrue(tool.says(" is not valid. Use the --fix option to try fixing it."), tool.said());
    Tool wrong = Tool.checkAof("", file("old.aof", SET, "!!!").toString());
    assertEquals(1, wrong.status());
    assertTrue(wrong.says("ok_up_to_line=8,"), wrong.said());
    Tool open = Tool.checkAof("", file("old.aof", SET, MULTI, SET).toString());
    assertTrue(open.says("Reached EOF before reading EXEC for MULTI\n"), open.said());
    assertTrue(open.says("ok_up_to=" + SET.length() + ","), open.said());
    Tool exec = Tool.checkAof("", file("old.aof", SET, EXEC, SET).toString());
    assertEquals(1, exec.status());
    assertTrue(exec.says("Unexpected EXEC in AOF"), exec.said());
    assertTrue(exec.says("ok_up_to=" + SET.length() + ","), exec.said());
  }

  @Test
  void cutsTheEndOffAfterAsking() throws IOException {
    Path file = file("old.aof", SET, MULTI, SET);
    assertEquals(1, Tool.checkAof("n\n", "--fix", file.toString()).status());
    assertEquals(1, Tool.checkAof("", "--fix", file.toString()).status());
    assertEquals((SET + MULTI + SET).length(), Files.size(file));
    Tool tool = Tool.checkAof("y\n", "--fix", file.toString());
    assertEquals(0, tool.status(), tool.said());
    assertTrue(tool.says("Successfully truncated AOF " + file), tool.said());
    assertArrayEquals(SET.getBytes(ISO_8859_1), Files.readAllBytes(file));
  }

  @Test
  void checksAllThatAManifestNames() throws IOException {
    Tool tool = Tool.checkAof("", both(SET, SET).toString());
    assertEquals(0, tool.status(), tool.said());
    assertTrue(
        tool.said()
            .matches(
                "(?s)Start checking Multi Part AOF\nStart to check BASE AOF \\(RESP format\\)\\.\n"
                    + ".*BASE AOF appendonly.aof.1.base.aof is valid\nStart to check INCR files\\.\n"
                    + ".*INCR AOF appendonly.aof.1.incr.aof is valid\n"
                    + "All AOF files and manifest are valid\n"),
        tool.said());
    Tool broken = Tool.checkAof("", manifest("!!!").toString());
    assertEquals(1, broken.status());
    Tool torn = Tool.checkAof("", manifest("file a seq 1 type b", "!!!").toString());
    assertEquals(1, torn.status());
    assertTrue(torn.says("Invalid AOF manifest file format"), torn.said());
    Tool missing = Tool.checkAof("", manifest("file none seq 1 type i").toString());
    assertEquals(1, missing.status());
    assertTrue(missing.says("none: No such file or directory"), missing.said());
  }

  @Test
  void cutsOnlyTheLastFile() throws IOException {
    Path manifest = both(SET + MULTI + SET, SET);
    Tool tool = Tool.checkAof("y\n", "--fix", manifest.toString());
    assertEquals(1, tool.status());
    assertTrue(
        tool.says(
            "Failed to truncate AOF appendonly.aof.1.base.aof because it is not the last file"),
        tool.said());
    both(SET, SET + "*3");
    assertEquals(0, Tool.checkAof("y\n", "--fix", manifest.toString()).status());
    assertEquals(SET.length(), Files.size(directory.resolve("appendonly.aof.1.incr.aof")));
  }

  @Test
  void cutsOffWhatWasWrittenAfterATime() throws IOException {
    String timed = HISTORY + "#TS:10\r\n" + SET + "#TS:20\r\n" + SET;
    Path manifest = both(SET, timed + MULTI + "#TS:30\r\n" + SET + EXEC);
    Path incremental = directory.resolve("appendonly.aof.1.incr.aof");
    Tool last = Tool.checkAof("", "--truncate-to-timestamp", "25", manifest.toString());
    assertEquals(0, last.status(), last.said());
    assertTrue(last.says("Successfully truncated AOF appendonly.aof.1.incr.aof to timestamp 25"));
    assertEquals(timed.length(), Files.size(incremental), "not within the transaction");
    Tool nothing = Tool.checkAof("", "--truncate-to-timestamp", "25", manifest.toString());
    assertTrue(nothing.says("Truncate nothing in AOF appendonly.aof.1.incr.aof to timestamp 25"));
    assertEquals(
        0, Tool.checkAof("", "--truncate-to-timestamp", "15", manifest.toString()).status());
    assertEquals(timed.length() - SET.length() - 8, Files.size(incremental));
    Tool none = Tool.checkAof("", "--truncate-to-timestamp", "5", manifest.toString());
    assertEquals(1, none.status());
    assertTrue(none.says("has nothing before timestamp 5, aborting..."), none.said());
    both("#TS:1\r\n" + SET + "#TS:9\r\n" + SET, SET);
    Tool first = Tool.checkAof("", "--truncate-to-timestamp", "5", manifest.toString());
    assertEquals(1, first.status());
    assertTrue(first.says("because it is not the last file"), first.said());
  }

  @Test
  void answersAWrongCommandLineWithItsUsage() {
    assertEquals(1, Tool.checkAof("").status());
    assertEquals(1, Tool.checkAof("", "--fix").status());
    assertEquals(1, Tool.checkAof("", "--fix", "--truncate-to-timestamp", "1", "file").status());
    assertEquals(1, Tool.checkAof("", "--truncate-to-timestamp", "x", "file").status());
    Tool missing = Tool.checkAof("", directory.resolve("none").toString());
    assertEquals(1, missing.status());
    assertTrue(missing.says("none: No such file or directory"), missing.said());
  }

  @Test
  void whatItRepairsIsValidWhateverWasInIt() throws IOException {
    long seed = 31;
    Random random = new Random(seed);
    byte[] sound = (SET + MULTI + SET + EXEC + "#TS:1\r\n" + SET).getBytes(ISO_8859_1);
    Path file = directory.resolve("fuzz.aof");
    for (int round = 0; round < 500; round++) {
      byte[] bad = sound.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, Arrays.copyOf(bad, random.nextInt(bad.length + 1)));
      Tool fixed = Tool.checkAof("y\n", "--fix", file.toString());
      String where = "seed " + seed + " round " + round + ": " + fixed.said();
      if (fixed.status() == 0) {
        assertEquals(0, Tool.checkAof("", file.toString()).status(), where);
      } else {
        assertEquals(1, fixed.status(), where);
        assertTrue(fixed.says("Cannot open") || fixed.says("RDB") || fixed.says("MANIFEST"), where);
      }
    }
  }
}
