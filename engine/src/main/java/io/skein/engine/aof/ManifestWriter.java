package io.skein.engine.aof;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes a [Manifest] as Redis does: the base, then history, then the incremental files.
final class ManifestWriter {
  private static final String NEEDS_QUOTES = "\\\"";

  private ManifestWriter() {}

  static byte[] encode(Manifest manifest) {
    StringBuilder out = new StringBuilder();
    line(manifest.base(), out);
    for (AofFile file : manifest.history()) {
      line(file, out);
    }
    for (AofFile file : manifest.incrementals()) {
      line(file, out);
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void line(@Nullable AofFile file, StringBuilder out) {
    if (file == null) {
      return;
    }
    out.append("file ");
    name(file.name(), out);
    out.append(" seq ").append(file.seq()).append(" type ").append(file.kind().letter());
    out.append('\n');
  }

  private static void name(String name, StringBuilder out) {
    boolean plain = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      plain &= c > ' ' && c < 0x7f && NEEDS_QUOTES.indexOf(c) < 0;
    }
    if (plain) {
      out.append(name);
      return;
    }
    out.append('"');
    for (int i = 0; i < name.length(); i++) {
      quoted(name.charAt(i), out);
    }
    out.append('"');
  }

  private static void quoted(char c, StringBuilder out) {
    switch (c) {
      case '\\', '"' -> out.append('\\').append(c);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 7 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      default -> {
        if (c >= ' ' && c < 0x7f) {
          out.append(c);
        } else {
          out.append("\\x");
          out.append(Character.forDigit(c >> 4 & 15, 16)).append(Character.forDigit(c & 15, 16));
        }
      }
    }
  }
}
