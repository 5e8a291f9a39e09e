package io.skein.engine.rdb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RdbTypeTest {
  private static final byte[] ID = new byte[16];

  @Test
  void findsTheEndOfAValueOfEveryTypeAtEveryCut() {
    Map<RdbType, Consumer<RdbEncoder>> values = values();
    for (RdbType type : RdbType.values()) {
      if (type == RdbType.STRING_VALUE) {
        continue;
      }
      int version = type == RdbType.VALKEY_HASH_2 ? 80 : 12;
      RdbEncoder value = new RdbEncoder(new RdbOptions(version, false, false));
      values.getOrDefault(type, RdbTypeTest::blob).accept(value);
      byte[] raw = value.take();
      RdbEncoder out = new RdbEncoder(new RdbOptions(version, false, true));
      out.header();
      out.raw(type, RdbFiles.bytes("k"), 0, 1, raw);
      RdbFiles.string(out, "next", "one");
      out.end();
      byte[] file = out.take();
      for (int cut = 0; cut <= file.length; cut++) {
        RdbVisitor visitor =
            entry -> {
              if (entry.keyLength() == 1) {
                assertEquals(type, entry.type());
                assertEquals(9, entry.fileOffset());
                assertArrayEquals(raw, entry.raw());
              } else {
                assertEquals(3, entry.valueLength());
              }
            };
        RdbDecoder decoder = new RdbDecoder(visitor, true);
        decoder.feed(file, 0, cut);
        decoder.feed(file, cut, file.length - cut);
        decoder.end();
      }
    }
  }

  @Test
  void tellsRedisAndValkeyApart() {
    assertEquals(RdbType.HASH_METADATA_PRE_GA, RdbType.of(22, 12));
    assertEquals(RdbType.VALKEY_HASH_2, RdbType.of(22, 80));
    assertEquals(RdbType.SET_LISTPACK, RdbType.of(20, 80));
    assertNull(RdbType.of(24, 80));
    assertNull(RdbType.of(8, 12));
    assertNull(RdbType.of(6, 12));
    assertNull(RdbType.of(240, 12));
  }

  @Test
  void aVisitorRefusesATypeByNameAndOffset() {
    RdbEncoder out = new RdbEncoder(RdbOptions.DEFAULT);
    out.header();
    out.raw(RdbType.HASH_LISTPACK, RdbFiles.bytes("k"), 0, 1, new byte[] {0});
    byte[] file = out.take();
    RdbVisitor visitor =
        entry -> {
          throw entry.unsupported();
        };
    RdbException e =
        assertThrows(
            RdbException.class, () -> new RdbDecoder(visitor, true).feed(file, 0, file.length));
    assertEquals(
        "RDB at byte 9: a value of type 'hash-listpack' (16) cannot be loaded", e.getMessage());
  }

  private static void blob(RdbEncoder out) {
    out.writeString(RdbFiles.bytes("a packed collection"));
  }

  private static void strings(RdbEncoder out, int count) {
    for (int i = 0; i < count; i++) {
      out.writeString(RdbFiles.bytes(i % 2 == 0 ? "element " + i : "7"));
    }
  }

  private static Map<RdbType, Consumer<RdbEncoder>> values() {
    Map<RdbType, Consumer<RdbEncoder>> values = new EnumMap<>(RdbType.class);
    Consumer<RdbEncoder> list =
        out -> {
          out.writeLength(70);
          strings(out, 70);
        };
    values.put(RdbType.LIST, list);
    values.put(RdbType.SET, list);
    values.put(RdbType.LIST_QUICKLIST, list);
    values.put(
        RdbType.HASH,
        out -> {
          out.writeLength(35);
          strings(out, 70);
        });
    values.put(RdbType.ZSET, RdbTypeTest::oldZset);
    values.put(RdbType.ZSET_2, RdbTypeTest::zset);
    values.put(RdbType.LIST_QUICKLIST_2, RdbTypeTest::quicklist2);
    values.put(RdbType.MODULE_2, RdbTypeTest::module);
    values.put(RdbType.STREAM_LISTPACKS, out -> stream(out, 1));
    values.put(RdbType.STREAM_LISTPACKS_2, out -> stream(out, 2));
    values.put(RdbType.STREAM_LISTPACKS_3, out -> stream(out, 3));
    values.put(RdbType.HASH_METADATA_PRE_GA, RdbTypeTest::hashWithTtl);
    values.put(
        RdbType.HASH_METADATA,
        out -> {
          out.writeLong(1_900_000_000_000L);
          hashWithTtl(out);
        });
    values.put(
        RdbType.HASH_LISTPACK_EX,
        out -> {
          out.writeLong(1_900_000_000_000L);
          blob(out);
        });
    values.put(RdbType.VALKEY_HASH_2, RdbTypeTest::valkeyHash);
    return values;
  }

  private static void oldZset(RdbEncoder out) {
    out.writeLength(3);
    out.writeString(RdbFiles.bytes("a"));
    out.writeByte(3);
    out.writeBytes(RdbFiles.bytes("1.5"), 0, 3);
    out.writeString(RdbFiles.bytes("b"));
    out.writeByte(254);
    out.writeString(RdbFiles.bytes("c"));
    out.writeByte(255);
  }

  private static void zset(RdbEncoder out) {
    out.writeLength(2);
    for (int i = 0; i < 2; i++) {
      out.writeString(RdbFiles.bytes("m" + i));
      out.writeDouble(i / 3.0);
    }
  }

  private static void quicklist2(RdbEncoder out) {
    out.writeLength(2);
    out.writeLength(2);
    blob(out);
    out.writeLength(1);
    blob(out);
  }

  private static void module(RdbEncoder out) {
    out.writeLength(0x7fff_ffff_ffff_f001L);
    out.writeLength(1);
    out.writeLength(-5);
    out.writeLength(2);
    out.writeLength(5);
    out.writeLength(3);
    out.writeBytes(new byte[4], 0, 4);
    out.writeLength(4);
    out.writeDouble(1.25);
    out.writeLength(5);
    blob(out);
    out.writeLength(0);
  }

  private static void hashWithTtl(RdbEncoder out) {
    out.writeLength(2);
    out.writeLength(0);
    strings(out, 2);
    out.writeLength(100_000);
    strings(out, 2);
  }

  private static void valkeyHash(RdbEncoder out) {
    out.writeLength(2);
    strings(out, 2);
    out.writeLong(-1);
    strings(out, 2);
    out.writeLong(1_900_000_000_000L);
  }

  private static void stream(RdbEncoder out, int revision) {
    out.writeLength(1);
    out.writeLength(16);
    out.writeBytes(ID, 0, 16);
    blob(out);
    int numbers = revision >= 2 ? 8 : 3;
    for (int i = 0; i < numbers; i++) {
      out.writeLength(i % 2 == 0 ? -1 : 70_000);
    }
    out.writeLength(2);
    for (int group = 0; group < 2; group++) {
      out.writeString(RdbFiles.bytes("group" + group));
      out.writeLength(-1);
      out.writeLength(0);
      if (revision >= 2) {
        out.writeLength(3);
      }
      out.writeLength(group);
      for (int i = 0; i < group; i++) {
        out.writeBytes(ID, 0, 16);
        out.writeLong(99);
        out.writeLength(2);
      }
      out.writeLength(group);
      for (int i = 0; i < group; i++) {
        out.writeString(RdbFiles.bytes("consumer"));
        out.writeLong(5);
        if (revision >= 3) {
          out.writeLong(6);
        }
        out.writeLength(1);
        out.writeBytes(ID, 0, 16);
      }
    }
  }
}
