package io.skein.engine.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Crc64;
import io.skein.engine.node.TestNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sets and hashes through DUMP and RESTORE, in the forms of every version, sound and broken.
class CollectionPayloadTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private static byte[] latin1(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// A payload of RESTORE with a right checksum.
  private static String payload(RdbType type, byte[] value) {
    byte[] all = Arrays.copyOf(new byte[] {(byte) type.code()}, 1 + value.length + 10);
    System.arraycopy(value, 0, all, 1, value.length);
    return sealed(all, Math.max(type.version(), 10));
  }

  /// The bytes with version and checksum at their end put right.
  private static String sealed(byte[] all, int version) {
    all[all.length - 10] = (byte) version;
    all[all.length - 9] = 0;
    long crc = Crc64.update(0, all, 0, all.length - 8);
    for (int i = 0; i < 8; i++) {
      all[all.length - 8 + i] = (byte) (crc >>> 8 * i);
    }
    return new String(all, StandardCharsets.ISO_8859_1);
  }

  private static byte[] string(byte[] content) {
    byte[] all = new byte[content.length + 2];
    all[0] = (byte) (0x40 | content.length >> 8);
    all[1] = (byte) content.length;
    System.arraycopy(content, 0, all, 2, content.length);
    return all;
  }

  private String restore(String payload) {
    client.send("DEL", "k");
    return client.send("RESTORE", "k", "0", payload);
  }

  @Test
  void readsTheZipmapsOfOldVersions() {
    byte[] zipmap = latin1("\2\1a\1\0x\2bb\3\2yyy??\377");
    assertEquals("+OK\r\n", restore(payload(RdbType.HASH_ZIPMAP, string(zipmap))));
    assertEquals("*4 $1 a $1 x $2 bb $3 yyy", client.ask("HGETALL k"));
  }

  @Test
  void readsTheZiplistsOfOldVersions() {
    byte[] entries =
        latin1("\0\1a\3\376\205" + "\3\2bb\4\300\350\3" + "\4\1c\3\361" + "\2\1d\3\360\1\2\3");
    byte[] list = new byte[10 + entries.length + 1];
    list[0] = (byte) list.length;
    list[4] = (byte) (list.length - 1 - 5);
    list[8] = 8;
    System.arraycopy(entries, 0, list, 10, entries.length);
    list[list.length - 1] = (byte) 0xff;
    assertEquals("+OK\r\n", restore(payload(RdbType.HASH_ZIPLIST, string(list))));
    assertEquals("*8 $1 a $4 -123 $2 bb $4 1000 $1 c $1 0 $1 d $6 197121", client.ask("HGETALL k"));
  }

  @Test
  void readsAListpackOfMembers() {
    byte[] listpack = latin1("\17\0\0\0\3\0\1\1\201a\2\201b\2\377");
    assertEquals("+OK\r\n", restore(payload(RdbType.SET_LISTPACK, string(listpack))));
    assertEquals(":3", client.ask("SCARD k"));
    assertEquals(":1", client.ask("SISMEMBER k 1"));
    assertEquals("$8 listpack", client.ask("OBJECT ENCODING k"));
  }

  @Test
  void refusesMembersThatComeTwice() {
    byte[] listpack = latin1("\14\0\0\0\2\0\1\1\1\1\377");
    listpack[0] = (byte) listpack.length;
    String error = "-ERR Bad data format\r\n";
    assertEquals(error, restore(payload(RdbType.SET_LISTPACK, string(listpack))));
    assertEquals(error, restore(payload(RdbType.SET, latin1("\2\1a\1a"))));
    assertEquals(error, restore(payload(RdbType.HASH, latin1("\2\1a\1x\1a\1y"))));
    assertEquals("*0", client.ask("KEYS *"));
  }

  @Test
  void brokenPayloadsAreRefusedOrLoadedButNeverBreakAnything() {
    for (String setting : List.of("hash-max-listpack-entries", "set-max-listpack-entries")) {
      client.send("CONFIG", "SET", setting, "12");
    }
    client.ask("SADD intset 1 2 3 -70000 5000000000");
    client.ask("SADD listpack a bb 17 -5000 " + "x".repeat(70));
    client.ask("HSET packed a 1 bb text ccc 70000 d " + "y".repeat(60));
    for (int i = 0; i < 20; i++) {
      client.ask("SADD table member:" + i);
      client.ask("HSET hash field:" + i + " " + i);
    }
    Random random = new Random(20260104);
    int loaded = 0;
    int refused = 0;
    for (String key : List.of("intset", "listpack", "packed", "table", "hash")) {
      String dump = client.send("DUMP", key);
      byte[] sound = latin1(dump.substring(dump.indexOf('\n') + 1, dump.length() - 2));
      for (int i = 0; i < 1500; i++) {
        byte[] broken = sound.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
          broken[1 + random.nextInt(broken.length - 11)] = (byte) random.nextInt();
        }
        if (random.nextInt(8) == 0) {
          byte[] other = {2, 4, 11, 13, 16, 20, 22, 23, 24, 25, 9};
          broken[0] = other[random.nextInt(other.length)];
        }
        String reply = restore(sealed(broken, 12));
        if (reply.startsWith("+")) {
          loaded++;
          boolean set = client.ask("TYPE k").equals("+set");
          assertTrue(client.ask(set ? "SMEMBERS k" : "HGETALL k").startsWith("*"));
          assertTrue(client.ask(set ? "SPOP k 2" : "HDEL k field:1 a").length() > 1);
        } else {
          assertEquals("-ERR Bad data format\r\n", reply);
          refused++;
        }
      }
    }
    assertTrue(loaded > 500 && refused > 500, loaded + " loaded, " + refused + " refused");
  }
}
