package io.skein.engine.resp;

/// Splits a line into arguments with Redis's quoting, writing unescaped text over the line itself.
///
/// Double quotes know `\n \r \t \b \a \xHH` and `\` before any other character; single quotes know
/// `\'`. A closing quote must be followed by white space or the end.
public final class InlineArguments {
  private InlineArguments() {}

  /// Adds the arguments of `b[from, to)` to `batch`; false when quotes are not balanced.
  public static boolean split(byte[] b, int from, int to, RequestBatch batch) {
    int in = from;
    int out = from;
    while (true) {
      while (in < to && isSpace(b[in])) {
        in++;
      }
      if (in == to) {
        return true;
      }
      int begin = out;
      byte quote = 0;
      for (; in < to; in++) {
        byte c = b[in];
        if (quote == 0) {
          if (isSpace(c)) {
            break;
          }
          if (c == '"' || c == '\'') {
            quote = c;
          } else {
            b[out++] = c;
          }
        } else if (c == quote) {
          if (in + 1 < to && !isSpace(b[in + 1])) {
            return false;
          }
          quote = 0;
        } else if (c == '\\' && quote == '"' && isHex(b, in + 1, to)) {
          b[out++] = (byte) (Character.digit(b[in + 2], 16) << 4 | Character.digit(b[in + 3], 16));
          in += 3;
        } else if (c == '\\' && quote == '"' && in + 1 < to) {
          b[out++] = escaped(b[++in]);
        } else if (c == '\\' && quote == '\'' && in + 1 < to && b[in + 1] == '\'') {
          b[out++] = b[++in];
        } else {
          b[out++] = c;
        }
      }
      if (quote != 0) {
        return false;
      }
      batch.argument(begin, out - begin);
    }
  }

  private static boolean isHex(byte[] b, int x, int to) {
    return x + 2 < to
        && b[x] == 'x'
        && Character.digit(b[x + 1], 16) >= 0
        && Character.digit(b[x + 2], 16) >= 0;
  }

  private static byte escaped(byte c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'a' -> 7;
      default -> c;
    };
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
