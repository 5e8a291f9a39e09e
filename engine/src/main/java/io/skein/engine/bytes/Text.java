package io.skein.engine.bytes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Text of clients, which is UTF-8 in all likelihood, and comes back byte for byte if it is not.
///
/// A byte that is no part of UTF-8 becomes an unpaired low surrogate, U+DC80 to U+DCFF, which no
/// UTF-8 contains. So what errors quote is what was sent.
public final class Text {
  private static final char FIRST_RAW = '\uDC80';
  private static final char LAST_RAW = '\uDCFF';
  private static final int RAW_BASE = 0xdc00;

  private Text() {}

  /// The text of a slice.
  public static String decode(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') < 0 ? text : decodeRaw(ByteBuffer.wrap(bytes, offset, length));
  }

  /// The bytes of which `decode` makes `text`.
  public static byte[] encode(String text) {
    return indexOfRaw(text, 0) < 0 ? text.getBytes(StandardCharsets.UTF_8) : encodeRaw(text);
  }

  private static String decodeRaw(ByteBuffer in) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer out = CharBuffer.allocate(in.remaining());
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = result.length(); i > 0; i--) {
        out.put((char) (RAW_BASE | in.get() & 0xff));
      }
      decoder.reset();
    }
  }

  private static byte[] encodeRaw(String text) {
    ByteBuffer out = ByteBuffer.allocate(3 * text.length());
    int from = 0;
    for (int raw = indexOfRaw(text, 0); raw >= 0; raw = indexOfRaw(text, from)) {
      out.put(text.substring(from, raw).getBytes(StandardCharsets.UTF_8));
      out.put((byte) text.charAt(raw));
      from = raw + 1;
    }
    out.put(text.substring(from).getBytes(StandardCharsets.UTF_8));
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  private static int indexOfRaw(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= FIRST_RAW
          && c <= LAST_RAW
          && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
        return i;
      }
    }
    return -1;
  }
}
