package io.skein.engine.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Crc64;
import io.skein.engine.node.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Sorted sets through DUMP and RESTORE, in the forms of every version, sound and broken.
class SortedSetPayloadTest {
  private static final String REFUSED = "-ERR Bad data format\r\n";

  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  /// A payload of RESTORE with a right checksum; each character is one byte.
  private static String payload(int type, String value) {
    return sealed((char) type + value + "\12\0" + "\0".repeat(8));
  }

  private static String sealed(String latin1) {
    byte[] all = latin1.getBytes(StandardCharsets.ISO_8859_1);
    long crc = Crc64.update(0, all, 0, all.length - 8);
    for (int i = 0; i < 8; i++) {
      all[all.length - 8 + i] = (byte) (crc >>> 8 * i);
    }
    return new String(all, StandardCharsets.ISO_8859_1);
  }

  private String restore(String payload) {
    client.send("DEL", "k");
    return client.send("RESTORE", "k", "0", payload);
  }

  @Test
  void readsScoresThatAreText() {
    assertEquals("+OK\r\n", restore(payload(3, "\3\1a\3" + "2.5" + "\1b\377" + "\1c\376")));
    assertEquals("*6 $1 b $4 -inf $1 a $3 2.5 $1 c $3 inf", client.ask("ZRANGE k 0 -1 WITHSCORES"));
    assertEquals(REFUSED, restore(payload(3, "\1\1a\375")));
    assertEquals(REFUSED, restore(payload(3, "\1\1a\3" + "abc")));
  }

  @Test
  void readsScoresThatAreBinary() {
    String one = "\0\0\0\0\0\0\360\77";
    String nan = "\0\0\0\0\0\0\370\177";
    assertEquals("+OK\r\n", restore(payload(5, "\2\1b" + one + "\1a" + one)));
    assertEquals("*4 $1 a $1 1 $1 b $1 1", client.ask("ZRANGE k 0 -1 WITHSCORES"));
    assertEquals(REFUSED, restore(payload(5, "\1\1b" + nan)));
    assertEquals(REFUSED, restore(payload(5, "\2\1b" + one + "\1b" + one)));
    assertEquals(REFUSED, restore(payload(5, "\0")));
  }

  @Test
  void readsTheZiplistsOfOldVersions() {
    String entries = "\0\1a" + "\3\376\373" + "\3\1b" + "\3\0032.5";
    int bytes = 10 + entries.length() + 1;
    String list =
        (char) bytes + "\0\0\0" + (char) (bytes - 6) + "\0\0\0" + "\4\0" + entries + "\377";
    assertEquals("+OK\r\n", restore(payload(12, (char) bytes + list)));
    assertEquals("*4 $1 a $2 -5 $1 b $3 2.5", client.ask("ZRANGE k 0 -1 WITHSCORES"));
    assertEquals("$8 listpack", client.ask("OBJECT ENCODING k"));
  }

  @Test
  void readsListpacksThatAreInNoOrder() {
    String listpack = "\23\0\0\0\4\0" + "\201a\2" + "\7\1" + "\201b\2" + "\3\1" + "\377";
    listpack = (char) listpack.length() + listpack.substring(1);
    assertEquals("+OK\r\n", restore(payload(17, (char) listpack.length() + listpack)));
    assertEquals("*4 $1 b $1 3 $1 a $1 7", client.ask("ZRANGE k 0 -1 WITHSCORES"));
    String twice = listpack.replace('b', 'a');
    assertEquals(REFUSED, restore(payload(17, (char) twice.length() + twice)));
  }

  @Test
  void brokenPayloadsAreRefusedOrLoadedButNeverBreakAnything() {
    client.ask("ZADD packed 1 a -inf bb 2.5 17 -70000 -5000 1e20 " + "x".repeat(60));
    for (int i = 0; i < 150; i++) {
      client.ask("ZADD large " + i / 4.0 + " member:" + i);
    }
    SplittableRandom random = new SplittableRandom(20260105);
    int loaded = 0;
    int refused = 0;
    for (String key : List.of("packed", "large")) {
      String dump = client.send("DUMP", key);
      String sound = dump.substring(dump.indexOf('\n') + 1, dump.length() - 2);
      for (int i = 0; i < 2000; i++) {
        StringBuilder broken = new StringBuilder(sound);
        for (int n = random.nextInt(1, 4); n > 0; n--) {
          broken.setCharAt(1 + random.nextInt(broken.length() - 11), (char) random.nextInt(256));
        }
        if (random.nextInt(8) == 0) {
          broken.setCharAt(0, "\3\5\14\21".charAt(random.nextInt(4)));
        }
        String reply = restore(sealed(broken.toString()));
        if (reply.startsWith("+")) {
          loaded++;
          assertTrue(client.ask("ZRANGE k 0 -1 WITHSCORES").startsWith("*"));
          assertTrue(client.ask("ZPOPMIN k 3").startsWith("*"));
        } else {
          assertEquals(REFUSED, reply);
          refused++;
        }
      }
    }
    assertTrue(loaded > 300 && refused > 300, loaded + " loaded, " + refused + " refused");
  }
}
