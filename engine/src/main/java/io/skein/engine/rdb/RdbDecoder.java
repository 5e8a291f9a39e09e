package io.skein.engine.rdb;

import io.skein.engine.bytes.Crc64;
import io.skein.engine.rdb.RdbException.Fault;
import io.skein.engine.rdb.RdbVisitor.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Decodes an RDB file that is pushed in, in pieces of any size, and tells a visitor what is in it.
///
/// It serves files and full syncs alike: it never waits, and a stream may be cut at any byte. A
/// record (an opcode with what belongs to it, or a key with its value) is kept until it is
/// complete, then handed out at once. Memory is one record, grown as its bytes arrive and never
/// because of a length that merely announces them.
///
/// *Threads*: one at a time.
public final class RdbDecoder {
  /// The largest record that is taken, in bytes; it has to fit an array.
  public static final int MAX_RECORD_BYTES = Integer.MAX_VALUE - 64;

  private static final int HEADER_BYTES = 9;
  private static final int IDLE_BUFFER_BYTES = 1 << 20;
  private static final Shape STRING = Shape.of(Shape.STRING);
  private static final Shape TWO_STRINGS = Shape.of(Shape.STRING, Shape.STRING);
  private static final Shape LENGTH = Shape.of(Shape.LENGTH);
  private static final Shape TWO_LENGTHS = Shape.of(Shape.LENGTH, Shape.LENGTH);
  private static final Shape THREE_LENGTHS = TWO_LENGTHS.then(LENGTH);
  private static final Shape SLOT_IMPORT =
      Shape.of(Shape.STRING, Shape.REPEAT, Shape.LENGTH, Shape.LENGTH, Shape.AGAIN);
  private static final Shape MODULE_AUX = THREE_LENGTHS.then(Shape.of(Shape.MODULE_ITEMS));
  private static final Shape[] KEYED = keyed();

  private final RdbVisitor visitor;
  private final boolean verifyChecksum;
  private final int maxRecordBytes;
  private final ShapeScanner scanner = new ShapeScanner();
  private final RdbReader reader = new RdbReader();
  private final RdbEntry entry = new RdbEntry();

  private byte[] buffer = new byte[4096];
  private int start;
  private int scanned;
  private int end;
  private long startOffset;

  private int version;
  private boolean inRecord;
  private int opcode;
  private @Nullable RdbType type;
  private int db;
  private long crc;
  private boolean complete;

  /// Creates a decoder that tells `visitor`, with the default limit of a record.
  public RdbDecoder(RdbVisitor visitor, boolean verifyChecksum) {
    this(visitor, verifyChecksum, MAX_RECORD_BYTES);
  }

  /// Creates a decoder that refuses a record of more than `maxRecordBytes`.
  public RdbDecoder(RdbVisitor visitor, boolean verifyChecksum, int maxRecordBytes) {
    this.visitor = visitor;
    this.verifyChecksum = verifyChecksum;
    this.maxRecordBytes = maxRecordBytes;
  }

  /// Takes `length` bytes of `data` from `offset`.
  ///
  /// Returns how many of them belong to the file: fewer than `length` only when it ended before
  /// them.
  ///
  /// @throws RdbException when the bytes are not a sound file; the decoder is of no use after that
  public int feed(byte[] data, int offset, int length) {
    if (complete || length == 0) {
      return 0;
    }
    append(data, offset, length);
    decode();
    if (complete) {
      int left = end - scanned;
      buffer = new byte[0];
      return length - left;
    }
    return length;
  }

  /// Says that no more bytes come.
  ///
  /// @throws RdbException when the file is not complete
  public void end() {
    if (!complete) {
      String where = version == 0 ? "in its header" : inRecord ? "in a record" : "between records";
      throw new RdbException(
          Fault.TORN, startOffset + (end - start), "the file ends " + where + " (torn)");
    }
  }

  /// Whether the end of the file has been reached and checked.
  public boolean isComplete() {
    return complete;
  }

  /// Returns the number of bytes of the file that have been taken in.
  public long bytesRead() {
    return startOffset + (complete ? 0 : end - start);
  }

  /// Says what is being read, in the words of redis-check-rdb.
  public String doing() {
    if (version == 0) {
      return "start";
    }
    if (!inRecord) {
      return "read-type";
    }
    if (type != null) {
      return key() == null ? "read-key" : "read-object-value";
    }
    return switch (opcode) {
      case RdbFormat.EXPIRETIME, RdbFormat.EXPIRETIME_MS -> "read-expire";
      case RdbFormat.AUX -> "read-aux";
      case RdbFormat.MODULE_AUX -> "read-module-aux";
      case RdbFormat.FUNCTION2 -> "read-functions";
      case RdbFormat.EOF -> "check-sum";
      default -> "read-len";
    };
  }

  /// Returns the type of the key that is being read, or null.
  public @Nullable RdbType type() {
    return inRecord ? type : null;
  }

  /// Returns the key that is being read, as far as it is known, or null.
  public byte @Nullable [] key() {
    if (!inRecord || type == null) {
      return null;
    }
    RdbReader begun = new RdbReader();
    begun.reset(buffer, start + 1, end - start - 1, startOffset + 1);
    try {
      begun.readString();
    } catch (RdbException e) {
      return null;
    }
    return begun.copy();
  }

  /// Returns where in the file the record ends that is being handed out.
  public long recordEnd() {
    return startOffset + (scanned - start);
  }

  private void append(byte[] data, int offset, int length) {
    if (buffer.length - end < length) {
      makeRoom(length);
    }
    System.arraycopy(data, offset, buffer, end, length);
    end += length;
  }

  private void makeRoom(int length) {
    int held = end - start;
    long needed = (long) held + length;
    if (needed > MAX_RECORD_BYTES) {
      throw tooLarge();
    }
    boolean shrink = buffer.length > IDLE_BUFFER_BYTES && needed < buffer.length / 8;
    if (needed > buffer.length || shrink) {
      long capacity = needed > buffer.length ? Math.max(needed, buffer.length * 2L) : needed * 2;
      byte[] next = new byte[(int) Math.min(capacity, MAX_RECORD_BYTES)];
      System.arraycopy(buffer, start, next, 0, held);
      buffer = next;
    } else {
      System.arraycopy(buffer, start, buffer, 0, held);
    }
    scanned -= start;
    end = held;
    start = 0;
  }

  private RdbException tooLarge() {
    return new RdbException(
        Fault.UNSUPPORTED, startOffset, "a record of more than " + maxRecordBytes + " bytes");
  }

  private void decode() {
    if (version == 0 && !header()) {
      return;
    }
    while (!complete) {
      if (!inRecord) {
        if (start == end) {
          return;
        }
        beginRecord(buffer[start] & 0xff);
      }
      scanned = scanner.scan(buffer, scanned, end, startOffset - start);
      if (!scanner.done()) {
        if (scanned - start + scanner.missing() > maxRecordBytes) {
          throw tooLarge();
        }
        return;
      }
      if (scanned - start > maxRecordBytes) {
        throw tooLarge();
      }
      endRecord();
    }
  }

  private boolean header() {
    int n = Math.min(end, HEADER_BYTES);
    String seen = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
    boolean valkey = seen.startsWith("V");
    String magic = valkey ? "VALKEY" : "REDIS";
    if (!seen.startsWith(magic.substring(0, Math.min(n, magic.length())))) {
      throw new RdbException(Fault.NOT_RDB, 0, "wrong signature");
    }
    if (n < HEADER_BYTES) {
      return false;
    }
    int number = digits(seen.substring(magic.length()));
    if (!RdbFormat.reads(number) || valkey != number >= RdbFormat.FIRST_VALKEY_VERSION) {
      throw new RdbException(
          Fault.NOT_RDB,
          magic.length(),
          "cannot handle format version " + seen.substring(magic.length()));
    }
    version = number;
    crc = Crc64.update(0, buffer, 0, HEADER_BYTES);
    start = HEADER_BYTES;
    scanned = HEADER_BYTES;
    startOffset = HEADER_BYTES;
    visitor.onStart(version);
    return true;
  }

  private static int digits(String text) {
    int n = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      n = n * 10 + c - '0';
    }
    return n;
  }

  private void beginRecord(int first) {
    opcode = first;
    type = null;
    scanner.begin(shape(first));
    scanned = start + 1;
    inRecord = true;
  }

  private Shape shape(int first) {
    switch (first) {
      case RdbFormat.EXPIRETIME_MS -> {
        return Shape.of(8);
      }
      case RdbFormat.EXPIRETIME -> {
        return Shape.of(4);
      }
      case RdbFormat.FREQ -> {
        return Shape.of(1);
      }
      case RdbFormat.IDLE, RdbFormat.SELECTDB -> {
        return LENGTH;
      }
      case RdbFormat.RESIZEDB -> {
        return TWO_LENGTHS;
      }
      case RdbFormat.AUX -> {
        return TWO_STRINGS;
      }
      case RdbFormat.FUNCTION2 -> {
        return STRING;
      }
      case RdbFormat.MODULE_AUX -> {
        return MODULE_AUX;
      }
      case RdbFormat.SLOT_INFO -> {
        return THREE_LENGTHS;
      }
      case RdbFormat.EOF -> {
        return version >= 5 ? Shape.of(8) : Shape.NOTHING;
      }
      case RdbFormat.FUNCTION_PRE_GA ->
          throw new RdbException(
              Fault.UNSUPPORTED, startOffset, "functions in the format of a release candidate");
      default -> {
        return otherShape(first);
      }
    }
  }

  private Shape otherShape(int first) {
    if (first == RdbFormat.SLOT_IMPORT && version >= RdbFormat.FIRST_VALKEY_VERSION) {
      return SLOT_IMPORT;
    }
    type = RdbType.of(first, version);
    if (type == null) {
      throw new RdbException(
          Fault.CORRUPT, startOffset, String.format("unknown opcode 0x%02x", first));
    }
    return KEYED[type.ordinal()];
  }

  private void endRecord() {
    int body = start + 1;
    int length = scanned - body;
    reader.reset(buffer, body, length, startOffset + 1);
    if (type != null) {
      entry.set(db, type, buffer, body, length, startOffset);
      visitor.onKey(entry);
      entry.clearAttributes();
    } else if (opcode == RdbFormat.EOF) {
      finish(length);
    } else {
      opcode();
    }
    if (opcode != RdbFormat.EOF) {
      crc = Crc64.update(crc, buffer, start, scanned - start);
    }
    startOffset += scanned - start;
    start = scanned;
    inRecord = false;
  }

  private void opcode() {
    switch (opcode) {
      case RdbFormat.EXPIRETIME_MS -> entry.expireAtMs(reader.readLong());
      case RdbFormat.EXPIRETIME -> {
        reader.readBytes(4);
        entry.expireAtMs(LittleEndian.getInt(reader.array(), reader.offset()) * 1000L);
      }
      case RdbFormat.FREQ -> entry.frequency(reader.readByte());
      case RdbFormat.IDLE -> entry.idleSeconds(Math.max(0, reader.readLength()));
      case RdbFormat.SELECTDB -> selectDb();
      case RdbFormat.RESIZEDB -> visitor.onResizeDb(db, reader.readLength(), reader.readLength());
      case RdbFormat.AUX -> {
        reader.readString();
        byte[] name = reader.copy();
        reader.readString();
        visitor.onAux(name, reader.copy());
      }
      case RdbFormat.FUNCTION2 -> {
        reader.readString();
        visitor.onFunction(reader.copy());
      }
      case RdbFormat.MODULE_AUX -> visitor.onModuleAux(startOffset);
      case RdbFormat.SLOT_IMPORT ->
          throw new RdbException(Fault.UNSUPPORTED, startOffset, "the import of slots in progress");
      default -> {
        // SLOT_INFO is a hint about sizes, of no use here.
      }
    }
  }

  private void selectDb() {
    long number = reader.readLength();
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new RdbException(Fault.CORRUPT, startOffset, "impossible database number");
    }
    db = (int) number;
    visitor.onSelectDb(db);
  }

  private void finish(int length) {
    Checksum result = Checksum.ABSENT;
    crc = Crc64.update(crc, buffer, start, 1);
    if (length > 0) {
      long stored = reader.readLong();
      if (verifyChecksum && stored != 0) {
        if (stored != crc) {
          throw new RdbException(
              Fault.CHECKSUM,
              startOffset + 1,
              String.format(
                  "RDB CRC error, bad checksum: it should be %016x but is %016x", crc, stored));
        }
        result = Checksum.VERIFIED;
      }
    }
    complete = true;
    visitor.onEnd(result);
  }

  private static Shape[] keyed() {
    return Arrays.stream(RdbType.values()).map(t -> STRING.then(t.shape())).toArray(Shape[]::new);
  }
}
