package io.skein.engine.command;

import java.util.Arrays;

/// The most that clients' buffers held of late: of each client for CLIENT LIST (`rbp`), of all for
/// INFO.
public final class ClientPeaks {
  /// After how long a client's peak is forgotten, unless DEBUG REPLYBUFFER says otherwise.
  public static final long DEFAULT_RESET_MS = 5000;

  private static final int SECONDS = 8;

  private final Sessions sessions;
  private final long[] inputs = new long[SECONDS];
  private final long[] outputs = new long[SECONDS];
  private int second;
  private long sampledMs;
  private long resetMs;
  private long resetEveryMs = DEFAULT_RESET_MS;
  private boolean kept;

  ClientPeaks(Sessions sessions) {
    this.sessions = sessions;
  }

  /// After how long a client's peak is forgotten, in milliseconds; negative for never.
  public void resetEvery(long ms) {
    resetEveryMs = ms;
  }

  /// Whether clients' peaks are kept, as if time stood still.
  public void keep(boolean on) {
    kept = on;
  }

  void tick(long nowMs) {
    boolean forgets = !kept && resetEveryMs >= 0 && nowMs - resetMs >= resetEveryMs;
    boolean next = nowMs - sampledMs >= 1000;
    if (next) {
      sampledMs = nowMs;
      second = (second + 1) % SECONDS;
      inputs[second] = 0;
      outputs[second] = 0;
    }
    if (!next && !forgets) {
      return;
    }
    for (Session session : sessions.all()) {
      long out = session.outlet().pendingBytes();
      inputs[second] = Math.max(inputs[second], session.queryBytes());
      outputs[second] = Math.max(outputs[second], Math.max(out, session.replyPeak()));
      if (forgets) {
        session.replyPeak(0);
      }
    }
    if (forgets) {
      resetMs = nowMs;
    }
  }

  /// The longest query buffer of the last seconds, in bytes.
  public long recentInput() {
    return Arrays.stream(inputs).max().orElse(0);
  }

  /// The most that waited to be sent to a client in the last seconds, in bytes.
  public long recentOutput() {
    return Arrays.stream(outputs).max().orElse(0);
  }
}
