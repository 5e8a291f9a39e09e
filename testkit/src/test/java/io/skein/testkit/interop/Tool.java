package io.skein.testkit.interop;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// A program that is run to its end.
///
/// @param status its exit status
/// @param output what it wrote, errors included
record Tool(int status, String output) {
  private static final int LIMIT_SECONDS = 120;

  /// Runs `command` with nothing on its standard input.
  static Tool run(String... command) throws IOException, InterruptedException {
    File output = File.createTempFile("skein-tool", ".out");
    try {
      Process process =
          new ProcessBuilder(Arrays.asList(command))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(output)
              .start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      byte[] text = Files.readAllBytes(output.toPath());
      String said = new String(text, StandardCharsets.UTF_8);
      return ended
          ? new Tool(process.exitValue(), said)
          : new Tool(-1, said + "\n(it did not end and was killed)");
    } finally {
      Files.delete(output.toPath());
    }
  }

  /// Its output, when it has succeeded.
  String orFail() {
    if (status != 0) {
      throw new AssertionError("exit status " + status + "\n" + output);
    }
    return output;
  }
}
