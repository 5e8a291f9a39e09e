package io.skein.server;

import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ConfigReader;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import io.skein.server.config.LoadedConfig;
import io.skein.server.log.NettyLog;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A server as a process: what it says and leaves around a [SkeinServer], and how it ends.
final class ServerProcess {
  private final LoadedConfig config;
  private final Settings settings;
  private final Renames commands;
  private final ServerLog log;
  private int signals;

  ServerProcess(LoadedConfig config, Renames commands) {
    this.config = config;
    this.commands = commands;
    settings = config.settings();
    log = log(settings);
  }

  /// The log that `settings` ask for.
  static ServerLog log(Settings settings) {
    String name = settings.get(ServerSettings.LOGFILE);
    String file =
        name.isEmpty()
            ? name
            : Path.of(settings.get(PersistenceSettings.DIR)).resolve(name).toString();
    return new ServerLog(file, () -> settings.get(ServerSettings.LOGLEVEL));
  }

  /// Serves until told to end, and returns the exit status.
  int run() {
    NettyLog.install(log);
    if (settings.isOn(ServerSettings.DAEMONIZE)) {
      System.err.println(
          "skein: 'daemonize yes' is not supported: start it in the background (nohup, systemd)");
      return 1;
    }
    announce();
    if (config.sentinelMode() && !canKeepState()) {
      return 1;
    }
    Path pidFile = null;
    try {
      SkeinServer server = new SkeinServer(config, commands, log, UnaryOperator.identity());
      pidFile = writePidFile();
      greet();
      Signals.handle(signal -> signalled(server, signal));
      Signals.onHangUp(server::reloadCertificates);
      server.startAndSay();
      int status = server.awaitEnd();
      if (status == 0 && pidFile != null) {
        log.notice("Removing the pid file.");
      }
      return status;
    } catch (ConfigFileError refused) {
      System.err.print(refused.report());
      return 1;
    } catch (IOException failed) {
      return 1;
    } finally {
      remove(pidFile);
    }
  }

  private void announce() {
    log.notice("oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
    log.notice(
        ("Redis version="
                + ConfigReader.REDIS_VERSION
                + ", bits=64, commit=00000000, modified=0, pid=")
            + (log.pid() + ", just started"));
    if (config.configFile() == null) {
      log.warning(
          "Warning: no config file specified, using the default config. In order to specify a config"
              + " file use skein server /path/to/redis.conf");
    } else {
      log.notice("Configuration loaded");
    }
    for (String warning : config.warnings()) {
      log.warning(warning);
    }
    log.role(config.sentinelMode() ? 'X' : 'M');
  }

  /// A Sentinel without a file would forget its votes.
  private boolean canKeepState() {
    Path file = config.configFile();
    if (file == null) {
      log.warning("Sentinel needs config file on disk to save state. Exiting...");
      return false;
    }
    if (!Files.isWritable(file)) {
      String reason = Files.exists(file) ? "Permission denied" : "No such file or directory";
      log.warning("Sentinel config file " + file + " is not writable: " + reason + ". Exiting...");
      return false;
    }
    return true;
  }

  /// Scripts that start servers wait for this line: it says which process has come so far.
  private void greet() {
    String mode =
        config.sentinelMode()
            ? "sentinel"
            : settings.isOn(ClusterSettings.CLUSTER_ENABLED) ? "cluster" : "standalone";
    int plain = settings.integer(NetworkSettings.PORT);
    int port = plain != 0 ? plain : settings.integer(TlsSettings.TLS_PORT);
    log.notice("Running mode=" + mode + ", port=" + port + ", PID: " + log.pid());
  }

  private @Nullable Path writePidFile() {
    String name = settings.get(ServerSettings.PIDFILE);
    if (name.isEmpty()) {
      return null;
    }
    Path file = Path.of(settings.get(PersistenceSettings.DIR)).resolve(name);
    try {
      Files.writeString(file, log.pid() + "\n");
      return file;
    } catch (IOException failed) {
      log.warning("Failed to write PID file: " + failed.getMessage());
      return null;
    }
  }

  private void remove(@Nullable Path pidFile) {
    if (pidFile != null) {
      try {
        Files.deleteIfExists(pidFile);
      } catch (IOException left) {
        log.warning("Failed removing the pid file: " + left.getMessage());
      }
    }
  }

  private void signalled(SkeinServer server, int signal) {
    signals++;
    String name = signal == Signals.INT ? "SIGINT" : "SIGTERM";
    if (signals > 1 && signal == Signals.INT) {
      log.log(LogLevel.WARNING, "You insist... exiting now.");
      Runtime.getRuntime().halt(1);
    }
    log.log(LogLevel.WARNING, "Received " + name + " scheduling shutdown...");
    server.shutdown(
        settings.get(
            signal == Signals.INT
                ? ServerSettings.SHUTDOWN_ON_SIGINT
                : ServerSettings.SHUTDOWN_ON_SIGTERM));
  }
}
