package io.skein.engine.rdb;

import io.skein.engine.bytes.Crc64;
import io.skein.engine.bytes.Lzf;
import io.skein.engine.bytes.Memory;
import io.skein.engine.structure.Listpack;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes an RDB file into memory, from which the caller takes it chunk by chunk.
///
/// The order is the caller's: [#header], then auxiliary fields, then for each database [#selectDb],
/// [#resizeDb] and its keys, then [#end]. What is written but not taken is held; taking often keeps
/// memory small.
///
/// *Threads*: one at a time.
public final class RdbEncoder {
  private static final int LARGE_CHUNK_BYTES = 1 << 20;

  /// Up to this length a string could be an integer of 32 bits.
  private static final int MAX_NUMBER_CHARS = 11;

  /// Below this length compression never pays.
  private static final int MIN_COMPRESSED_CHARS = 21;

  private final RdbOptions options;
  private final Lzf lzf = new Lzf();
  private byte[] chunk = new byte[1024];
  private byte[] scratch = new byte[64];
  private int size;
  private int summed;
  private long taken;
  private long crc;

  /// Creates an encoder for one file.
  public RdbEncoder(RdbOptions options) {
    this.options = options;
  }

  /// Returns how many bytes have been written since the last [#take].
  public int size() {
    return size;
  }

  /// Returns how many bytes have been written in all.
  public long bytesWritten() {
    return taken + size;
  }

  /// Returns what has been written since the last time, and forgets it.
  public byte[] take() {
    sum();
    byte[] out = Arrays.copyOf(chunk, size);
    taken += size;
    size = 0;
    summed = 0;
    if (chunk.length > LARGE_CHUNK_BYTES) {
      chunk = new byte[1024];
    }
    return out;
  }

  /// Writes the magic bytes and the version.
  public void header() {
    String magic = options.version() >= RdbFormat.FIRST_VALKEY_VERSION ? "VALKEY%03d" : "REDIS%04d";
    byte[] start = String.format(magic, options.version()).getBytes(StandardCharsets.ISO_8859_1);
    writeBytes(start, 0, start.length);
  }

  /// Writes the auxiliary fields that Redis begins a file with, in its order.
  public void preamble(RdbPreamble preamble) {
    aux("redis-ver", preamble.redisVersion());
    aux("redis-bits", "64");
    aux("ctime", Long.toString(preamble.createdAtSeconds()));
    aux("used-mem", Long.toString(preamble.usedMemoryBytes()));
    RdbPreamble.History history = preamble.history();
    if (history != null) {
      aux("repl-stream-db", Integer.toString(history.streamDb()));
      aux("repl-id", history.replid());
      aux("repl-offset", Long.toString(history.replicationOffset()));
    }
    aux("aof-base", preamble.aofBase() ? "1" : "0");
    if (preamble.aofNext() > 0) {
      aux("aof-next", Long.toString(preamble.aofNext()));
    }
  }

  /// Writes one auxiliary field.
  public void aux(String name, String value) {
    writeByte(RdbFormat.AUX);
    writeString(name.getBytes(StandardCharsets.UTF_8));
    writeString(value.getBytes(StandardCharsets.UTF_8));
  }

  /// Writes a library of functions by its source text.
  public void function(byte[] code) {
    writeByte(RdbFormat.FUNCTION2);
    writeString(code);
  }

  /// Says that the keys that follow are of database `db`.
  public void selectDb(int db) {
    writeByte(RdbFormat.SELECTDB);
    writeLength(db);
  }

  /// Says how many keys the database has and how many of them expire.
  public void resizeDb(long keys, long expiring) {
    writeByte(RdbFormat.RESIZEDB);
    writeLength(keys);
    writeLength(expiring);
  }

  /// Gives the next key an expiry, in milliseconds since 1970.
  public void expireAtMs(long atMs) {
    writeByte(RdbFormat.EXPIRETIME_MS);
    writeLong(atMs);
  }

  /// Gives the next key the time for which it has not been used.
  public void idleSeconds(long seconds) {
    writeByte(RdbFormat.IDLE);
    writeLength(seconds);
  }

  /// Gives the next key its logarithmic counter of use, 0 to 255.
  public void frequency(int counter) {
    writeByte(RdbFormat.FREQ);
    writeByte(counter);
  }

  /// Writes a key with a string value.
  public void string(
      byte[] key, int keyOffset, int keyLength, byte[] value, int valueOffset, int valueLength) {
    beginKey(RdbType.STRING_VALUE, key, keyOffset, keyLength);
    writeString(value, valueOffset, valueLength);
  }

  /// Writes a key whose value is an integer, without its text.
  public void integer(byte[] key, int keyOffset, int keyLength, long value) {
    beginKey(RdbType.STRING_VALUE, key, keyOffset, keyLength);
    writeInteger(value);
  }

  /// Writes a key with the bytes of a value that are already as they stand in a file.
  public void raw(RdbType type, byte[] key, int keyOffset, int keyLength, byte[] value) {
    beginKey(type, key, keyOffset, keyLength);
    writeBytes(value, 0, value.length);
  }

  /// Writes type and key; the caller writes the value's items next.
  public void beginKey(RdbType type, byte[] key, int keyOffset, int keyLength) {
    writeByte(type.code());
    writeString(key, keyOffset, keyLength);
  }

  /// Writes the end of the file, with the checksum or, if that is off, zeros.
  public void end() {
    writeByte(RdbFormat.EOF);
    sum();
    if (options.version() >= 5) {
      writeLong(options.checksum() ? crc : 0);
    }
  }

  /// Writes one byte.
  public void writeByte(int value) {
    room(1);
    chunk[size++] = (byte) value;
  }

  /// Writes 64 bits, least significant byte first.
  public void writeLong(long value) {
    room(Long.BYTES);
    LittleEndian.putLong(chunk, size, value);
    size += Long.BYTES;
  }

  /// Writes a double in eight bytes.
  public void writeDouble(double value) {
    writeLong(Double.doubleToLongBits(value));
  }

  /// Writes a length-encoded number; negative ones count as unsigned.
  public void writeLength(long n) {
    room(9);
    if (n >= 0 && n < 1 << 6) {
      chunk[size++] = (byte) n;
    } else if (n >= 0 && n < 1 << 14) {
      chunk[size++] = (byte) (RdbFormat.LENGTH_14 | n >> 8);
      chunk[size++] = (byte) n;
    } else if (n >= 0 && n <= 0xffffffffL) {
      chunk[size++] = (byte) RdbFormat.LENGTH_32;
      LittleEndian.putInt(chunk, size, Integer.reverseBytes((int) n));
      size += Integer.BYTES;
    } else {
      chunk[size++] = (byte) RdbFormat.LENGTH_64;
      LittleEndian.putLong(chunk, size, Long.reverseBytes(n));
      size += Long.BYTES;
    }
  }

  /// Writes a string in the shortest of its encodings.
  public void writeString(byte[] s) {
    writeString(s, 0, s.length);
  }

  /// Writes `length` bytes of `s` from `offset` as a string in the shortest of its encodings.
  public void writeString(byte[] s, int offset, int length) {
    if (length <= MAX_NUMBER_CHARS && writeIfInteger(s, offset, length)) {
      return;
    }
    if (options.compression()
        && length >= MIN_COMPRESSED_CHARS
        && writeIfSmaller(s, offset, length)) {
      return;
    }
    writeLength(length);
    writeBytes(s, offset, length);
  }

  /// Writes `length` bytes of native memory as a string in the shortest of its encodings.
  public void writeString(long address, int length) {
    if (scratch.length < length) {
      scratch = new byte[Math.max(length, 2 * scratch.length)];
    }
    Memory.copy(address, scratch, 0, length);
    writeString(scratch, 0, length);
    if (scratch.length > LARGE_CHUNK_BYTES) {
      scratch = new byte[64];
    }
  }

  /// Writes an element of a [Listpack] as a string.
  public void writeElement(long listpack, int at) {
    if (Listpack.isInteger(listpack, at)) {
      writeInteger(Listpack.integer(listpack, at));
    } else {
      writeString(Listpack.stringAddress(listpack, at), Listpack.stringLength(listpack, at));
    }
  }

  /// Writes an integer as a string: in binary when 32 bits are enough, else as text.
  public void writeInteger(long value) {
    if (value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE) {
      writeSmallInteger((int) value);
      return;
    }
    byte[] text = Long.toString(value).getBytes(StandardCharsets.ISO_8859_1);
    writeLength(text.length);
    writeBytes(text, 0, text.length);
  }

  /// Writes bytes as they are.
  public void writeBytes(byte[] b, int offset, int length) {
    room(length);
    System.arraycopy(b, offset, chunk, size, length);
    size += length;
  }

  private boolean writeIfInteger(byte[] s, int offset, int length) {
    if (length == 0) {
      return false;
    }
    boolean negative = s[offset] == '-';
    int at = negative ? offset + 1 : offset;
    int end = offset + length;
    if (at == end || s[at] < '1' || s[at] > '9') {
      if (length != 1 || s[offset] != '0') {
        return false;
      }
    }
    long n = 0;
    for (; at < end; at++) {
      if (s[at] < '0' || s[at] > '9') {
        return false;
      }
      n = n * 10 + s[at] - '0';
    }
    n = negative ? -n : n;
    if (n < Integer.MIN_VALUE || n > Integer.MAX_VALUE) {
      return false;
    }
    writeSmallInteger((int) n);
    return true;
  }

  private void writeSmallInteger(int n) {
    room(5);
    if (n == (byte) n) {
      chunk[size++] = (byte) RdbFormat.ENCODED_INT8;
      chunk[size++] = (byte) n;
    } else if (n == (short) n) {
      chunk[size++] = (byte) RdbFormat.ENCODED_INT16;
      LittleEndian.putShort(chunk, size, n);
      size += Short.BYTES;
    } else {
      chunk[size++] = (byte) RdbFormat.ENCODED_INT32;
      LittleEndian.putInt(chunk, size, n);
      size += Integer.BYTES;
    }
  }

  /// Compresses straight into the chunk, after the largest head that could be needed, then closes
  /// the gap.
  private boolean writeIfSmaller(byte[] s, int offset, int length) {
    int head = 1 + 9 + 9;
    room(head + length);
    int packed = lzf.compress(s, offset, length, chunk, size + head, length - 4);
    if (packed == 0) {
      return false;
    }
    int from = size + head;
    writeByte(RdbFormat.ENCODED_LZF);
    writeLength(packed);
    writeLength(length);
    System.arraycopy(chunk, from, chunk, size, packed);
    size += packed;
    return true;
  }

  private void room(int n) {
    if (chunk.length - size < n) {
      long wanted = Math.max((long) size + n, chunk.length * 2L);
      if ((long) size + n > Integer.MAX_VALUE - 64) {
        throw new OutOfMemoryError("an RDB chunk of more than 2 GiB was never taken");
      }
      chunk = Arrays.copyOf(chunk, (int) Math.min(wanted, Integer.MAX_VALUE - 64));
    }
  }

  private void sum() {
    if (options.checksum()) {
      crc = Crc64.update(crc, chunk, summed, size - summed);
    }
    summed = size;
  }
}
