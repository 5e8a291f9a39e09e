package io.skein.engine.rdb;

import java.nio.charset.StandardCharsets;

/// Files that several tests decode.
final class RdbFiles {
  private RdbFiles() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static void string(RdbEncoder out, String key, String value) {
    byte[] k = bytes(key);
    byte[] v = bytes(value);
    out.string(k, 0, k.length, v, 0, v.length);
  }

  /// A file with every opcode that is written here and strings in every encoding.
  static byte[] plain(RdbOptions options) {
    RdbEncoder out = new RdbEncoder(options);
    out.header();
    out.preamble(
        new RdbPreamble(
            "7.2.6",
            1700000000,
            123456,
            false,
            0,
            new RdbPreamble.History(0, "a".repeat(40), 777)));
    out.function(bytes("#!lua name=lib\nreturn 1"));
    out.selectDb(0);
    out.resizeDb(9, 1);
    string(out, "zero", "0");
    string(out, "int8", "-128");
    string(out, "int16", "32767");
    string(out, "int32", "-2147483648");
    string(out, "long", "2147483648");
    string(out, "not-a-number", "-0");
    string(out, "", "");
    string(out, "12345", "x".repeat(300) + "y".repeat(70));
    out.expireAtMs(1_900_000_000_123L);
    out.frequency(200);
    string(out, "expiring", "soon");
    out.selectDb(700);
    out.idleSeconds(20000);
    out.integer(bytes("n"), 0, 1, -9_000_000_000L);
    out.integer(bytes("m"), 0, 1, 5);
    out.end();
    return out.take();
  }

  /// A file of the version and with the checksum given that holds exactly these bytes after its
  /// header.
  static byte[] file(String header, int... body) {
    byte[] head = bytes(header);
    byte[] out = new byte[head.length + body.length];
    System.arraycopy(head, 0, out, 0, head.length);
    for (int i = 0; i < body.length; i++) {
      out[head.length + i] = (byte) body[i];
    }
    return out;
  }
}
