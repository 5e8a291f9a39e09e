package io.skein.engine.resp;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Text;
import io.skein.engine.structure.Listpack;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes replies, in the protocol version of the client they are for, into one growing buffer.
///
/// Types that RESP2 does not have are written as Redis writes them to a RESP2 client: a map as a
/// flat array, a set as an array, a double as a bulk string, null as a null bulk string.
///
/// *See* the RESP3 specification.
public final class Reply {
  private static final byte[] OK = ascii("+OK\r\n");
  private static final byte[] NULL_BULK = ascii("$-1\r\n");
  private static final byte[] NULL_ARRAY = ascii("*-1\r\n");
  private static final byte[] NULL = ascii("_\r\n");
  private static final byte[] PONG = ascii("+PONG\r\n");
  private static final byte[] QUEUED = ascii("+QUEUED\r\n");
  private static final int SMALL_INTEGERS = 1024;
  private static final byte[][] INTEGERS = new byte[SMALL_INTEGERS][];

  private byte[] buffer;
  private int size;
  private int protocol = 2;
  private final byte[] digits = new byte[Doubles.MAX_LENGTH];

  /// A writer whose buffer begins with `capacity` bytes.
  public Reply(int capacity) {
    buffer = new byte[capacity];
  }

  /// The version of the protocol that is written now: 2 or 3.
  public int protocol() {
    return protocol;
  }

  /// Changes the version of the protocol for what is written from now on.
  public void protocol(int version) {
    protocol = version;
  }

  /// The bytes written; the first [#size()] of them count.
  public byte[] bytes() {
    return buffer;
  }

  /// The number of bytes written.
  public int size() {
    return size;
  }

  /// Forgets what was written, and gives back memory beyond `keep` bytes.
  public void reset(int keep) {
    size = 0;
    if (buffer.length > keep) {
      buffer = new byte[keep];
    }
  }

  /// Takes back everything that was written after [#size()] was `mark`.
  public void truncate(int mark) {
    size = mark;
  }

  /// Cuts the first `count` bytes out and closes the gap.
  public void drop(int from, int count) {
    System.arraycopy(buffer, from + count, buffer, from, size - from - count);
    size -= count;
  }

  /// `+OK`.
  public void ok() {
    raw(OK);
  }

  /// `+PONG`.
  public void pong() {
    raw(PONG);
  }

  /// `+QUEUED`.
  public void queued() {
    raw(QUEUED);
  }

  /// A status reply; `text` holds no line break.
  public void simple(String text) {
    ensure(text.length() + 3);
    buffer[size++] = '+';
    text(text);
    crlf();
  }

  /// An error reply; `text` begins with the code. Line breaks become spaces, as in Redis.
  public void error(String text) {
    byte[] bytes = Text.encode(text);
    ensure(bytes.length + 3);
    buffer[size++] = '-';
    for (byte b : bytes) {
      buffer[size++] = b == '\r' || b == '\n' ? (byte) ' ' : b;
    }
    crlf();
  }

  /// An integer reply.
  public void integer(long value) {
    if (value >= 0 && value < SMALL_INTEGERS) {
      byte[] cached = INTEGERS[(int) value];
      if (cached == null) {
        cached = ascii(":" + value + "\r\n");
        INTEGERS[(int) value] = cached;
      }
      raw(cached);
    } else {
      head(':', value);
    }
  }

  /// A bulk string.
  public void bulk(byte[] value) {
    bulk(value, 0, value.length);
  }

  /// A bulk string of `length` bytes of `value` from `offset` on.
  public void bulk(byte[] value, int offset, int length) {
    int at = bulkHead(length);
    System.arraycopy(value, offset, buffer, at, length);
    bulkEnd(at + length);
  }

  /// A bulk string of the `length` bytes of native memory at `address`.
  public void bulk(long address, int length) {
    int at = bulkHead(length);
    Memory.copy(address, buffer, at, length);
    bulkEnd(at + length);
  }

  /// Writes an element of a [Listpack] as a bulk string.
  public void element(long listpack, int at) {
    if (Listpack.isInteger(listpack, at)) {
      bulkInteger(Listpack.integer(listpack, at));
    } else {
      bulk(Listpack.stringAddress(listpack, at), Listpack.stringLength(listpack, at));
    }
  }

  /// A bulk string of a text.
  public void bulk(String value) {
    bulk(Text.encode(value));
  }

  /// A bulk string of the decimal form of `value`.
  public void bulkInteger(long value) {
    int digits = Numbers.length(value);
    head('$', digits);
    ensure(digits + 2);
    size += Numbers.writeLong(value, buffer, size);
    crlf();
  }

  /// A bulk string whose `length` bytes the caller writes into [#bytes()] at the position returned.
  public int bulkToFill(int length) {
    head('$', length);
    ensure(length + 2);
    int at = size;
    size += length;
    crlf();
    return at;
  }

  /// A verbatim string: `format` has three characters, such as `txt`. A bulk string in RESP2.
  public void verbatim(String format, String value) {
    if (protocol == 2) {
      bulk(value);
      return;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    head('=', utf8.length + 4L);
    ensure(utf8.length + 6);
    text(format);
    buffer[size++] = ':';
    System.arraycopy(utf8, 0, buffer, size, utf8.length);
    size += utf8.length;
    crlf();
  }

  /// A double: as a bulk string in RESP2.
  public void doubleValue(double value) {
    int length = Doubles.write(value, digits, 0);
    doubleText(digits, length);
  }

  /// A double that is text already, in a notation of its own: as a bulk string in RESP2.
  public void doubleText(byte[] text) {
    doubleText(text, text.length);
  }

  private void doubleText(byte[] text, int length) {
    if (protocol == 2) {
      bulk(text, 0, length);
      return;
    }
    ensure(length + 3);
    buffer[size++] = ',';
    System.arraycopy(text, 0, buffer, size, length);
    size += length;
    crlf();
  }

  /// A big number of decimal digits: a bulk string in RESP2.
  public void bigNumber(String digits) {
    if (protocol == 2) {
      bulk(digits);
      return;
    }
    ensure(digits.length() + 3);
    buffer[size++] = '(';
    text(digits);
    crlf();
  }

  /// A boolean: `:1` or `:0` in RESP2.
  public void bool(boolean value) {
    if (protocol == 2) {
      integer(value ? 1 : 0);
    } else {
      ensure(4);
      buffer[size++] = '#';
      buffer[size++] = (byte) (value ? 't' : 'f');
      crlf();
    }
  }

  /// Null: a null bulk string in RESP2.
  public void nullBulk() {
    raw(protocol == 2 ? NULL_BULK : NULL);
  }

  /// Null where an array was expected: a null array in RESP2.
  public void nullArray() {
    raw(protocol == 2 ? NULL_ARRAY : NULL);
  }

  /// Begins an array of `count` elements.
  public void array(int count) {
    head('*', count);
  }

  /// Begins a map of `count` pairs: an array of twice as many elements in RESP2.
  public void map(int count) {
    if (protocol == 2) {
      head('*', 2L * count);
    } else {
      head('%', count);
    }
  }

  /// Begins a set of `count` elements: an array in RESP2.
  public void set(int count) {
    head(protocol == 2 ? '*' : '~', count);
  }

  /// Begins an attribute of `count` pairs. Only for RESP3 clients.
  public void attribute(int count) {
    head('|', count);
  }

  /// Begins an out-of-band message of `count` elements: an array in RESP2.
  public void push(int count) {
    head(protocol == 2 ? '*' : '>', count);
  }

  /// Begins an aggregate whose length is not known yet; pass what is returned to `end...`.
  public int begin() {
    return size;
  }

  /// Puts the head of an array of `count` elements before what was written since `mark`.
  public void endArray(int mark, int count) {
    insertHead(mark, '*', count);
  }

  /// Puts the head of a map of `count` pairs before what was written since `mark`.
  public void endMap(int mark, int count) {
    insertHead(mark, protocol == 2 ? '*' : '%', protocol == 2 ? count * 2 : count);
  }

  /// Puts the head of a set of `count` elements before what was written since `mark`.
  public void endSet(int mark, int count) {
    insertHead(mark, protocol == 2 ? '*' : '~', count);
  }

  /// Bytes that are a reply already.
  public void raw(byte[] bytes) {
    raw(bytes, 0, bytes.length);
  }

  /// `length` bytes of `bytes` from `offset` on, which are a reply, or a part of one, already.
  public void raw(byte[] bytes, int offset, int length) {
    ensure(length);
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
  }

  /// Writes the head of a bulk string, makes room for the rest of it, and returns where that goes.
  private int bulkHead(int length) {
    if (length >= 100) {
      head('$', length);
      ensure(length + 2);
      return size;
    }
    ensure(128);
    byte[] b = buffer;
    int p = size;
    b[p++] = '$';
    if (length >= 10) {
      b[p++] = (byte) ('0' + length / 10);
    }
    b[p] = (byte) ('0' + length % 10);
    b[p + 1] = '\r';
    b[p + 2] = '\n';
    return p + 3;
  }

  private void bulkEnd(int end) {
    byte[] b = buffer;
    b[end] = '\r';
    b[end + 1] = '\n';
    size = end + 2;
  }

  private void insertHead(int mark, char type, int count) {
    int body = size - mark;
    int digits = Numbers.length(count) + 3;
    ensure(digits);
    System.arraycopy(buffer, mark, buffer, mark + digits, body);
    size = mark;
    head(type, count);
    size += body;
  }

  private void head(char type, long value) {
    ensure(24);
    byte[] b = buffer;
    int p = size;
    b[p++] = (byte) type;
    if (value >= 0 && value < 10) {
      b[p++] = (byte) ('0' + value);
    } else if (value >= 10 && value < 100) {
      b[p++] = (byte) ('0' + value / 10);
      b[p++] = (byte) ('0' + value % 10);
    } else {
      p += Numbers.writeLong(value, b, p);
    }
    b[p++] = '\r';
    b[p++] = '\n';
    size = p;
  }

  private void crlf() {
    buffer[size++] = '\r';
    buffer[size++] = '\n';
  }

  /// Writes text for which the caller has made room.
  private void text(String s) {
    for (int i = 0; i < s.length(); i++) {
      buffer[size++] = (byte) s.charAt(i);
    }
  }

  private void ensure(int more) {
    if (buffer.length - size < more) {
      long wanted = Math.max((long) size + more, buffer.length * 2L);
      if ((long) size + more > Integer.MAX_VALUE - 16) {
        throw new CommandError("ERR reply is larger than 2 GB");
      }
      buffer = Arrays.copyOf(buffer, (int) Math.min(wanted, Integer.MAX_VALUE - 16));
    }
  }

  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }
}
