package io.skein.server.check;

import java.io.PrintStream;

/// Tells whoever waits for a large file how far it is; of small ones it says nothing.
final class Progress {
  private static final long LARGE_BYTES = 64 << 20;
  private static final int STEP_PERCENT = 5;

  private final PrintStream out;
  private final String name;
  private final long total;
  private long next = STEP_PERCENT;

  Progress(PrintStream out, String name, long total) {
    this.out = out;
    this.name = name;
    this.total = total;
  }

  /// `bytes` of the file are done, which held so many of what is counted.
  void at(long bytes, long count, String counted) {
    if (total < LARGE_BYTES || bytes * 100 < total * next) {
      return;
    }
    long percent = bytes * 100 / total;
    next = percent / STEP_PERCENT * STEP_PERCENT + STEP_PERCENT;
    out.println("[" + percent + "%] " + name + ": " + count + " " + counted);
  }
}
