package io.skein.server.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.Setting;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import io.skein.server.log.ServerLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Encrypts connections as the settings say.
///
/// When a setting changes, everything is loaded again: connections that are there keep what they
/// have, new ones get what is new. What cannot be loaded is refused, and the old stays in use.
///
/// *Threads*: [#accepted] and [#opened] any; changes under the data plane.
public final class Tls {
  private static final List<Setting<?>> READ =
      List.of(
          TlsSettings.TLS_CLUSTER,
          TlsSettings.TLS_REPLICATION,
          TlsSettings.TLS_AUTH_CLIENTS,
          TlsSettings.TLS_CERT_FILE,
          TlsSettings.TLS_KEY_FILE,
          TlsSettings.TLS_KEY_FILE_PASS,
          TlsSettings.TLS_CLIENT_CERT_FILE,
          TlsSettings.TLS_CLIENT_KEY_FILE,
          TlsSettings.TLS_CLIENT_KEY_FILE_PASS,
          TlsSettings.TLS_CA_CERT_FILE,
          TlsSettings.TLS_CA_CERT_DIR,
          TlsSettings.TLS_PROTOCOLS,
          TlsSettings.TLS_CIPHERS,
          TlsSettings.TLS_CIPHERSUITES,
          TlsSettings.TLS_PREFER_SERVER_CIPHERS,
          TlsSettings.TLS_SESSION_CACHING,
          TlsSettings.TLS_SESSION_CACHE_SIZE,
          TlsSettings.TLS_SESSION_CACHE_TIMEOUT);

  private final Settings settings;
  private final ServerLog log;
  private volatile @Nullable TlsContext context;

  public Tls(Settings settings, ServerLog log) {
    this.settings = settings;
    this.log = log;
  }

  /// Loads what the settings name, if they ask for any encryption, and follows their changes.
  ///
  /// @throws TlsException when something is not there or makes no sense
  public void start() throws TlsException {
    if (isWanted()) {
      load();
    }
    for (Setting<?> setting : READ) {
      settings.onChange(setting, this::changed);
    }
  }

  private boolean isWanted() {
    return settings.integer(TlsSettings.TLS_PORT) != 0
        || settings.isOn(TlsSettings.TLS_CLUSTER)
        || settings.isOn(TlsSettings.TLS_REPLICATION);
  }

  private void load() throws TlsException {
    TlsContext loaded = TlsContext.of(settings);
    if (context == null && !loaded.isNative()) {
      log.notice("TLS is done by the JDK, as there is no native library for what is asked for");
    }
    context = loaded;
  }

  private void changed(Settings now) throws ConfigError {
    if (isWanted()) {
      reload();
    }
  }

  /// Loads what the settings name unless that was done before.
  ///
  /// @throws ConfigError when it cannot be loaded; the log says why
  public void prepare() throws ConfigError {
    if (context == null) {
      reload();
    }
  }

  /// Reads all files again, for connections from now on.
  ///
  /// @throws ConfigError when that fails; the log says why, and what was read before stays in use
  public void reload() throws ConfigError {
    try {
      load();
    } catch (TlsException refused) {
      log.warning(refused.reason());
      throw new ConfigError("Unable to update TLS configuration. Check server logs.");
    }
  }

  /// Reads all files again, at the wish of a signal, if there is encryption.
  public void reloadIfUsed() {
    if (context != null) {
      try {
        load();
        log.notice("Certificates and keys were read again");
      } catch (TlsException refused) {
        log.warning(refused.reason());
        log.warning("Certificates and keys stay as they were");
      }
    }
  }

  /// Encrypts a connection that was accepted.
  ///
  /// @param ofNode whether it is one of the cluster's bus
  public SslHandler accepted(ByteBufAllocator allocator, boolean ofNode) {
    return context().accepted(allocator, ofNode);
  }

  /// Encrypts a connection that this server opens.
  public SslHandler opened(ByteBufAllocator allocator) {
    return context().opened(allocator);
  }

  private TlsContext context() {
    TlsContext loaded = context;
    if (loaded == null) {
      throw new IllegalStateException("encryption that was not configured");
    }
    return loaded;
  }
}
