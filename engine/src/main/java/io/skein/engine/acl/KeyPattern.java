package io.skein.engine.acl;

import io.skein.engine.bytes.Glob;
import java.nio.charset.StandardCharsets;

/// Keys, or channels, that match a pattern, and what may be done with them.
///
/// @param text the pattern, raw
/// @param bytes the same as bytes
/// @param permissions a mask of [#READ] and [#WRITE]
record KeyPattern(String text, byte[] bytes, int permissions) {
  /// Values may be read.
  static final int READ = 1;

  /// Values may be changed.
  static final int WRITE = 2;

  static final int ALL = READ | WRITE;

  static KeyPattern of(String text, int permissions) {
    return new KeyPattern(text, text.getBytes(StandardCharsets.ISO_8859_1), permissions);
  }

  boolean matches(byte[] buffer, int offset, int length) {
    return Glob.matches(bytes, 0, bytes.length, buffer, offset, length, false);
  }

  boolean permits(int wanted) {
    return (permissions & wanted) == wanted;
  }

  /// The rule that adds it.
  String rule() {
    return switch (permissions) {
      case READ -> "%R~" + text;
      case WRITE -> "%W~" + text;
      default -> "~" + text;
    };
  }
}
