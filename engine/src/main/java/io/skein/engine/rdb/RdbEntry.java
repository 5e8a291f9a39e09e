package io.skein.engine.rdb;

import io.skein.engine.rdb.RdbException.Fault;
import java.util.Arrays;

/// One key of an RDB file with its value: a view that [RdbDecoder] moves from key to key.
///
/// Everything it gives out is only valid until [RdbVisitor#onKey] returns; what is kept has to be
/// copied.
public final class RdbEntry {
  /// What stands for "no expiry", "no idle time", "no frequency".
  public static final long NONE = -1;

  private final RdbReader key = new RdbReader();
  private final RdbReader value = new RdbReader();
  private RdbType type = RdbType.STRING_VALUE;
  private int db;
  private long fileOffset;
  private long expireAtMs = NONE;
  private long idleSeconds = NONE;
  private int frequency = (int) NONE;
  private byte[] array = new byte[0];
  private int rawOffset;
  private int rawLength;

  RdbEntry() {}

  void clearAttributes() {
    expireAtMs = NONE;
    idleSeconds = NONE;
    frequency = (int) NONE;
  }

  void expireAtMs(long atMs) {
    expireAtMs = atMs;
  }

  void idleSeconds(long seconds) {
    idleSeconds = seconds;
  }

  void frequency(int logarithmic) {
    frequency = logarithmic;
  }

  /// Sets the view on the value alone, `length` bytes after the type, as in a DUMP payload.
  void setValue(RdbType kind, byte[] b, int offset, int length, long atFileOffset) {
    type = kind;
    array = b;
    rawOffset = offset;
    rawLength = length;
    fileOffset = atFileOffset;
    value.reset(b, offset, length, atFileOffset);
    if (kind == RdbType.STRING_VALUE) {
      value.readString();
    }
  }

  /// Sets the view on key and value, `length` bytes after the type byte, which stands at
  /// `atFileOffset`.
  void set(int inDb, RdbType kind, byte[] b, int offset, int length, long atFileOffset) {
    db = inDb;
    key.reset(b, offset, length, atFileOffset + 1);
    key.readString();
    int taken = length - key.remaining();
    setValue(kind, b, offset + taken, length - taken, atFileOffset + 1 + taken);
    fileOffset = atFileOffset;
  }

  /// Returns the number of the database.
  public int db() {
    return db;
  }

  /// Returns how the value stands in the file.
  public RdbType type() {
    return type;
  }

  /// Returns where the entry stands in the file: the offset of its type byte.
  public long fileOffset() {
    return fileOffset;
  }

  /// Returns the time at which the key expires, in milliseconds since 1970, or [#NONE].
  public long expireAtMs() {
    return expireAtMs;
  }

  /// Returns for how many seconds the key had not been used, or [#NONE].
  public long idleSeconds() {
    return idleSeconds;
  }

  /// Returns the logarithmic counter of use, 0 to 255, or [#NONE].
  public int frequency() {
    return frequency;
  }

  /// Returns the array that the key lies in.
  public byte[] keyArray() {
    return key.array();
  }

  /// Returns where in [#keyArray] the key begins.
  public int keyOffset() {
    return key.offset();
  }

  /// Returns the number of bytes of the key.
  public int keyLength() {
    return key.length();
  }

  /// Returns a copy of the key.
  public byte[] key() {
    return key.copy();
  }

  /// Whether the value is a string, so that [#valueArray] and its kin hold it.
  public boolean isString() {
    return type == RdbType.STRING_VALUE;
  }

  /// Returns the array that the string value lies in.
  public byte[] valueArray() {
    return value.array();
  }

  /// Returns where in [#valueArray] the string value begins.
  public int valueOffset() {
    return value.offset();
  }

  /// Returns the number of bytes of the string value.
  public int valueLength() {
    return value.length();
  }

  /// Returns a reader at the beginning of the value's bytes, for a type that the caller puts
  /// together itself.
  public RdbReader reader() {
    value.reset(array, rawOffset, rawLength, fileOffset);
    return value;
  }

  /// Returns a copy of the value's bytes as they stand in the file, without the type byte.
  public byte[] raw() {
    return Arrays.copyOfRange(array, rawOffset, rawOffset + rawLength);
  }

  /// Returns the error with which a visitor turns down an entry whose type it has no place for.
  public RdbException unsupported() {
    return new RdbException(
        Fault.UNSUPPORTED,
        fileOffset,
        "a value of type '" + type.label() + "' (" + type.code() + ") cannot be loaded");
  }
}
