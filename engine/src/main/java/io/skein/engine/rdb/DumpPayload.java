package io.skein.engine.rdb;

import io.skein.engine.bytes.Crc64;
import io.skein.engine.rdb.RdbException.Fault;
import java.util.Arrays;

/// The form in which DUMP gives a value and RESTORE takes it: type, value, version in two bytes,
/// CRC64.
public final class DumpPayload {
  /// What RESTORE answers to a payload whose footer does not fit.
  public static final String WRONG_FOOTER = "ERR DUMP payload version or checksum are wrong";

  /// What RESTORE answers to a payload whose value cannot be decoded.
  public static final String BAD_FORMAT = "ERR Bad data format";

  static final int FOOTER_BYTES = 10;

  private DumpPayload() {}

  /// Returns the payload of a string value.
  public static byte[] ofString(byte[] value, int offset, int length, boolean compression) {
    RdbEncoder out = encoder(compression);
    out.writeByte(RdbType.STRING_VALUE.code());
    out.writeString(value, offset, length);
    return seal(out.take(), RdbFormat.PLAIN_VERSION);
  }

  /// Returns the payload of a value that stands in `raw` as it would in a file.
  public static byte[] ofRaw(RdbType type, byte[] raw) {
    byte[] body = new byte[raw.length + 1];
    body[0] = (byte) type.code();
    System.arraycopy(raw, 0, body, 1, raw.length);
    return seal(body, type.version());
  }

  private static RdbEncoder encoder(boolean compression) {
    return new RdbEncoder(new RdbOptions(RdbFormat.PLAIN_VERSION, compression, false));
  }

  /// Returns `body` with the footer behind it.
  static byte[] seal(byte[] body, int version) {
    byte[] out = Arrays.copyOf(body, body.length + FOOTER_BYTES);
    LittleEndian.putShort(out, body.length, version);
    LittleEndian.putLong(out, body.length + 2, Crc64.update(0, out, 0, body.length + 2));
    return out;
  }

  /// Whether the version is one that is read here and the checksum fits; `skipChecksum` leaves out
  /// the latter.
  public static boolean verify(byte[] payload, boolean skipChecksum) {
    if (payload.length < FOOTER_BYTES || !RdbFormat.reads(version(payload))) {
      return false;
    }
    int crcAt = payload.length - Long.BYTES;
    return skipChecksum
        || Crc64.update(0, payload, 0, crcAt) == LittleEndian.getLong(payload, crcAt);
  }

  /// Returns the value of a payload that [#verify] holds sound.
  ///
  /// @throws RdbException when it cannot be decoded
  public static RdbEntry open(byte[] payload) {
    int end = payload.length - FOOTER_BYTES;
    RdbType type = end < 1 ? null : RdbType.of(payload[0] & 0xff, version(payload));
    if (type == null) {
      throw new RdbException(Fault.UNSUPPORTED, 0, "a value of a type that is not known");
    }
    ShapeScanner scanner = new ShapeScanner();
    scanner.begin(type.shape());
    int valueEnd = scanner.scan(payload, 1, end, 0);
    if (!scanner.done()) {
      throw new RdbException(Fault.TORN, end, "the value ends too early");
    }
    RdbEntry entry = new RdbEntry();
    entry.setValue(type, payload, 1, valueEnd - 1, 1);
    return entry;
  }

  private static int version(byte[] payload) {
    return LittleEndian.getShort(payload, payload.length - FOOTER_BYTES) & 0xffff;
  }
}
