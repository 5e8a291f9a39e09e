package io.skein.engine.bytes;

/// Glob matching as KEYS, PSUBSCRIBE and ACL patterns use it: `*`, `?`, `[a-z]`, `[^x]` and `\`.
///
/// Only the last `*` is ever retried, since a longer match of an earlier one would need the rest of
/// the pattern to match later in the string, where the last `*` has already looked. The work is
/// thus at most pattern times string, and nothing recurses.
public final class Glob {
  /// A pattern in which more stars than this come into play matches nothing, as in Redis.
  private static final int MAX_STARS = 1000;

  private final byte[] pattern;
  private final int patternEnd;
  private final boolean ignoreCase;

  /// Where [#matchOne] left off in the pattern.
  private int next;

  private Glob(byte[] pattern, int patternEnd, boolean ignoreCase) {
    this.pattern = pattern;
    this.patternEnd = patternEnd;
    this.ignoreCase = ignoreCase;
  }

  /// Whether the whole of `text` matches the whole of `pattern`.
  public static boolean matches(Bytes pattern, Bytes text) {
    byte[] p = pattern.toByteArray();
    byte[] t = text.toByteArray();
    return matches(p, 0, p.length, t, 0, t.length, false);
  }

  /// Whether the whole text matches the whole pattern, with ASCII letters equal in either case if
  /// `ignoreCase`.
  public static boolean matches(
      byte[] pattern,
      int patternOffset,
      int patternLength,
      byte[] text,
      int textOffset,
      int textLength,
      boolean ignoreCase) {
    Glob glob = new Glob(pattern, patternOffset + patternLength, ignoreCase);
    return glob.run(patternOffset, text, textOffset, textOffset + textLength);
  }

  private boolean run(int start, byte[] text, int textStart, int textEnd) {
    int p = start;
    int t = textStart;
    int afterStar = -1;
    int starText = 0;
    int stars = 0;
    while (t < textEnd) {
      if (p < patternEnd && pattern[p] == '*') {
        while (p < patternEnd && pattern[p] == '*') {
          p++;
        }
        if (p == patternEnd) {
          return true;
        }
        if (++stars > MAX_STARS) {
          return false;
        }
        afterStar = p;
        starText = t;
      } else if (p < patternEnd && matchOne(p, text[t])) {
        p = next;
        t++;
      } else if (afterStar >= 0) {
        p = afterStar;
        t = ++starText;
      } else {
        return false;
      }
    }
    if (textStart < textEnd) {
      while (p < patternEnd && pattern[p] == '*') {
        p++;
      }
    }
    // An empty text is matched by the empty pattern only: Redis looks at no star then.
    return p == patternEnd;
  }

  /// Matches one byte of text against the pattern element at `p` and sets [#next] to the element
  /// after it.
  private boolean matchOne(int p, byte c) {
    switch (pattern[p]) {
      case '?' -> {
        next = p + 1;
        return true;
      }
      case '[' -> {
        return matchClass(p + 1, c);
      }
      case '\\' -> {
        int literal = p + 1 < patternEnd ? p + 1 : p;
        next = literal + 1;
        return fold(pattern[literal]) == fold(c);
      }
      default -> {
        next = p + 1;
        return fold(pattern[p]) == fold(c);
      }
    }
  }

  /// Matches a class whose `[` is just before `start`. One that is never closed ends with the
  /// pattern.
  private boolean matchClass(int start, byte c) {
    int p = start;
    boolean negated = p < patternEnd && pattern[p] == '^';
    if (negated) {
      p++;
    }
    boolean found = false;
    while (p < patternEnd && pattern[p] != ']') {
      if (pattern[p] == '\\' && p + 1 < patternEnd) {
        p++;
        found |= pattern[p] == c;
      } else if (p + 2 < patternEnd && pattern[p + 1] == '-') {
        int low = fold(pattern[p] < pattern[p + 2] ? pattern[p] : pattern[p + 2]);
        int high = fold(pattern[p] < pattern[p + 2] ? pattern[p + 2] : pattern[p]);
        p += 2;
        found |= fold(c) >= low && fold(c) <= high;
      } else {
        found |= fold(pattern[p]) == fold(c);
      }
      p++;
    }
    next = Math.min(p + 1, patternEnd);
    return found != negated;
  }

  /// The byte as it is compared: signed as C's `char`, but unsigned where case is ignored, since
  /// there it has gone through `tolower`. Only ranges tell the difference.
  private int fold(byte c) {
    if (!ignoreCase) {
      return c;
    }
    return c >= 'A' && c <= 'Z' ? c + 0x20 : c & 0xff;
  }
}
