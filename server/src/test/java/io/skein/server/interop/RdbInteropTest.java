package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.rdb.DumpPayload;
import io.skein.engine.rdb.RdbDecoder;
import io.skein.engine.rdb.RdbEncoder;
import io.skein.engine.rdb.RdbEntry;
import io.skein.engine.rdb.RdbOptions;
import io.skein.engine.rdb.RdbPreamble;
import io.skein.engine.rdb.RdbType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// RDB files and DUMP payloads of a real redis-server read here, and ours read there.
@Tag("interop")
class RdbInteropTest {
  @TempDir Path directory;

  @Test
  void readsEveryTypeThatRedisWrites() throws Exception {
    try (RedisPeer redis = new RedisPeer(directory)) {
      Peer.Link link = redis.connect();
      fill(link);
      assertEquals("+OK\r\n", link.call("SAVE"));
      byte[] file = Files.readAllBytes(directory.resolve("dump.rdb"));
      for (int step : new int[] {file.length, 1, 7}) {
        Map<RdbType, Integer> seen = decode(file, step);
        assertEquals(
            EnumSet.of(
                RdbType.STRING_VALUE,
                RdbType.LIST_QUICKLIST_2,
                RdbType.SET,
                RdbType.SET_INTSET,
                RdbType.ZSET_2,
                RdbType.ZSET_LISTPACK,
                RdbType.HASH,
                RdbType.HASH_LISTPACK,
                RdbType.STREAM_LISTPACKS_2),
            EnumSet.copyOf(seen.keySet()));
        assertEquals(16, seen.values().stream().mapToInt(Integer::intValue).sum());
      }
    }
  }

  private static void fill(Peer.Link link) {
    link.call("SET", "int", "12345");
    link.call("SET", "raw", "some text");
    link.call("SET", "long", "ab".repeat(4000));
    link.call("SET", "expiring", "v", "PXAT", "2000000000000");
    link.call("RPUSH", "list", "a", "1", "c".repeat(50));
    link.call("RPUSH", "big-element", "d".repeat(20_000));
    link.call("SADD", "ints", "1", "2", "300000");
    link.call("SADD", "set", "a", "b");
    link.call("ZADD", "zset", "1.5", "a", "-inf", "b");
    link.call("HSET", "hash", "f", "v", "n", "7");
    for (int i = 0; i < 600; i++) {
      link.call("RPUSH", "biglist", "element " + i);
      link.call("ZADD", "bigzset", Double.toString(i / 3.0), "member " + i);
      link.call("HSET", "bighash", "field " + i, "value " + i);
      link.call("XADD", "stream", "*", "f", Integer.toString(i));
    }
    link.call("XGROUP", "CREATE", "stream", "group", "0");
    link.call("XREADGROUP", "GROUP", "group", "me", "COUNT", "10", "STREAMS", "stream", ">");
    link.call("SELECT", "9");
    link.call("SET", "elsewhere", "v");
    link.call("PFADD", "hll", "a", "b");
  }

  private static Map<RdbType, Integer> decode(byte[] file, int step) {
    Map<RdbType, Integer> seen = new EnumMap<>(RdbType.class);
    RdbDecoder decoder = new RdbDecoder(entry -> seen.merge(entry.type(), 1, Integer::sum), true);
    for (int i = 0; i < file.length; i += step) {
      decoder.feed(file, i, Math.min(step, file.length - i));
    }
    decoder.end();
    return seen;
  }

  @Test
  void writesWhatRedisReads() throws Exception {
    RdbEncoder out = new RdbEncoder(RdbOptions.DEFAULT);
    out.header();
    out.preamble(new RdbPreamble("7.2.6", 1_700_000_000, 1, false, 0, null));
    out.selectDb(0);
    out.resizeDb(4, 1);
    string(out, "number", "-70000");
    string(out, "text", "plain");
    string(out, "long", "xyz".repeat(5000));
    out.expireAtMs(2_000_000_000_000L);
    string(out, "expiring", "v");
    out.selectDb(3);
    string(out, "other", "db");
    out.end();
    Path file = directory.resolve("dump.rdb");
    Files.write(file, out.take());
    Process check =
        new ProcessBuilder("redis-check-rdb", file.toString()).redirectErrorStream(true).start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(check.waitFor(30, TimeUnit.SECONDS));
    assertTrue(said.contains("RDB looks OK"), said);
    try (RedisPeer redis = new RedisPeer(directory)) {
      Peer.Link link = redis.connect();
      assertEquals("$6\r\n-70000\r\n", link.call("GET", "number"));
      assertEquals("$5\r\nplain\r\n", link.call("GET", "text"));
      assertEquals("$15000\r\n" + "xyz".repeat(5000) + "\r\n", link.call("GET", "long"));
      assertEquals(":2000000000000\r\n", link.call("PEXPIRETIME", "expiring"));
      link.call("SELECT", "3");
      assertEquals("$2\r\ndb\r\n", link.call("GET", "other"));
    }
  }

  @Test
  void dumpPayloadsGoBothWays() throws Exception {
    try (RedisPeer redis = new RedisPeer(directory)) {
      Peer.Link link = redis.connect();
      Map<String, String> values = new TreeMap<>();
      values.put("a", "10");
      values.put("b", "");
      values.put("c", "hello");
      values.put("d", "long ".repeat(500));
      for (Map.Entry<String, String> e : values.entrySet()) {
        byte[] value = bytes(e.getValue());
        byte[] payload = DumpPayload.ofString(value, 0, value.length, true);
        String sent = new String(payload, StandardCharsets.ISO_8859_1);
        assertEquals("+OK\r\n", link.call("RESTORE", e.getKey(), "0", sent));
        String got = link.call("DUMP", e.getKey());
        byte[] theirs = bytes(got.substring(got.indexOf('\n') + 1, got.length() - 2));
        assertTrue(DumpPayload.verify(theirs, false));
        RdbEntry entry = DumpPayload.open(theirs);
        int from = entry.valueOffset();
        assertArrayEquals(
            value, Arrays.copyOfRange(entry.valueArray(), from, from + entry.valueLength()));
      }
    }
  }

  private static void string(RdbEncoder out, String key, String value) {
    byte[] k = bytes(key);
    byte[] v = bytes(value);
    out.string(k, 0, k.length, v, 0, v.length);
  }

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }
}
