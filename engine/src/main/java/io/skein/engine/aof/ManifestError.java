package io.skein.engine.aof;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says that bytes are not a sound [Manifest], and where.
public final class ManifestError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int lineNumber;
  private final transient @Nullable String line;

  ManifestError(String reason, int lineNumber, @Nullable String line) {
    super(reason, null, false, false);
    this.lineNumber = lineNumber;
    this.line = line;
  }

  /// What is wrong, in Redis's words.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// The lines that Redis logs before it gives up.
  public List<String> report() {
    List<String> lines = new ArrayList<>();
    lines.add("\n*** FATAL AOF MANIFEST FILE ERROR ***\n");
    if (line != null) {
      lines.add("Reading the manifest file, at line " + lineNumber + "\n");
      lines.add(">>> '" + line + "'\n");
    }
    lines.add(reason() + "\n");
    return lines;
  }
}
