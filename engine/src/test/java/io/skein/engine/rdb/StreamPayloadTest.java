package io.skein.engine.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Crc64;
import io.skein.engine.node.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Streams through DUMP and RESTORE, sound and broken.
class StreamPayloadTest {
  private static final String[] QUESTIONS = {
    "XRANGE k - +",
    "XREVRANGE k + -",
    "XINFO STREAM k FULL",
    "XREADGROUP GROUP g carol STREAMS k >",
    "XAUTOCLAIM k g dave 0 0",
    "XREADGROUP GROUP g dave STREAMS k 0",
    "XPENDING k g - + 10",
    "XDEL k 1-1 2-1 3-0",
    "XACK k g 1-1 2-1",
    "XADD k MAXLEN 3 18446744073709551615-* f v",
    "XGROUP DELCONSUMER k g alice",
    "COPY k copy REPLACE",
  };

  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private byte[] dump(String key) {
    String dump = client.send("DUMP", key);
    return dump.substring(dump.indexOf('\n') + 1, dump.length() - 2)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String sealed(byte[] all) {
    long crc = Crc64.update(0, all, 0, all.length - 8);
    for (int i = 0; i < 8; i++) {
      all[all.length - 8 + i] = (byte) (crc >>> 8 * i);
    }
    return new String(all, StandardCharsets.ISO_8859_1);
  }

  private void fill() {
    client.ask("CONFIG SET stream-node-max-entries 4");
    client.ask("CONFIG SET rdbcompression no");
    for (int i = 1; i <= 9; i++) {
      client.ask("XADD s " + i + "-1 a " + i + (i % 3 == 0 ? " b text" : " c -70000"));
    }
    client.ask("XDEL s 2-1");
    client.ask("XGROUP CREATE s g 0");
    client.ask("XREADGROUP GROUP g alice COUNT 3 STREAMS s >");
    client.ask("XREADGROUP GROUP g bob COUNT 2 STREAMS s >");
    client.ask("XGROUP CREATE s other $");
  }

  @Test
  void isTheSameAfterRestore() {
    fill();
    String payload = sealed(dump("s"));
    assertEquals("+OK\r\n", client.send("RESTORE", "k", "0", payload));
    assertEquals(client.ask("XRANGE s - +"), client.ask("XRANGE k - +"));
    assertEquals(client.ask("XINFO GROUPS s"), client.ask("XINFO GROUPS k"));
    assertEquals(client.ask("XPENDING s g - + 10"), client.ask("XPENDING k g - + 10"));
    assertEquals(client.ask("XINFO STREAM s"), client.ask("XINFO STREAM k"));
    assertEquals(payload, sealed(dump("k")));
  }

  @Test
  void brokenPayloadsAreRefusedOrLoadedButNeverBreakAnything() {
    fill();
    byte[] sound = dump("s");
    SplittableRandom random = new SplittableRandom(20260105);
    int loaded = 0;
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] broken = sound.clone();
      for (int n = 1 + random.nextInt(2); n > 0; n--) {
        broken[1 + random.nextInt(broken.length - 11)] = (byte) random.nextInt();
      }
      if (random.nextInt(10) == 0) {
        broken[0] = (byte) (random.nextBoolean() ? 15 : 21);
        broken[broken.length - 10] = 11;
      }
      client.send("DEL", "k");
      String reply = client.send("RESTORE", "k", "0", sealed(broken));
      if (reply.startsWith("+")) {
        loaded++;
        for (String question : QUESTIONS) {
          assertTrue(client.ask(question).length() > 1, question);
        }
      } else {
        assertEquals("-ERR Bad data format\r\n", reply);
        refused++;
      }
    }
    assertTrue(loaded > 300 && refused > 300, loaded + " loaded, " + refused + " refused");
  }
}
