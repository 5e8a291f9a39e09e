package io.skein.engine.script;

import io.skein.engine.bytes.Sha1;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The scripts of EVAL and SCRIPT LOAD, by the SHA-1 of their text.
///
/// What EVAL has brought is kept as long as it is among the last [#MOST_EVALUATED] of its kind that
/// were used, so that programs that write a new script for every call do not fill the memory; what
/// SCRIPT LOAD has brought is kept until SCRIPT FLUSH. So it is in Redis since 7.4.
final class EvalScripts {
  static final int MOST_EVALUATED = 500;

  /// A compiled script.
  ///
  /// @param reference what the interpreter knows it by
  /// @param bytes the length of its text
  record Script(String sha, int reference, ScriptFlags flags, int bytes) {}

  private static final int OVERHEAD_BYTES = 160;

  private final Scripting scripting;
  private final Map<String, Script> bySha = new LinkedHashMap<>();

  /// Those of EVAL, the one used last at the end.
  private final Map<String, Script> evaluated = new LinkedHashMap<>();

  private long bytes;
  private long evicted;

  EvalScripts(Scripting scripting) {
    this.scripting = scripting;
  }

  int count() {
    return bySha.size();
  }

  long bytes() {
    return bytes;
  }

  long evicted() {
    return evicted;
  }

  /// The script with that SHA-1 in lower case, or null.
  @Nullable Script find(String sha) {
    return bySha.get(sha);
  }

  /// The script with that text, compiled if it is new.
  ///
  /// @param keep whether it stays until it is flushed
  Script define(byte[] buffer, int offset, int length, boolean keep) {
    String sha = sha(buffer, offset, length);
    Script known = bySha.get(sha);
    if (known == null) {
      byte[] body = Arrays.copyOfRange(buffer, offset, offset + length);
      Shebang.OfScript line = Shebang.ofScript(body);
      int reference = scripting.evalInterpreter().compile(body, line.from());
      known = new Script(sha, reference, line.flags(), body.length);
      bySha.put(sha, known);
      bytes += body.length + OVERHEAD_BYTES;
      if (!keep) {
        evaluated.put(sha, known);
        limit();
      }
    } else if (keep) {
      evaluated.remove(sha);
    }
    return known;
  }

  private void limit() {
    while (evaluated.size() > MOST_EVALUATED) {
      Script oldest = evaluated.values().iterator().next();
      evaluated.remove(oldest.sha);
      bySha.remove(oldest.sha);
      bytes -= oldest.bytes + OVERHEAD_BYTES;
      scripting.evalInterpreter().release(oldest.reference);
      evicted++;
    }
  }

  /// The script was used.
  void used(Script script) {
    if (evaluated.remove(script.sha) != null) {
      evaluated.put(script.sha, script);
    }
  }

  void clear() {
    bySha.clear();
    evaluated.clear();
    bytes = 0;
  }

  static String sha(byte[] body, int offset, int length) {
    byte[] digest = Sha1.of(body, offset, length);
    byte[] hex = new byte[2 * digest.length];
    for (int i = 0; i < digest.length; i++) {
      hex[2 * i] = digit(digest[i] >> 4 & 15);
      hex[2 * i + 1] = digit(digest[i] & 15);
    }
    return new String(hex, StandardCharsets.ISO_8859_1);
  }

  private static byte digit(int value) {
    return (byte) (value < 10 ? '0' + value : 'a' + value - 10);
  }
}
