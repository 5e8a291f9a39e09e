package io.skein.server;

import io.skein.engine.command.HostError;
import io.skein.engine.command.HostProcess;
import io.skein.engine.config.Settings;
import io.skein.server.config.ConfigFile;
import io.skein.server.config.SystemErrors;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// This process and its machine, as Linux tells of them in `/proc`; what it does not tell is 0.
final class ThisProcess implements HostProcess {
  private static final long PAGE_BYTES = 4096;

  /// Ticks of the times in `/proc/self/stat`: 100 per second on every Linux that a JVM runs on.
  private static final long TICK_MICROS = 10_000;

  private final Settings settings;
  private final @Nullable Path configFile;
  private final String transport;
  private final Supplier<List<String>> listeners;
  private final Supplier<List<String>> userLines;
  private final ServerLog log;

  ThisProcess(
      Settings settings,
      @Nullable Path configFile,
      String transport,
      Supplier<List<String>> listeners,
      Supplier<List<String>> userLines,
      ServerLog log) {
    this.settings = settings;
    this.configFile = configFile;
    this.transport = transport;
    this.listeners = listeners;
    this.userLines = userLines;
    this.log = log;
  }

  @Override
  public long processId() {
    return log.pid();
  }

  @Override
  public String operatingSystem() {
    String arch =
        System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch");
    return System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + arch;
  }

  @Override
  public String transport() {
    return transport;
  }

  @Override
  public String executable() {
    String launcher = System.getProperty("skein.launcher");
    return launcher != null ? launcher : ProcessHandle.current().info().command().orElse("");
  }

  @Override
  public String configFile() {
    return configFile == null ? "" : configFile.toString();
  }

  @Override
  public long residentBytes() {
    String[] pages = read("/proc/self/statm").split(" ");
    return pages.length > 1 ? number(pages[1]) * PAGE_BYTES : 0;
  }

  @Override
  public long heapBytes() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Override
  public long machineBytes() {
    for (String line : read("/proc/meminfo").split("\n")) {
      if (line.startsWith("MemTotal:")) {
        return number(line.substring("MemTotal:".length(), line.length() - 2).strip()) * 1024;
      }
    }
    return 0;
  }

  @Override
  public long systemMicros() {
    return ticks(14) * TICK_MICROS;
  }

  @Override
  public long userMicros() {
    return ticks(13) * TICK_MICROS;
  }

  /// A field of `/proc/self/stat`, counted from 0; the second is a name that may hold anything but
  /// ends in `)`.
  private static long ticks(int field) {
    String stat = read("/proc/self/stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return fields.length > field - 2 ? number(fields[field - 2]) : 0;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException notLinux) {
      return "";
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException other) {
      return 0;
    }
  }

  @Override
  public List<String> listeners() {
    return listeners.get();
  }

  @Override
  public byte[] secret(int count) {
    byte[] secret = new byte[count];
    new SecureRandom().nextBytes(secret);
    return secret;
  }

  @Override
  public void rewriteConfig(boolean all) throws HostError {
    if (configFile == null) {
      throw new HostError("The server is running without a config file");
    }
    try {
      new ConfigFile(configFile).rewrite(settings, userLines.get(), all);
      log.notice("CONFIG REWRITE executed with success.");
    } catch (IOException failed) {
      log.warning("CONFIG REWRITE failed: " + SystemErrors.text(failed));
      throw new HostError("Rewriting config file: " + SystemErrors.text(failed));
    }
  }

  @Override
  public void sleep(long micros) {
    long end = System.nanoTime() + micros * 1000;
    for (long left = micros * 1000; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void crash(String reason) {
    log.warning(reason);
    Runtime.getRuntime().halt(134);
  }
}
