package io.skein.engine.resp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads one connection's requests: RESP arrays of bulk strings, and inline commands.
///
/// The parser is incremental. When the bytes end inside a request it remembers how far it came, and
/// the caller presents the same bytes again, from the start of that request, with more behind them.
/// Limits and error texts are those of Redis.
///
/// *States*: between requests; inside an array (some arguments known); failed, which is for good.
public final class RequestParser {
  /// The longest inline request, and the longest line with a count or a length, in bytes.
  public static final int MAX_INLINE = 64 * 1024;

  private static final int UNAUTHENTICATED_ARGUMENTS = 10;
  private static final int UNAUTHENTICATED_BULK = 16 * 1024;

  // The request being read, when its first bytes are known: positions are relative to its start.
  private int expected;
  private long bulkLength = -1;
  private int at;
  private int[] partial = new int[0];
  private int partialCount;
  private @Nullable String error;

  /// What is wrong with the bytes read, as the text after `Protocol error: `, or null.
  public @Nullable String error() {
    return error;
  }

  /// Forgets the request that was begun: its bytes will be presented again from its start.
  public void reset() {
    expected = 0;
    bulkLength = -1;
    partialCount = 0;
  }

  /// How many more bytes the request at hand needs at least, for sizing a buffer; 0 when not known.
  public long missingBytes(int available) {
    return bulkLength < 0 ? 0 : Math.max(0, at + bulkLength + 2 - available);
  }

  /// How many bytes of the request at hand are behind the parser: complete arguments, and what says
  /// how long things are.
  public int understoodBytes() {
    return expected > 0 ? at : 0;
  }

  /// The length of the complete arguments of the request at hand, in bytes.
  public long argumentBytes() {
    long sum = 0;
    for (int i = 1; i < partialCount; i += 2) {
      sum += partial[i];
    }
    return sum;
  }

  /// Parses requests of `buffer` from `position` to `limit` until `batch` holds `most` of them.
  ///
  /// @param authenticated whether the full limits apply, or those for strangers
  /// @param maxBulk the setting `proto-max-bulk-len`, in bytes
  /// @return where the first request that was not completed begins
  public int parse(
      byte[] buffer,
      int position,
      int limit,
      RequestBatch batch,
      int most,
      boolean authenticated,
      long maxBulk) {
    int start = position;
    while (start < limit && batch.size() < most && error == null) {
      int end;
      if (expected > 0) {
        end = resume(buffer, start, limit, batch, authenticated, maxBulk);
      } else if (buffer[start] == '*') {
        end = array(buffer, start, limit, batch, authenticated, maxBulk);
      } else {
        end = inline(buffer, start, limit, batch);
      }
      if (end < 0) {
        return start;
      }
      start = end;
    }
    return start;
  }

  private int resume(
      byte[] b, int start, int limit, RequestBatch batch, boolean authenticated, long maxBulk) {
    int mark = batch.argumentMark();
    for (int i = 0; i < partialCount; i += 2) {
      batch.argument(start + partial[i], partial[i + 1]);
    }
    partialCount = 0;
    return arguments(b, start, start + at, limit, batch, mark, authenticated, maxBulk);
  }

  private int array(
      byte[] b, int start, int limit, RequestBatch batch, boolean authenticated, long maxBulk) {
    int eol = lineEnd(b, start, limit);
    if (eol < 0) {
      return tooLong(start, limit, "too big mbulk count string");
    }
    long count = decimal(b, start + 1, eol);
    if (count == NOT_A_NUMBER || count > Integer.MAX_VALUE) {
      return fail("invalid multibulk length");
    }
    if (count > UNAUTHENTICATED_ARGUMENTS && !authenticated) {
      return fail("unauthenticated multibulk length");
    }
    if (count <= 0) {
      return eol + 2;
    }
    expected = (int) count;
    bulkLength = -1;
    return arguments(b, start, eol + 2, limit, batch, batch.argumentMark(), authenticated, maxBulk);
  }

  private int arguments(
      byte[] b,
      int start,
      int from,
      int limit,
      RequestBatch batch,
      int mark,
      boolean authenticated,
      long maxBulk) {
    int p = from;
    int left = expected;
    long length = bulkLength;
    while (left > 0) {
      if (length < 0) {
        int eol = lineEnd(b, p, limit);
        if (eol < 0) {
          if (limit - p > MAX_INLINE) {
            return fail("too big bulk count string");
          }
          break;
        }
        if (b[p] != '$') {
          return fail("expected '$', got '" + printable(b[p]) + "'");
        }
        length = decimal(b, p + 1, eol);
        if (length == NOT_A_NUMBER || length < 0 || length > maxBulk) {
          return fail("invalid bulk length");
        }
        if (length > UNAUTHENTICATED_BULK && !authenticated) {
          return fail("unauthenticated bulk length");
        }
        p = eol + 2;
      }
      if (limit - p < length + 2) {
        break;
      }
      batch.argument(p, (int) length);
      p += (int) length + 2;
      length = -1;
      left--;
    }
    if (left > 0) {
      suspend(batch, mark, start, p, left, length);
      return -1;
    }
    expected = 0;
    bulkLength = -1;
    batch.request(b, start, mark);
    return p;
  }

  private void suspend(RequestBatch batch, int mark, int start, int p, int left, long length) {
    int count = batch.argumentMark() - mark;
    if (partial.length < count * 2) {
      partial = Arrays.copyOf(partial, Math.max(count * 4, 16));
    }
    for (int i = 0; i < count; i++) {
      partial[2 * i] = batch.offsets()[mark + i] - start;
      partial[2 * i + 1] = batch.lengths()[mark + i];
    }
    partialCount = count * 2;
    batch.rollback(mark);
    expected = left;
    bulkLength = length;
    at = p - start;
  }

  private int inline(byte[] b, int start, int limit, RequestBatch batch) {
    int eol = start;
    while (eol < limit && b[eol] != '\n') {
      eol++;
    }
    if (eol == limit) {
      return tooLong(start, limit, "too big inline request");
    }
    int end = eol > start && b[eol - 1] == '\r' ? eol - 1 : eol;
    int mark = batch.argumentMark();
    // What was received stays as it is: a request that cannot be executed yet is parsed again.
    byte[] line = Arrays.copyOfRange(b, start, end);
    if (!InlineArguments.split(line, 0, line.length, batch)) {
      batch.rollback(mark);
      return fail("unbalanced quotes in request");
    }
    if (batch.argumentMark() > mark) {
      batch.request(line, start, mark);
    }
    return eol + 1;
  }

  private int tooLong(int start, int limit, String text) {
    return limit - start > MAX_INLINE ? fail(text) : -1;
  }

  private int fail(String text) {
    error = text;
    return -1;
  }

  /// The position of the `\r` that ends the line at `p`, when the byte behind it is there too.
  private static int lineEnd(byte[] b, int p, int limit) {
    for (int i = p; i < limit - 1; i++) {
      if (b[i] == '\r') {
        return i;
      }
    }
    return -1;
  }

  private static final long NOT_A_NUMBER = Long.MIN_VALUE;

  private static long decimal(byte[] b, int from, int to) {
    int p = from;
    boolean negative = p < to && b[p] == '-';
    if (negative) {
      p++;
    }
    if (p == to || to - p > 18 || (b[p] == '0' && (to - p > 1 || negative))) {
      return NOT_A_NUMBER;
    }
    long n = 0;
    for (; p < to; p++) {
      int digit = b[p] - '0';
      if (digit < 0 || digit > 9) {
        return NOT_A_NUMBER;
      }
      n = n * 10 + digit;
    }
    return negative ? -n : n;
  }

  private static String printable(byte c) {
    return String.valueOf((char) (c & 0xff));
  }
}
