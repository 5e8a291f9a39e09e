package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.command.Redaction;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// The commands that took long, the latest first: `slowlog-max-len` of those that took
/// `slowlog-log-slower-than` microseconds or more.
///
/// Long argument lists and long arguments are cut, so that an entry stays small.
public final class SlowLog {
  private static final int MOST_ARGUMENTS = 32;
  private static final int MOST_BYTES = 128;

  /// One command that took long.
  record Entry(
      long id, long unixSeconds, long micros, byte[][] arguments, String address, String name) {}

  private final Settings settings;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private long nextId;

  public SlowLog(Settings settings) {
    this.settings = settings;
    settings.onChange(ServerSettings.SLOWLOG_MAX_LEN, s -> trim());
  }

  /// A command took `micros`: keeps it if that is long.
  void executed(Call call, long micros) {
    long threshold = settings.number(ServerSettings.SLOWLOG_LOG_SLOWER_THAN);
    if (threshold < 0 || micros < threshold) {
      return;
    }
    entries.addFirst(
        new Entry(
            nextId++,
            call.nowMs() / 1000,
            micros,
            arguments(call),
            call.session().peerAddress(),
            call.session().name()));
    trim();
  }

  private void trim() {
    long most = settings.number(ServerSettings.SLOWLOG_MAX_LEN);
    while (entries.size() > most) {
      entries.removeLast();
    }
  }

  Deque<Entry> entries() {
    return entries;
  }

  private static byte[][] arguments(Call call) {
    boolean cut = call.count() > MOST_ARGUMENTS;
    byte[][] kept = new byte[cut ? MOST_ARGUMENTS : call.count()][];
    for (int i = 0; i < kept.length; i++) {
      if (cut && i == kept.length - 1) {
        kept[i] = ascii("... (" + (call.count() - kept.length + 1) + " more arguments)");
      } else {
        kept[i] = Redaction.hides(call, i) ? ascii(Redaction.TEXT) : shortened(call, i);
      }
    }
    return kept;
  }

  private static byte[] shortened(Call call, int i) {
    int length = call.length(i);
    if (length <= MOST_BYTES) {
      return call.bytes(i);
    }
    byte[] tail = ascii("... (" + (length - MOST_BYTES) + " more bytes)");
    int from = call.offset(i);
    byte[] text =
        Arrays.copyOf(
            Arrays.copyOfRange(call.buffer(), from, from + MOST_BYTES), MOST_BYTES + tail.length);
    System.arraycopy(tail, 0, text, MOST_BYTES, tail.length);
    return text;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
