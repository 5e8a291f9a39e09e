package io.skein.engine.replication;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts bytes into commands: arrays of bulk strings, or lines of words.
final class TestParser {
  private byte[] bytes = new byte[0];
  private int at;
  private long dropped;

  void clear() {
    bytes = new byte[0];
    at = 0;
    dropped = 0;
  }

  void add(byte[] data, int offset, int length) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes, at, bytes.length - at);
    all.write(data, offset, length);
    dropped += at;
    bytes = all.toByteArray();
    at = 0;
  }

  /// Returns how many bytes the commands so far took.
  long consumed() {
    return dropped + at;
  }

  @Nullable List<byte[]> next() {
    int start = at;
    String head = line();
    if (head == null) {
      at = start;
      return null;
    }
    List<byte[]> words = new ArrayList<>();
    if (!head.startsWith("*")) {
      for (String word : head.split(" ")) {
        words.add(word.getBytes(StandardCharsets.ISO_8859_1));
      }
      return words;
    }
    for (int n = Integer.parseInt(head.substring(1)); n > 0; n--) {
      String length = line();
      int size = length == null ? 0 : Integer.parseInt(length.substring(1));
      if (length == null || bytes.length - at < size + 2) {
        at = start;
        return null;
      }
      byte[] word = new byte[size];
      System.arraycopy(bytes, at, word, 0, size);
      words.add(word);
      at += size + 2;
    }
    return words;
  }

  private @Nullable String line() {
    for (int i = at; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        String line = new String(bytes, at, i - at, StandardCharsets.ISO_8859_1);
        at = i + 1;
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      }
    }
    return null;
  }
}
