package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Crc64;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Lists from payloads of every form, and from payloads that were tampered with.
class ListPayloadTest {
  /// `[1, "ab", -70000]` as a ziplist: of one byte, text, of four bytes.
  private static final String ZIPLIST =
      "\27\0\0\0\20\0\0\0\3\0\0\362\2\2ab\4\320\220\356\376\377\377";

  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  /// A payload around the bytes of a type and a value, with the right checksum.
  private static String payload(String body) {
    byte[] bytes = (body + "\13\0").getBytes(StandardCharsets.ISO_8859_1);
    long crc = Crc64.update(0, bytes, 0, bytes.length);
    byte[] all = Arrays.copyOf(bytes, bytes.length + 8);
    for (int i = 0; i < 8; i++) {
      all[bytes.length + i] = (byte) (crc >>> 8 * i);
    }
    return new String(all, StandardCharsets.ISO_8859_1);
  }

  private static String string(String text) {
    assertTrue(text.length() < 64);
    return (char) text.length() + text;
  }

  @Test
  void readsTheFormsOfOlderVersions() {
    assertEquals(23, ZIPLIST.length());
    String[] bodies = {
      "\1\3" + string("1") + string("ab") + string("-70000"),
      "\12" + string(ZIPLIST),
      "\16\1" + string(ZIPLIST),
    };
    for (String body : bodies) {
      assertEquals("+OK\r\n", client.send("RESTORE", "l", "0", payload(body), "REPLACE"));
      assertEquals("*3 $1 1 $2 ab $6 -70000", client.ask("LRANGE l 0 -1"));
      assertEquals("$8 listpack", client.ask("OBJECT ENCODING l"));
    }
    String twice = "\16\2" + string(ZIPLIST) + string(ZIPLIST);
    assertEquals("+OK\r\n", client.send("RESTORE", "l", "0", payload(twice), "REPLACE"));
    assertEquals(":6", client.ask("LLEN l"));
    assertEquals("$9 quicklist", client.ask("OBJECT ENCODING l"));
  }

  @Test
  void anyBytesAreLoadedOrRefused() {
    client.ask("CONFIG SET list-max-listpack-size 4");
    client.ask("CONFIG SET rdbcompression no");
    client.ask("DEBUG QUICKLIST-PACKED-THRESHOLD 12");
    client.ask("RPUSH q 1 two 300 -70000 8589934592 a-long-enough-text x y z 5000 6 7");
    client.ask("DEBUG QUICKLIST-PACKED-THRESHOLD 0");
    String dump = client.send("DUMP", "q");
    String payload = dump.substring(dump.indexOf('\n') + 1, dump.length() - 2);
    String[] bodies = {
      payload.substring(0, payload.length() - 10),
      "\1\3" + string("1") + string("ab") + string("-70000"),
      "\12" + string(ZIPLIST),
      "\16\2" + string(ZIPLIST) + string(ZIPLIST),
    };
    Random random = new Random(7);
    int loaded = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder body = new StringBuilder(bodies[random.nextInt(bodies.length)]);
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        tamper(random, body);
      }
      String reply = client.send("RESTORE", "l", "0", payload(body.toString()), "REPLACE");
      if (reply.equals("+OK\r\n") && client.ask("TYPE l").equals("+list")) {
        loaded++;
        use(i);
      } else {
        assertTrue(reply.equals("+OK\r\n") || reply.startsWith("-ERR Bad data"), reply);
      }
      client.ask("DEL l m");
    }
    assertTrue(loaded > 1000, "tampered payloads that are sound: " + loaded);
  }

  private static void tamper(Random random, StringBuilder body) {
    int at = 1 + random.nextInt(body.length() - 1);
    switch (random.nextInt(4)) {
      case 0 -> body.setCharAt(at, (char) random.nextInt(256));
      case 1 -> body.setCharAt(at, (char) (body.charAt(at) ^ 1 << random.nextInt(8)));
      case 2 -> body.deleteCharAt(at);
      default -> body.insert(at, (char) random.nextInt(256));
    }
    if (body.length() < 3) {
      body.append("xxx");
    }
  }

  /// Reads and changes the list in ways that walk over all of it.
  private void use(int round) {
    String all = client.ask("LRANGE l 0 -1");
    assertTrue(all.startsWith("*"), all);
    client.ask("LPOS l zzz RANK -1");
    client.ask("LREM l " + (round % 3 - 1) + " x");
    client.ask("LINSERT l AFTER 300 new");
    client.ask("LMOVE l m RIGHT LEFT");
    client.ask("RPOP l 3");
    client.ask("LTRIM l 1 -2");
  }
}
