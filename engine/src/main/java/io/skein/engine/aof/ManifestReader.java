package io.skein.engine.aof;

import io.skein.engine.aof.AofFile.Kind;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.resp.InlineArguments;
import io.skein.engine.resp.RequestBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads a [Manifest], as strictly as Redis does and with its words for what is wrong.
final class ManifestReader {
  private static final int LONGEST_LINE = 1024;
  private static final int LEAST_WORDS = 6;
  private static final String BAD_FORMAT = "Invalid AOF manifest file format";

  private final byte[] bytes;
  private @Nullable AofFile base;
  private final List<AofFile> history = new ArrayList<>();
  private final List<AofFile> incrementals = new ArrayList<>();
  private long incrementalSeq;
  private int lineNumber;
  private @Nullable String line;

  ManifestReader(byte[] bytes) {
    this.bytes = bytes;
  }

  Manifest read() {
    if (bytes.length == 0) {
      throw fault("Found an empty AOF manifest");
    }
    int at = 0;
    while (at < bytes.length) {
      int end = at;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      lineNumber++;
      line = null;
      if (bytes[at] != '#') {
        if (end == bytes.length || end - at >= LONGEST_LINE) {
          throw fault("The AOF manifest file contains too long line");
        }
        take(new String(bytes, at, end - at, StandardCharsets.ISO_8859_1).strip());
      }
      at = end + 1;
    }
    return new Manifest(base, history, incrementals, base == null ? 0 : base.seq(), incrementalSeq);
  }

  private void take(String text) {
    line = text;
    AofFile file = file(words(text));
    switch (file.kind()) {
      case BASE -> {
        if (base != null) {
          throw fault("Found duplicate base file information");
        }
        base = file;
      }
      case HISTORY -> history.add(file);
      case INCREMENTAL -> {
        if (file.seq() <= incrementalSeq) {
          throw fault("Found a non-monotonic sequence number");
        }
        incrementals.add(file);
        incrementalSeq = file.seq();
      }
    }
  }

  private List<String> words(String text) {
    byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
    RequestBatch split = new RequestBatch();
    boolean balanced = InlineArguments.split(b, 0, b.length, split);
    int count = split.argumentMark();
    if (!balanced || count < LEAST_WORDS || count % 2 != 0) {
      throw fault(BAD_FORMAT);
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(new String(b, split.offsets()[i], split.lengths()[i], StandardCharsets.ISO_8859_1));
    }
    return words;
  }

  /// Names that are not known are passed over: a later version may have more of them.
  private AofFile file(List<String> words) {
    String name = "";
    long seq = 0;
    String type = "";
    for (int i = 0; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i).toLowerCase(Locale.ROOT)) {
        case "file" -> {
          name = value;
          if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw fault("File can't be a path, just a filename");
          }
        }
        case "seq" -> seq = number(value);
        case "type" -> type = value;
        default -> {}
      }
    }
    if (name.isEmpty() || name.indexOf(0) >= 0 || seq < 1 || type.isEmpty()) {
      throw fault(BAD_FORMAT);
    }
    for (Kind kind : Kind.values()) {
      if (kind.letter() == type.charAt(0)) {
        return new AofFile(name, seq, kind);
      }
    }
    throw fault("Unknown AOF file type");
  }

  private static long number(String text) {
    byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
    return Numbers.parseLong(digits, 0, digits.length);
  }

  private ManifestError fault(String reason) {
    return new ManifestError(reason, lineNumber, line);
  }
}
