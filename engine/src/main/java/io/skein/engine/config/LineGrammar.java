package io.skein.engine.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The grammar of one configuration line: words separated by white space, bare or quoted.
///
/// Double quotes know `\n \r \t \b \a \xHH`, and `\` before any other character; single quotes know
/// `\'` only. A closing quote must be followed by white space or the end of the line. Bare text may
/// run into a quote, which then ends the word: `a"b c"` is the word `ab c`.
public final class LineGrammar {
  private final String line;
  private int at;

  private LineGrammar(String line) {
    this.line = line;
  }

  /// The words of `line`, which is raw text (one `char` per byte), as raw text; null when quotes
  /// are unbalanced.
  public static @Nullable List<String> split(String line) {
    LineGrammar grammar = new LineGrammar(line);
    List<String> words = new ArrayList<>();
    while (grammar.skipSpace()) {
      String word = grammar.word();
      if (word == null) {
        return null;
      }
      words.add(word);
    }
    return words;
  }

  private boolean skipSpace() {
    while (at < line.length() && isSpace(line.charAt(at))) {
      at++;
    }
    return at < line.length();
  }

  private @Nullable String word() {
    int start = at;
    for (; at < line.length(); at++) {
      char c = line.charAt(at);
      if (c == '"' || c == '\'') {
        StringBuilder word = new StringBuilder(line.length() - start).append(line, start, at);
        at++;
        boolean closed = c == '"' ? doubleQuoted(word) : singleQuoted(word);
        return closed && (at == line.length() || isSpace(line.charAt(at))) ? word.toString() : null;
      }
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        break;
      }
    }
    return line.substring(start, at);
  }

  private boolean doubleQuoted(StringBuilder word) {
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '"') {
        return true;
      }
      if (c != '\\' || at == line.length()) {
        word.append(c);
        continue;
      }
      char escaped = line.charAt(at++);
      switch (escaped) {
        case 'n' -> word.append('\n');
        case 'r' -> word.append('\r');
        case 't' -> word.append('\t');
        case 'b' -> word.append('\b');
        case 'a' -> word.append('\u0007');
        case 'x' -> {
          int high = hex(at);
          int low = hex(at + 1);
          if (high >= 0 && low >= 0) {
            word.append((char) (high << 4 | low));
            at += 2;
          } else {
            word.append('x');
          }
        }
        default -> word.append(escaped);
      }
    }
    return false;
  }

  private boolean singleQuoted(StringBuilder word) {
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '\'') {
        return true;
      }
      if (c == '\\' && at < line.length() && line.charAt(at) == '\'') {
        c = '\'';
        at++;
      }
      word.append(c);
    }
    return false;
  }

  private int hex(int index) {
    return index < line.length() && line.charAt(index) < 0x80
        ? Character.digit(line.charAt(index), 16)
        : -1;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }
}
