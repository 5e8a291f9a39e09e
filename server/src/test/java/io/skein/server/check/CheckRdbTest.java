package io.skein.server.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckRdbTest {
  private static final String[] DATA = {
    "SET plain value",
    "SET number 12345",
    "SET soon gone PX 1",
    "SET later gone EX 100000",
    "RPUSH list a b c 1 2 3",
    "SADD ints 1 2 3",
    "SADD members a b c",
    "ZADD scores 1 a 2.5 b -inf c",
    "HSET hash f v g w",
    "XADD stream 1-1 a b c d",
    "XGROUP CREATE stream g 0",
    "XREADGROUP GROUP g consumer STREAMS stream >",
    "SELECT 3",
    "SET other database"
  };

  @TempDir private static Path directory;
  private static byte[] sound = {};

  @TempDir Path own;

  @BeforeAll
  static void save() throws Exception {
    try (RunningServer server = RunningServer.start(directory);
        RespClient client = server.connect()) {
      for (String line : DATA) {
        client.call(line.split(" "));
      }
      client.call("SET", "long", "ab".repeat(10_000));
      for (int i = 0; i < 1000; i++) {
        client.call("SADD", "large", "member-" + i);
      }
      client.call("SAVE");
    }
    sound = Files.readAllBytes(directory.resolve("dump.rdb"));
  }

  private Tool check(byte[] bytes) throws Exception {
    return Tool.checkRdb(Files.write(own.resolve("file.rdb"), bytes).toString());
  }

  @Test
  void saysWhatIsInASoundFile() throws Exception {
    Tool tool = check(sound);
    assertEquals(0, tool.status(), tool.said());
    assertTrue(tool.said().startsWith("[offset 0] Checking RDB file "), tool.said());
    assertTrue(tool.says("AUX FIELD redis-ver = '"), tool.said());
    assertTrue(tool.says("] Selecting DB ID 3\n"), tool.said());
    assertTrue(tool.says("[offset " + sound.length + "] Checksum OK\n"), tool.said());
    assertTrue(tool.says("\\o/ RDB looks OK! \\o/\n"), tool.said());
    assertTrue(
        tool.said().matches("(?s).*\\[info] 1[2-5] keys read\n\\[info] [12] expires\n\\[info] .*"),
        tool.said());
  }

  @Test
  void saysWhatItWasReadingWhereAFileIsTorn() throws Exception {
    Tool tool = check(Arrays.copyOf(sound, sound.length - 9));
    assertEquals(1, tool.status());
    assertTrue(tool.says("--- RDB ERROR DETECTED ---\n"), tool.said());
    assertTrue(
        tool.says("[offset " + (sound.length - 9) + "] Unexpected EOF reading RDB file\n"),
        tool.said());
    assertTrue(tool.says("[additional info] While doing: read-type\n"), tool.said());
    int at = new String(sound, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("list");
    Tool within = check(Arrays.copyOf(sound, at + 6));
    assertTrue(within.says("[additional info] While doing: read-object-value\n"), within.said());
    assertTrue(within.says("[additional info] Reading key 'list'\n"), within.said());
    assertTrue(within.says("[additional info] Reading type 18 (quicklist-v2)\n"), within.said());
    Tool key = check(Arrays.copyOf(sound, at + 2));
    assertTrue(key.says("[additional info] While doing: read-key\n"), key.said());
  }

  @Test
  void tellsWhatIsNoSnapshot() throws Exception {
    Tool tool = check("HELLO WORLD".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertEquals(1, tool.status());
    assertTrue(tool.says("Wrong signature trying to load DB from file"), tool.said());
    Tool version = check("REDIS0099".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertTrue(version.says("Can't handle RDB format version"), version.said());
    Tool none = Tool.checkRdb(own.resolve("none").toString());
    assertEquals(1, none.status());
    assertTrue(none.says("No such file or directory"), none.said());
    assertEquals(1, Tool.checkRdb().status());
  }

  @Test
  void aWrongChecksumIsFound() throws Exception {
    byte[] bad = sound.clone();
    bad[bad.length - 1] ^= 1;
    Tool tool = check(bad);
    assertEquals(1, tool.status());
    assertTrue(tool.says("] RDB CRC error\n"), tool.said());
    assertTrue(tool.says("While doing: check-sum"), tool.said());
  }

  @Test
  void anyBytesAreSoundOrTheFaultIsNamed() throws Exception {
    long seed = 2026;
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      byte[] bad = sound.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bad[9 + random.nextInt(bad.length - 9)] = (byte) random.nextInt(256);
      }
      // Without a checksum, so that what is inside is looked at up to the end.
      Arrays.fill(bad, bad.length - 8, bad.length, (byte) 0);
      Tool tool =
          check(random.nextBoolean() ? bad : Arrays.copyOf(bad, random.nextInt(bad.length)));
      String where = "seed " + seed + " round " + round + ": " + tool.said();
      assertTrue(
          tool.says(tool.status() == 0 ? "RDB looks OK" : "--- RDB ERROR DETECTED ---"), where);
      assertTrue(!tool.says("Exception") && !tool.says("cannot be taken in"), where);
    }
  }
}
