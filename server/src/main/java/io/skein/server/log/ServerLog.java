package io.skein.server.log;

import io.skein.engine.config.LogLevel;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// Writes lines as Redis does: `PID:ROLE DAY MON YEAR HH:MM:SS.mmm LEVEL TEXT`.
///
/// The file is opened for each line, so that it can be rotated by renaming it; lines are rare.
///
/// *Threads*: any.
public final class ServerLog {
  private static final String LEVEL_MARKS = ".-*#";

  private final long pid = ProcessHandle.current().pid();
  private final String file;
  private final Supplier<LogLevel> level;
  private final LogTime time = new LogTime();
  private volatile char role = 'C';
  private long lostLines;

  /// A log that appends to `file`, or to standard output if that is empty.
  ///
  /// @param level the least important level that is written
  public ServerLog(String file, Supplier<LogLevel> level) {
    this.file = file;
    this.level = level;
  }

  /// Who writes: `M` a primary, `S` a replica, `X` a Sentinel, `C` a process that is not serving
  /// yet.
  public void role(char mark) {
    role = mark;
  }

  /// The id of this process.
  public long pid() {
    return pid;
  }

  public boolean isOn(LogLevel importance) {
    return importance.compareTo(level.get()) >= 0;
  }

  public void debug(String text) {
    log(LogLevel.DEBUG, text);
  }

  public void verbose(String text) {
    log(LogLevel.VERBOSE, text);
  }

  public void notice(String text) {
    log(LogLevel.NOTICE, text);
  }

  public void warning(String text) {
    log(LogLevel.WARNING, text);
  }

  /// Writes a line, if its level is written at all.
  public void log(LogLevel importance, String text) {
    if (importance == LogLevel.NOTHING || !isOn(importance)) {
      return;
    }
    StringBuilder line = new StringBuilder(48 + text.length());
    line.append(pid).append(':').append(role).append(' ');
    time.append(line, System.currentTimeMillis());
    line.append(' ').append(LEVEL_MARKS.charAt(importance.ordinal())).append(' ');
    raw(line.append(text).append('\n').toString());
  }

  /// Writes `text` as it is.
  public void raw(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Lines that could not be written.
  public synchronized long lostLines() {
    return lostLines;
  }

  private synchronized void write(byte[] bytes) {
    try (OutputStream out = open()) {
      out.write(bytes);
    } catch (IOException lost) {
      // There is nowhere left to say so, and a server must not stop because its log is full.
      lostLines++;
    }
  }

  private OutputStream open() throws IOException {
    return file.isEmpty() ? new StandardOutput() : new FileOutputStream(file, true);
  }

  /// Standard output, left open and unbuffered.
  private static final class StandardOutput extends OutputStream {
    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    @Override
    public void write(int b) throws IOException {
      OUT.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      OUT.write(bytes, offset, length);
    }
  }
}
